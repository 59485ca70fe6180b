import type { Action } from "../../diff/index.ts";
import { keyOf, type Model } from "../../diff/index.ts";
import { quoteIdentifier, sql, type Connection, type Transaction } from "../../postgres/index.ts";
import { needsAdmin } from "./admin-kinds.ts";
import type { Desired } from "../desired/desired.ts";
import type { Sizes } from "./sizes.ts";
import type { OnlineStep } from "./step.ts";

/** What one change does to those who work with the database meanwhile. */
export interface Forecast {
  /** The strongest lock on each table that is there already. */
  readonly locks: readonly ForecastLock[];
  /** Tables whose rows are all written anew. */
  readonly rewrites: readonly string[];
  /** Tables whose rows are all looked at. */
  readonly scans: readonly string[];
  /** Roughly how long it takes on a table of today's size. */
  readonly seconds: number;
}

/** One lock. */
export interface ForecastLock {
  /** `public.account` */
  readonly relation: string;
  /** As pg_locks has it: `AccessExclusiveLock`. */
  readonly mode: string;
  readonly blocks: "nothing" | "schema changes" | "writes" | "reads and writes";
  readonly rows: number;
  readonly bytes: number;
}

/** What is tried out: an action, or a step outside of the transaction. */
export type Tried = { readonly action: Action } | { readonly step: OnlineStep };

/** What a trial is made with. */
export interface TrialInput {
  readonly connection: Connection;
  readonly desired: Desired;
  readonly owner: string;
  /** Who makes what the owner may not. */
  readonly admin: string;
  readonly live: Model;
}

/** What was seen of one item: it depends on the schema alone, and on no row. */
export interface Traced {
  readonly locks: readonly (TableName & { readonly mode: string })[];
  readonly rewritten: readonly TableName[];
  readonly scanned: readonly TableName[];
}

interface TableName {
  readonly schema: string;
  readonly name: string;
}

/**
 * Bytes a second, as a server with its data in memory and one core has them; a busy one, or one that reads from a slow disk,
 * takes several times as long.
 */
const speed = { scan: 500e6, rewrite: 60e6, index: 40e6 };

/** Runs every statement in a database with this schema and no rows, and watches what Postgres does. */
export async function traceAll(items: readonly Tried[], input: TrialInput): Promise<readonly Traced[]> {
  const files = new Map<string, string>();
  await input.connection.transaction(async (tx) => {
    for (const { oid, file } of await readRelations(tx, undefined)) files.set(oid, file);
  });
  const found: Traced[] = [];
  for (const item of items)
    found.push(await input.connection.transaction(async (tx) => traceOne(tx, item, files, input)));
  return found;
}

async function traceOne(tx: Transaction, item: Tried, files: Map<string, string>, input: TrialInput): Promise<Traced> {
  const statements = statementsOf(item);
  const isPrivileged = "action" in item && needsAdmin(item.action, input.desired, input);
  await tx.execute(
    "set local check_function_bodies = off; set local search_path = public; set local client_min_messages = warning",
  );
  await tx.execute(`set local role ${quoteIdentifier(isPrivileged ? input.admin : input.owner)}`);
  // It is tried in a transaction, which it could not be under its real name.
  for (const statement of statements) await tx.execute(inTransaction(statement));
  await tx.execute("set local role none; select pg_catalog.pg_stat_force_next_flush()");
  const touched = (await readRelations(tx, "locked")).filter(({ oid }) => files.has(oid));
  const rewritten = touched.filter(({ oid, file }) => files.get(oid) !== file);
  for (const { oid, file } of touched) files.set(oid, file);
  return {
    locks: touched.map(({ schema, name, mode }) => ({ schema, name, mode })),
    rewritten: rewritten.map(({ schema, name }) => ({ schema, name })),
    scanned: touched.filter(({ scans }) => scans > 0).map(({ schema, name }) => ({ schema, name })),
  };
}

function inTransaction(statement: string): string {
  return statement
    .replace(/^((?:create|drop) (?:unique )?index) concurrently /, "$1 ")
    .replace(/( detach partition .*) (?:concurrently|finalize)$/s, "$1");
}

/** What runs of an item. */
export function statementsOf(item: Tried): readonly string[] {
  return "action" in item ? item.action.statements : [item.step.statement];
}

/** What was seen, on tables of these sizes. */
export function forecastOf(item: Tried, { locks, rewritten, scanned }: Traced, sizes: Sizes): Forecast {
  const statements = statementsOf(item);
  const isGentle = statements.some((statement) => inTransaction(statement) !== statement);
  return {
    locks: locks.map((lock) => lockOf(lock, isGentle, sizes)).filter(({ blocks }) => blocks !== "nothing"),
    rewrites: rewritten.map(nameOf),
    scans: scanned.map(nameOf),
    seconds: secondsOf(statements, rewritten, scanned, sizes),
  };
}

interface Relation {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly file: string;
  /** Since the transaction began. */
  readonly scans: number;
  /** The strongest, where it was asked for. */
  readonly mode: string;
}

async function readRelations(tx: Transaction, which: "locked" | undefined): Promise<readonly Relation[]> {
  return await tx.query<Relation>(sql`
    select
      relation.oid::pg_catalog.text as oid,
      namespace.nspname as schema,
      relation.relname as name,
      relation.relfilenode::pg_catalog.text as file,
      case when ${which === "locked"} then coalesce(pg_catalog.pg_stat_get_xact_numscans(relation.oid), 0) else 0 end::integer as scans,
      coalesce(lock.mode, '') as mode
    from pg_catalog.pg_class as relation
    join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
    left join lateral (
      select mode
      from pg_catalog.pg_locks
      where ${which === "locked"}
        and locktype = 'relation'
        and pid = pg_catalog.pg_backend_pid()
        and pg_locks.relation = relation.oid
      order by pg_catalog.array_position(${[...modes]}::text[], mode) desc
      limit 1
    ) as lock on true
    where relation.relkind in ('r', 'p', 'm')
      and relation.relpersistence <> 't'
      and namespace.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
      and (lock.mode is not null or ${which === undefined})
  `);
}

/** From the weakest on. */
const modes = [
  "AccessShareLock",
  "RowShareLock",
  "RowExclusiveLock",
  "ShareUpdateExclusiveLock",
  "ShareLock",
  "ShareRowExclusiveLock",
  "ExclusiveLock",
  "AccessExclusiveLock",
] as const;

function lockOf(relation: Traced["locks"][number], isGentle: boolean, sizes: Sizes): ForecastLock {
  const mode =
    isGentle && modes.indexOf(relation.mode as "ShareLock") >= 4 ? "ShareUpdateExclusiveLock" : relation.mode;
  const { rows, bytes } = sizeOf(relation, sizes);
  return { relation: nameOf(relation), mode, blocks: blocksOf(mode), rows, bytes };
}

/** PostgreSQL manual, 13.3.1: which locks conflict with ROW EXCLUSIVE (writes) and ACCESS SHARE (reads). */
function blocksOf(mode: string): ForecastLock["blocks"] {
  switch (mode) {
    case "AccessExclusiveLock":
      return "reads and writes";
    case "ShareLock":
    case "ShareRowExclusiveLock":
    case "ExclusiveLock":
      return "writes";
    case "ShareUpdateExclusiveLock":
      return "schema changes";
    default:
      return "nothing";
  }
}

function secondsOf(
  statements: readonly string[],
  rewritten: readonly TableName[],
  scanned: readonly TableName[],
  sizes: Sizes,
): number {
  const isFilling = statements.some((statement) => /\bhowdah_filled\b|^update /.test(statement));
  const isBuilding = statements.some((statement) =>
    /^create (?:unique )?index |\b(?:primary key|unique|exclude)\b/.test(statement),
  );
  const bytes = (relations: readonly TableName[]): number =>
    relations.reduce((sum, relation) => sum + sizeOf(relation, sizes).bytes, 0);
  const rate = isFilling ? speed.rewrite : isBuilding ? speed.index : speed.scan;
  const seconds = bytes(rewritten) / speed.rewrite + bytes(scanned) / rate;
  return Math.round(seconds * 1000) / 1000;
}

function sizeOf({ schema, name }: TableName, sizes: Sizes): { readonly rows: number; readonly bytes: number } {
  return sizes.get(keyOf({ kind: "table", schema, relation: null, name, args: null })) ?? { rows: 0, bytes: 0 };
}

function nameOf({ schema, name }: TableName): string {
  return `${schema}.${name}`;
}
