import { readFileSync } from "node:fs";
import { sql, type Connection, type Transaction } from "../../../postgres/index.ts";

/** One extension as a server and a database have it. */
export interface ExtensionState {
  readonly name: string;
  /** Null where the server does not have it. */
  readonly defaultVersion: string | null;
  /** Null where the database does not have it. */
  readonly installed: string | null;
  /** The role that it belongs to; null where the database does not have it. */
  readonly owner: string | null;
  /** All that the server could create. */
  readonly versions: readonly string[];
  /** Who may create in the database may create it. */
  readonly trusted: boolean;
}

/** Facts of the server that decide what can be done. */
export interface ServerState {
  readonly superuser: boolean;
  readonly role: string;
  /** Libraries that were loaded at its start; undefined where the role may not know. */
  readonly preloaded: readonly string[] | undefined;
}

const text = readFileSync(new URL("./installed.sql", import.meta.url), "utf8");

/** By name, for each of the names. */
export async function readExtensions(
  connection: Connection | Transaction,
  names: readonly string[],
): Promise<ReadonlyMap<string, ExtensionState>> {
  const rows = await connection.query<ExtensionState>({ text, values: [names] });
  return new Map(rows.map((row) => [row.name, row]));
}

/** As the role that has connected, whatever it has become since. */
export async function readServer(connection: Connection | Transaction): Promise<ServerState> {
  const [row] = await connection.query<{ superuser: boolean; role: string; preload: string | null }>(sql`
    select
      rolsuper as superuser,
      rolname as role,
      (select setting from pg_catalog.pg_settings where name = 'shared_preload_libraries') as preload
    from pg_catalog.pg_roles
    where rolname = session_user
  `);
  return {
    superuser: row?.superuser ?? false,
    role: row?.role ?? "",
    preloaded: librariesIn(row?.preload ?? undefined),
  };
}

function librariesIn(setting: string | undefined): readonly string[] | undefined {
  return setting
    ?.split(",")
    .map((each) => each.trim().replace(/^"|"$/g, ""))
    .filter((each) => each !== "");
}
