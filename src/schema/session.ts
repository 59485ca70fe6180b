import { AppError, type PostgresFields } from "../errors/index.ts";
import { quoteIdentifier, sql, type Connection, type Transaction } from "../postgres/index.ts";

/** How an assembly's transaction runs, whatever the session, role or database has set. */
export interface SessionSettings {
  readonly owner: string;
  readonly lockTimeoutMs: number;
  /** False: what the owner may not do is refused. */
  readonly asAdmin?: boolean | undefined;
  /** How long the rows of what is dropped are kept, as an interval; undefined: not at all. */
  readonly trash?: string | undefined;
}

/** "howdah" as the two halves of an advisory lock's key; such locks are per database. */
const lockKey = [0x68_6f_77, 0x64_61_68] as const;
/** Another assembly may be in a long migration: it is waited for, but not for ever. */
const lockWaitMinutes = 10;

/**
 * Puts the transaction into the state that every file of the project is run in: as the owner, names without a schema in
 * public, UTC, bodies of routines unchecked until all exist. Called before each file, so that none can leave a trace.
 */
export async function applySettings(tx: Transaction, settings: SessionSettings): Promise<void> {
  await tx.execute(settingsText(settings));
}

/** The statements of `applySettings`, each closed by a semicolon. */
export function settingsText(settings: SessionSettings): string {
  return `
    set local role ${quoteIdentifier(settings.owner)};
    set local search_path = public;
    set local timezone = 'UTC';
    set local datestyle = 'ISO, YMD';
    set local intervalstyle = 'postgres';
    set local client_encoding = 'UTF8';
    set local standard_conforming_strings = on;
    set local check_function_bodies = off;
    set local row_security = on;
    set local default_tablespace = '';
    set local statement_timeout = 0;
    set local idle_in_transaction_session_timeout = 0;
    set local client_min_messages = warning;
    set local lock_timeout = ${Math.max(1, Math.round(settings.lockTimeoutMs))};
  `;
}

/** Waits until no other assembly of this database runs; the lock goes with the transaction. */
export async function lockAssembly(tx: Transaction): Promise<void> {
  await tx.execute(`set local lock_timeout = '${lockWaitMinutes}min'; set local statement_timeout = 0`);
  try {
    await tx.execute(`select pg_catalog.pg_advisory_xact_lock(${lockKey[0]}, ${lockKey[1]})`);
  } catch (error) {
    if (sqlstateOf(error) !== "55P03") throw error;
    throw new AppError("WD432", "another assembly of this database does not end", {
      detail: `it was waited for for ${lockWaitMinutes} minutes`,
      hint: "look for it in pg_stat_activity: application_name begins with howdah",
      cause: error,
    });
  }
}

/** The same lock for as long as the session lives: for what runs in no transaction. */
export async function lockSession(connection: Pick<Connection, "execute">): Promise<() => Promise<void>> {
  await connection.execute(`set lock_timeout = '${lockWaitMinutes}min'`);
  await connection.execute(`select pg_catalog.pg_advisory_lock(${lockKey[0]}, ${lockKey[1]})`);
  return () => connection.execute(`select pg_catalog.pg_advisory_unlock(${lockKey[0]}, ${lockKey[1]})`);
}

/** Session settings that a file may have changed for good (`set` without `local`): read before, put back after. */
const kept = ["role", "search_path", "timezone", "check_function_bodies", "statement_timeout", "lock_timeout"] as const;

/** Remembers the session's settings; the returned function restores them once the transaction has ended. */
export async function keepSession(connection: Connection): Promise<() => Promise<void>> {
  const names = [...kept];
  const rows = await connection.query<{ name: string; value: string }>(sql`
    select name, pg_catalog.current_setting(name) as value
    from pg_catalog.unnest(${names}::text[]) as name
  `);
  return async () => {
    await connection.query(sql`
      select pg_catalog.set_config(setting.name, setting.value, false)
      from pg_catalog.jsonb_to_recordset(${JSON.stringify(rows)}::pg_catalog.jsonb) as setting(name text, value text)
      where pg_catalog.current_setting(setting.name) is distinct from setting.value
    `);
  };
}

/** The SQLSTATE of a failed statement, undefined for any other error. */
export function sqlstateOf(error: unknown): PostgresFields["sqlstate"] | undefined {
  return error instanceof AppError ? error.postgres?.sqlstate : undefined;
}
