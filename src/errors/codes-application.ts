import type { CodeEntry } from "./code-entry.ts";

/** Codes of the application floor: a project provisioned, assembled and served; see codes.ts for the ranges. */
export const applicationCodes = {
  WD041: {
    title: "stored passwords can't be read",
    explanation:
      "howdah generates the passwords of the login roles <db>_authenticator and <db>_service and keeps them in " +
      ".howdah/secrets.json, readable by you alone. That file is damaged. Delete it: new passwords are generated, " +
      "and set in the database at the next start.",
    exitCode: 1,
  },
  WD042: {
    title: "the database is not what this version of the project expects",
    explanation:
      "`howdah serve` never changes the database. It found migrations or functions in the project that the database " +
      "does not have yet, so that pages could fail one by one. Run `howdah migrate` first (`howdah migrate --plan` " +
      "shows what it would do), then serve.",
    exitCode: 3,
  },
  WD043: {
    title: "reset is for development",
    explanation:
      "`howdah reset` drops the project's database with everything in it. It only does so for a cluster that howdah " +
      "provisioned, outside of production. A database that is reached by a url is dropped by its administrator.",
    exitCode: 3,
  },
  WD044: {
    title: "the project's server.ts can't be used",
    explanation:
      "server.ts is mounted beside howdah's own routes. It must export a Fastify plugin as its default export: " +
      "`export default async function (app) { app.get('/hello', async () => 'hello') }`. The detail says whether it " +
      "could not be imported or exports something else.",
    exitCode: 1,
  },
  WD045: {
    title: "the project is served already",
    explanation:
      "Another howdah of this project is running and serves the address in the message. One `howdah run` a project is " +
      "enough: it reloads by itself. Stop the other one first, or use it.",
    exitCode: 3,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
