import type pg from "pg";
import { message, readError, readRow } from "./backend.ts";
import { Frontend } from "./frontend.ts";
import { quoteIdentifier } from "./quote.ts";

/**
 * Undoes whatever a request left on its session, in one transaction of its own behind the request's Sync.
 *
 * Measured on PostgreSQL 18, one backend, µs a round with its Sync (a bare Sync costs 5.5):
 *
 *     discard all                                   9, but every statement, also those inside PL/pgSQL, is then parsed
 *                                                      and planned anew: 26 → 84 for 20 rows of JSON
 *     the utilities, prepared                      13
 *     the same as one simple query                 12, but it drops the unnamed statement
 *     utilities and check, 18 statements held      30
 *     … for each further statement held             1 to 2 more: the reason for a small statement cache
 *     … with the check parsed each time            80
 *
 * Behind most requests it needs no transaction of its own, and behind those that only read fewer utilities: see
 * `appendInline`.
 *
 * The check is the connection's *unnamed* statement: a function can DEALLOCATE any named one and PREPARE its own under
 * that name, to run it inside the next request. It can't reach the unnamed one, and what it made is counted here:
 * a connection that holds a statement of SQL's, or lacks one of ours, is thrown away.
 *
 * What no statement can undo, and DISCARD ALL does not either: the memory of procedural languages (GD of PL/Python,
 * %_SHARED of PL/Perl), connections of dblink, and that a custom setting once existed (it reads '' instead of null).
 */
const sessionUtilities = [
  "reset session authorization", // and with it the role, since the minors of November 2024
  "reset role",
  "reset all", // to what the connection began with, as timeouts and application_name
  "close all", // cursors with hold
  "unlisten *",
] as const;

/** What a transaction that is read only can't leave: it may neither create what is temporary nor call nextval. */
const writeUtilities = [
  "discard sequences", // lastval and currval
  "discard temp",
] as const;

const utilities: readonly string[] = [...sessionUtilities, ...writeUtilities];

// The seed of random() is set anew, because setseed in a function would make the next request's numbers known.
const check = `select pg_catalog.pg_advisory_unlock_all(), pg_catalog.setseed($1),
  pg_catalog.count(*), pg_catalog.count(*) filter (where from_sql)
from pg_catalog.pg_prepared_statement()`;

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

/** How many statements of a connection belong to the cleanup. */
export const cleanupStatements = utilities.length;

/** How many messages of prepareCleanup, and of rollBack, parse something without a name. */
export const unnamedStatements = 2;

/** Prepares the cleanup, once for each connection, and asks what the session begins with: no Sync. */
export function prepareCleanup(out: Frontend): void {
  out.parse("", begin).bind("", []).execute();
  for (const [index, text] of utilities.entries()) out.parse(`c${index}`, text);
  out.parse("", check);
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
  out.parse("", check);
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
  out.append(runAll);
  appendCheck(out);
  out.sync();
}

function appendCheck(out: Frontend): void {
  // Of an integer: to write a fraction takes ten times as long.
  out.bind("", [`.${Math.trunc(Math.random() * 2 ** 30)}`]).execute();
}

/**
 * Runs the cleanup inside the transaction of a request, ahead of its Sync: one answer of Postgres instead of two, which
 * saves a transaction, and a system call on either side. Nothing of a request may run behind it: its deferred triggers were
 * asked for and can defer nothing more, and its cursors are closed. `step` is told of each Execute. A request that fails is
 * cleaned after as ever.
 */
export function appendInline(out: Frontend, after: "reads" | "writes", step: (kind: "clean" | "check") => void): void {
  out.append(after === "reads" ? runSession : runAll);
  for (let left = (after === "reads" ? sessionUtilities : utilities).length; left > 0; left--) step("clean");
  appendCheck(out);
  step("check");
}

/** What has come back of a cleanup. */
export class CleanupPhase {
  #failure: pg.DatabaseError | undefined;
  #total = -1;
  #foreign = -1;
  #version: number | undefined;
  #settings: readonly string[] = [];

  onMessage(code: number, bytes: Buffer, start: number, end: number): void {
    if (code === message.errorResponse) this.#failure ??= readError(bytes, start, end);
    if (code !== message.dataRow) return;
    const [first, second, total, foreign] = readRow(bytes, start);
    if (total === undefined) {
      this.#version = Number(first?.toString("latin1"));
      this.#settings = JSON.parse(second?.toString() ?? "[]") as readonly string[];
    }
    this.#total = Number(total?.toString("latin1"));
    this.#foreign = Number(foreign?.toString("latin1"));
  }

  /** Why the connection must not serve again; undefined when it is as new. `held` is how many statements it should hold. */
  dirt(held: number): string | undefined {
    if (this.#failure !== undefined) return `its cleanup failed: ${this.#failure.message}`;
    if (this.#foreign !== 0) return "a request left statements prepared by SQL";
    return this.#total === held ? undefined : "a request removed prepared statements";
  }

  /** The server's version as a number, e.g. 180004, where prepareCleanup asked for it. */
  get version(): number | undefined {
    return this.#version;
  }

  /** What ALTER ROLE … SET gave the session to begin with, where prepareCleanup asked for it. */
  get settings(): readonly string[] {
    return this.#settings;
  }

  /** A late cancel request hit the cleanup instead of the request: it is worth another try. */
  get cancelled(): boolean {
    return this.#failure?.code === "57014";
  }
}
