import type { CodeEntry } from "./code-entry.ts";

/** Codes of the capability part; see codes.ts for the ranges. */
export const capabilityCodes = {
  WD601: {
    title: "a capability is not found",
    explanation:
      "`capabilities` in howdah.toml names a package or a path that does not exist, seen from the project's folder. " +
      'Install the package there (`npm install NAME`), or correct the path: paths begin with "./" and are relative ' +
      "to howdah.toml.",
    exitCode: 1,
  },
  WD602: {
    title: "a module is not a capability",
    explanation:
      "The module was loaded, but does not export a capability: a value with name, needs and settings, as the export " +
      "`capability` or the default export. The detail names each member that is missing or of the wrong type. A " +
      "module that fails while it is loaded is reported with the same code.",
    exitCode: 1,
  },
  WD603: {
    title: "two capabilities have the same name",
    explanation:
      "The name of a capability is its key in howdah.toml and in the ledger of the database, so it can stand for one " +
      "capability only. Names of the core's own tables (server, postgres, roles, …) are taken as well. Remove one of " +
      "the two from `capabilities`.",
    exitCode: 1,
  },
  WD604: {
    title: "a capability needs another one",
    explanation:
      "A capability names others that have to be installed before it, and one of those is neither built in nor named " +
      "in `capabilities`, or they need each other in a circle, so that none can be the first. Add the missing one, or " +
      "report the circle to whoever makes these capabilities.",
    exitCode: 1,
  },
  WD605: {
    title: "a schema belongs to someone else",
    explanation:
      "A capability keeps its tables in a schema of its own, and the database has a schema of that name already that " +
      "howdah did not create (the ledger howdah.capability does not list it). It is never taken over, whatever is in " +
      "it. Rename it (`alter schema … rename to …`), or leave the capability out.",
    exitCode: 3,
  },
  WD606: {
    title: "the database is newer than this howdah",
    explanation:
      "A newer version of howdah or of a capability has changed the database before: it holds migrations that this " +
      "version does not know. An older program could damage what it does not understand, so nothing is done. Install " +
      "the newer version.",
    exitCode: 3,
  },
  WD607: {
    title: "a released migration of a capability was changed",
    explanation:
      "Each file of a capability's migration line runs once in a database, and its checksum is kept. The file differs " +
      "from the one that ran, or is gone, so that new databases would differ from this one. Released files are never " +
      "edited; changes go into a new file. If the package was damaged, install it again.",
    exitCode: 1,
  },
  WD608: {
    title: "a migration line is not well formed",
    explanation:
      "The folder of a capability's SQL holds 001_NAME.sql, 002_NAME.sql and so on, without gaps and without a number " +
      "that stands twice, and routines.sql if it has routines. The message names the file in question. It is a " +
      "mistake of the capability, to be reported to whoever makes it.",
    exitCode: 1,
  },
  WD609: {
    title: "the SQL of a capability failed",
    explanation:
      "Postgres refused a statement of a capability's migration line; its message is passed through, and the position " +
      "points into the file of the capability. Everything was rolled back: the database is as it was. Usually the " +
      "role lacks a privilege (a managed database) or the Postgres is older than the capability supports.",
    exitCode: 1,
  },
  WD610: {
    title: "a capability ended the transaction",
    explanation:
      "The SQL of a capability contains COMMIT, ROLLBACK or the like. Capabilities are installed in one transaction, " +
      "so that a failure leaves nothing half-done. It is a mistake of the capability.",
    exitCode: 1,
  },
  WD611: {
    title: "others depend on the capability",
    explanation:
      "Uninstalling a capability drops its schema with everything in it. Objects that are not the capability's own (a " +
      "view or a foreign key of yours, for instance) depend on it and would go with it. The detail lists them. Drop or " +
      "change them first; howdah does not drop what it does not own.",
    exitCode: 3,
  },
  WD612: {
    title: "the schema of a capability is gone",
    explanation:
      "The ledger says that the capability is installed, but its schema does not exist any more: someone dropped it. " +
      "Restore it from a backup; or, if its data may go, uninstall the capability, so that the next run installs it " +
      "afresh.",
    exitCode: 3,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
