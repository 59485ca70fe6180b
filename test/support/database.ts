import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import { connect, StatementError, type Connection, type Target } from "../../src/postgres/index.ts";
import { until } from "./until.ts";

export interface TestDatabase {
  /** The database, as the role that HOWDAH_TEST_URL names (it owns the database). */
  readonly target: Target;
  /** The same as a postgres:// URL. */
  readonly url: string;
  /** A session as that role, closed with the test. */
  readonly connection: Connection;
}

/** For the `skip` of a test that is about what only a superuser may do; false where HOWDAH_TEST_URL names one. */
export const needsSuperuser: string | false = process.env["HOWDAH_TEST_AS"] === "plain" && "needs a superuser";

/** A fresh database of its own for one test, dropped (with the roles named after it) when the test ends. */
export async function testDatabase(t: TestContext): Promise<TestDatabase> {
  const admin = testServer();
  const name = `t_${randomBytes(5).toString("hex")}`;
  await using creator = await connect(admin);
  await creator.execute(`create database ${name} template template0`);
  const target = { ...admin, database: name };
  const connection = await connect(target);
  t.after(async () => {
    await connection.close();
    await dropDatabase(admin, name);
  });
  return { target, url: toUrl(target), connection };
}

/** The server that the test run provisioned: HOWDAH_TEST_URL, set by `npm test`. */
export function testServer(): Target {
  const text = process.env["HOWDAH_TEST_URL"];
  if (text === undefined) throw new Error("HOWDAH_TEST_URL is not set: run the tests with npm test");
  const url = new URL(text);
  return {
    host: url.searchParams.get("host") ?? url.hostname,
    port: Number(url.port || 5432),
    database: url.pathname.slice(1) || "postgres",
    user: decodeURIComponent(url.username),
    password: url.password === "" ? undefined : decodeURIComponent(url.password),
    ssl: "disable",
  };
}

/** Drops a database of the server, and the roles that are named after it. */
export async function dropDatabase(admin: Target, name: string): Promise<void> {
  await using dropper = await connect(admin);
  const roles = await rolesOf(dropper, name);
  // Whoever made roles itself is joined first: what it made is then ours to join.
  await join(dropper, roles.toReversed());
  await until(`the database ${name} can be dropped`, () => drops(dropper, name));
  for (const role of roles) await dropper.execute(`drop role if exists "${role}"`);
}

/** False while autovacuum is at work there, which only a superuser may end. */
async function drops(connection: Connection, name: string): Promise<boolean> {
  try {
    await connection.execute(`drop database if exists ${name} with (force)`);
    return true;
  } catch (error) {
    if (needsSuperuser !== false && error instanceof StatementError && error.postgres?.sqlstate === "42501")
      return false;
    throw error;
  }
}

async function rolesOf(connection: Connection, database: string): Promise<readonly string[]> {
  const rows = await connection.query<{ name: string }>({
    text: "select rolname as name from pg_catalog.pg_roles where rolname like $1 order by rolcreaterole, oid desc",
    values: [`${database.replaceAll("_", "\\_")}\\_%`],
  });
  return rows.map(({ name }) => name);
}

/** Without superuser only a member drops what belongs to a role, sees its sessions and may end them. */
async function join(connection: Connection, roles: readonly string[]): Promise<void> {
  if (needsSuperuser === false) return;
  const [server] = await connection.query<{ major: number }>({
    text: "select current_setting('server_version_num')::int / 10000 as major",
    values: [],
  });
  const options = (server?.major ?? 0) >= 16 ? " with inherit true" : "";
  for (const role of roles) await connection.execute(`grant "${role}" to current_user${options}`);
}

function toUrl(target: Target): string {
  const password = target.password === undefined ? "" : `:${encodeURIComponent(target.password)}`;
  return `postgres://${encodeURIComponent(target.user)}${password}@${target.host}:${target.port}/${target.database}`;
}
