import { quoteIdentifier, sql, type Connection } from "../../postgres/index.ts";
import { sqlstateOf } from "../session.ts";
import type { DesiredInput, MirrorRole } from "./desired.ts";

/**
 * Makes the roles that files may name, where the scratch server has them not; nobody can log in with them. What is there
 * is left as it is: the scratch server may be one that somebody else uses as well. All roles that there are then.
 */
export async function mirrorRoles(session: Connection, input: DesiredInput): Promise<ReadonlySet<string>> {
  const present = await readRoles(session);
  const own = Object.values(input.roles).map((name: string): MirrorRole => ({ name, memberOf: [] }));
  const wanted = [...input.mirrorRoles, ...own].filter(({ name }) => !present.has(name) && !name.startsWith("pg_"));
  const missing = [...new Map(wanted.toReversed().map((role) => [role.name, role])).values()];
  for (const role of missing) await create(session, role);
  const made = new Set(missing.map(({ name }) => name));
  const all = new Set([...present, ...made]);
  const memberships = missing.flatMap(({ name, memberOf }) =>
    memberOf
      .filter((role) => all.has(role))
      .map((role) => `grant ${quoteIdentifier(role)} to ${quoteIdentifier(name)}`),
  );
  for (const statement of memberships) await session.execute(statement);
  return all;
}

async function readRoles(session: Connection): Promise<ReadonlySet<string>> {
  const rows = await session.query<{ name: string }>(sql`select rolname as name from pg_catalog.pg_roles`);
  return new Set(rows.map((row) => row.name));
}

async function create(session: Connection, { name, superuser, createRole }: MirrorRole): Promise<void> {
  const options = `${superuser === true ? " superuser" : ""}${createRole === true ? " createrole" : ""}`;
  try {
    await session.execute(`create role ${quoteIdentifier(name)} nologin${options}`);
  } catch (error) {
    // Another process was first.
    if (!["42710", "23505"].includes(sqlstateOf(error) ?? "")) throw error;
  }
}
