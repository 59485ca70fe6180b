import { appendFile, cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { connect, formatUrl, type Target } from "../../src/postgres/index.ts";
import { dropDatabase, testServer } from "./database.ts";

const example = join(import.meta.dirname, "..", "..", "examples", "guestbook");

export interface GuestbookOptions {
  /** Added to howdah.toml. */
  readonly toml?: string | undefined;
  /** Another address of the server, such as a proxy's. */
  readonly through?: Pick<Target, "host" | "port"> | undefined;
}

/** Copies the example's files into a folder, without the state of this machine. */
export async function copyGuestbook(folder: string, { toml = "" }: GuestbookOptions = {}): Promise<void> {
  await cp(example, folder, { recursive: true, filter: (path) => !path.includes(".howdah") });
  await appendFile(join(folder, "howdah.toml"), toml);
}

/** The guestbook on a server that runs already, as a role without superuser. */
export interface UrlGuestbook {
  readonly name: string;
  /** Its howdah.toml names no url: this environment does. */
  readonly env: Readonly<Record<string, string>>;
  /** The role of the url: it owned the database, may make roles and databases, and no more. */
  readonly target: Target;
}

/**
 * Makes a role without superuser and a database of its own, and writes a guestbook for it into the folder. Roles belong
 * to the whole server: this one's are named after the database.
 */
export async function urlGuestbook(
  name: string,
  folder: string,
  options: GuestbookOptions = {},
): Promise<UrlGuestbook> {
  const admin = testServer();
  const target = { ...admin, database: name, user: `${name}_deployer`, password: "deployer" };
  await using maker = await connect(admin);
  await maker.execute(`create role ${target.user} login createrole createdb password '${target.password}'`);
  await using deployer = await connect({ ...target, database: admin.database });
  await deployer.execute(`create database ${name} template template0`);
  await copyGuestbook(folder);
  await writeFile(join(folder, "howdah.toml"), `${tomlOf(name)}${options.toml ?? ""}`);
  for (const file of ["schema/entry.sql", "functions/entry.sql", "functions/recent_entry.sql"]) {
    const text = await readFile(join(folder, file), "utf8");
    await writeFile(join(folder, file), text.replaceAll(/\banon\b/g, `${name}_anon`));
  }
  const url = formatUrl({ ...target, ...options.through }, { password: "shown" });
  const scratch = process.env["HOWDAH_TEST_SCRATCH_URL"];
  return { name, target, env: { HOWDAH_DATABASE_URL: url, ...(scratch && { HOWDAH_SCRATCH_URL: scratch }) } };
}

/** The same for a test, dropped with it. */
export async function testUrlGuestbook(t: TestContext, folder: string): Promise<UrlGuestbook> {
  const name = `t_${crypto.randomUUID().slice(0, 8)}`;
  t.after(() => dropDatabase(testServer(), name));
  return await urlGuestbook(name, folder);
}

function tomlOf(name: string): string {
  return `name = "guestbook"
[roles]
anon = "${name}_anon"
authenticated = "${name}_user"
service_role = "${name}_admin"
`;
}

/** Signs a guestbook as a browser does; resolves with the answer. */
export function sign(url: string, author: string, message: string, timeoutMs = 10_000): Promise<Response> {
  return fetch(url, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: url },
    body: new URLSearchParams({ author, message }),
    signal: AbortSignal.timeout(timeoutMs),
  });
}
