import type pg from "pg";
import { message, readError, readRow } from "./backend.ts";
import { Frontend } from "./frontend.ts";
import { quoteIdentifier } from "./quote.ts";

/**
 * Undoes whatever a request left on its session: behind its statements, in its own transaction, where that can be; else in
 * one of its own behind the request's Sync.
 *
 * Measured on PostgreSQL 18, one backend, µs a round with its Sync (a bare Sync costs 1.3, the row of a key 15):
 *
 *     discard all                                   9, but every statement, also those inside PL/pgSQL, is then parsed
 *                                                      and planned anew: 26 → 84 for 20 rows of JSON
 *     the utilities, prepared                      13
 *     the same as one simple query                 12, but it drops the unnamed statement
 *     the check of a request's setup               12, and 0.4 for each statement held: the reason for a small cache
 *
 * What no statement can undo, and DISCARD ALL does not either: the memory of procedural languages (GD of PL/Python,
 * %_SHARED of PL/Perl), connections of dblink, and that a custom setting once existed (it reads '' instead of null).
 */
const sessionUtilities = [
  "reset session authorization",
  "reset all", // to what the connection began with, as timeouts and application_name
  "close all", // cursors with hold
  "unlisten *",
  // A role that was taken for the session, which before the minors of November 2024 no other utility takes back.
  "select pg_catalog.set_config('role', 'none', false), pg_catalog.pg_advisory_unlock_all()",
] as const;

/** What a transaction that is read only can't leave: it may neither create what is temporary nor call nextval. */
const writeUtilities = [
  "discard sequences", // lastval and currval
  "discard temp",
] as const;

const utilities: readonly string[] = [...sessionUtilities, ...writeUtilities];

/**
 * Ahead of a request's settings: fails with 22012 where the session holds another number of prepared statements than $1,
 * or one that SQL made; `isTampered` knows it.
 *
 * A function can DEALLOCATE any named statement and PREPARE its own under that name, to run it inside the next request. So
 * the check is part of the connection's *unnamed* statement, which SQL can't reach, and stands ahead of whatever else a
 * request runs. What a request that failed leaves in spite of its rollback is undone here too: locks of the session, and
 * the seed of random(), because setseed in a function would make the next request's numbers known.
 */
const check = `1 operator(pg_catalog./) case
    pg_catalog.sum(case when from_sql then 1000000 else 1 end) when $1::pg_catalog.int8 then 1 else 0
  end,
  pg_catalog.pg_advisory_unlock_all(),
  pg_catalog.setseed($2)`;

/** The statement that begins a request: it checks the session, and takes so many settings behind the check's values. */
export function setupText(settings: number): string {
  const set = Array.from({ length: settings }, (_, index) => {
    return `pg_catalog.set_config($${index * 2 + 3}, $${index * 2 + 4}, true)`;
  });
  return `select ${[check, ...set].join(",\n  ")}\nfrom pg_catalog.pg_prepared_statement()`;
}

/** The check's values: how many statements of requests the session should hold, and the seed. */
export function checkValues(held: number): readonly [string, string] {
  // The seed of an integer: to write a fraction takes ten times as long.
  return [String(held + utilities.length), `.${Math.trunc(Math.random() * 2 ** 30)}`];
}

/** True for what the check says of a session that must not serve. */
export function isTampered(error: pg.DatabaseError): boolean {
  return error.code === "22012";
}

/**
 * The server's version, and what ALTER ROLE … SET gave the login: "name=value" as it is stored, the name alone where
 * the session began with something that is not stored any more. Operators in full: search_path may be one of them.
 */
const begin = `with stored as (
  select pg_catalog.unnest(setconfig) as setting
  from pg_catalog.pg_db_role_setting
  where setrole operator(pg_catalog.=) (
      select oid from pg_catalog.pg_roles where rolname operator(pg_catalog.=) session_user
    )
    and setdatabase operator(pg_catalog.=) any (array[
      0::pg_catalog.oid,
      (select oid from pg_catalog.pg_database where datname operator(pg_catalog.=) pg_catalog.current_database())
    ])
)
select pg_catalog.current_setting('server_version_num'), pg_catalog.array_to_json(array(
  select setting from stored
  union all
  select name from pg_catalog.pg_settings
  where source operator(pg_catalog.=) any (array['user', 'database user'])
    and not exists (
      select from stored
      where pg_catalog.lower(pg_catalog.split_part(setting, '=', 1)) operator(pg_catalog.=) pg_catalog.lower(name)
    )
))`;

/** Prepares the cleanup, once for each connection, and asks what the session begins with: no Sync. */
export function prepareCleanup(out: Frontend): void {
  out.parse("", begin).bind("", []).execute();
  for (const [index, text] of utilities.entries()) out.parse(`c${index}`, text);
}

/** Takes all settings off the login, up to its Sync; the session itself keeps what it began with. */
export function resetLogin(out: Frontend, database: string): void {
  // "none" and "read write", because role and default_transaction_read_only are settings too.
  const statements = [
    "begin read write",
    "set local role none",
    "alter role session_user reset all",
    `alter role session_user in database ${quoteIdentifier(database)} reset all`,
    "commit",
  ];
  for (const text of statements) out.parse("", text).bind("", []).execute();
  out.sync();
}

/** Ends a transaction that failed, which the cleanup behind it could not: it is refused until then. No Sync. */
export function rollBack(out: Frontend): void {
  out.parse("", "rollback").bind("", []).execute();
}

/** Runs the first so many utilities. */
function runUtilities(count: number): Buffer {
  const out = new Frontend();
  for (let index = 0; index < count; index++) out.bind(`c${index}`, []).execute();
  return out.bytes();
}

const runAll = runUtilities(utilities.length);
const runSession = runUtilities(sessionUtilities.length);

/** Runs the cleanup, up to its Sync. */
export function appendCleanup(out: Frontend): void {
  out.append(runAll).sync();
}

/**
 * Runs the cleanup inside the transaction of a request, ahead of its Sync: one answer of Postgres instead of two, which
 * saves a transaction, and a system call on either side. Nothing of a request may run behind it: its deferred triggers were
 * asked for and can defer nothing more, and its cursors are closed. Returns how many Executes it takes. A request that
 * fails is cleaned after as ever.
 */
export function appendInline(out: Frontend, after: "reads" | "writes"): number {
  out.append(after === "reads" ? runSession : runAll);
  return (after === "reads" ? sessionUtilities : utilities).length;
}

/** What has come back of a cleanup. */
export class CleanupPhase {
  readonly #opening: boolean;
  #failure: pg.DatabaseError | undefined;
  #version: number | undefined;
  #settings: readonly string[] = [];

  /** `opening` where it stands behind prepareCleanup, whose question is answered by the first row. */
  constructor(opening = false) {
    this.#opening = opening;
  }

  onMessage(code: number, bytes: Buffer, start: number, end: number): void {
    if (code === message.errorResponse) this.#failure ??= readError(bytes, start, end);
    if (code !== message.dataRow || !this.#opening || this.#version !== undefined) return;
    const [version, settings] = readRow(bytes, start);
    this.#version = Number(version?.toString("latin1"));
    this.#settings = JSON.parse(settings?.toString() ?? "[]") as readonly string[];
  }

  /** Why the connection must not serve again; undefined when it is as new. */
  get dirt(): string | undefined {
    return this.#failure === undefined ? undefined : `its cleanup failed: ${this.#failure.message}`;
  }

  /** The server's version as a number, e.g. 180004; only behind prepareCleanup. */
  get version(): number | undefined {
    return this.#version;
  }

  /** What ALTER ROLE … SET gave the session to begin with; only behind prepareCleanup. */
  get settings(): readonly string[] {
    return this.#settings;
  }

  /** Whether those are these, in any order. */
  beginsWith(settings: readonly string[]): boolean {
    return JSON.stringify(this.#settings.toSorted()) === JSON.stringify(settings.toSorted());
  }

  /** A late cancel request hit the cleanup instead of the request: it is worth another try. */
  get cancelled(): boolean {
    return this.#failure?.code === "57014";
  }
}
