import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { AppError } from "../errors/index.ts";
import {
  quoteIdentifier,
  type Connection,
  type RawResult,
  type RequestPool,
  type Transaction,
} from "../postgres/index.ts";
import { catalogSnapshot, objectName, type CatalogObject } from "./catalog-snapshot.ts";
import type { App, Capability } from "./capability.ts";
import { ensureLedger, installCapability, installLine } from "./install-capability.ts";
import { readMigrationLine } from "./migration-line.ts";
import { declaredObjects, isOwn, uninstallCapability } from "./uninstall-capability.ts";

/** An empty database and the role that installs into it. */
export interface ConformanceDatabase {
  connect(): Promise<Connection>;
  readonly owner: string;
}

/** A capability that is served, with a pool of one connection, so that each request gets the session of the last. */
export interface ServedCapability extends AsyncDisposable {
  readonly pool: RequestPool;
  /** As what the suite looks at the session, e.g. "anon". */
  readonly role: string;
  /** Every kind of request that the capability answers; what they return does not matter. */
  readonly requests: readonly (() => Promise<unknown>)[];
}

/** What each rule looks at. */
export interface ConformanceSubject {
  readonly capability: Capability;
  database(): Promise<ConformanceDatabase>;
  readonly serve?: ((capability: Capability, database: ConformanceDatabase) => Promise<ServedCapability>) | undefined;
  readonly app?:
    | ((capability: Capability, database: ConformanceDatabase) => Promise<App & AsyncDisposable>)
    | undefined;
}

/** One rule of the contract; `check` throws an AssertionError where the capability breaks it. */
export interface CapabilityRule {
  readonly name: string;
  check(subject: ConformanceSubject): Promise<void>;
}

const ROUNDS = 20;
const DEADLINE_MS = 5_000;

/** The rules of the contract, in the words of ARCHITECTURE.md. */
export const capabilityRules: readonly CapabilityRule[] = [
  { name: "a fresh install equals a stepwise upgrade", check: freshEqualsStepwise },
  { name: "installing twice changes nothing", check: twiceChangesNothing },
  { name: "every object outside its schema is declared", check: outsideIsDeclared },
  { name: "everything it installs is removable", check: everythingIsRemovable },
  { name: "a schema of its name that is not ours is refused, not taken", check: foreignSchemaIsRefused },
  { name: "no session state survives a request", check: noSessionStateSurvives },
  { name: "start and stop under stress leave nothing behind", check: stressLeavesNothing },
];

async function freshEqualsStepwise({ capability, database }: ConformanceSubject): Promise<void> {
  if (capability.schema === undefined) return;
  const fresh = await inDatabase(await database(), async (connection, owner) => {
    await connection.transaction((tx) => installCapability(tx, capability, owner));
    return byName(await connection.transaction(catalogSnapshot), owner);
  });
  const line = await readMigrationLine(capability);
  const upgraded = await database();
  const step = (install: (tx: Transaction, owner: string) => Promise<unknown>): Promise<unknown> =>
    // A connection of its own each: years lie between two releases, no session does.
    inDatabase(upgraded, (connection, owner) => connection.transaction((tx) => install(tx, owner)));
  for (let count = 1; count <= line.migrations.length; count++) {
    const migrations = line.migrations.slice(0, count);
    await step((tx, owner) => installLine(tx, capability, { line: { migrations, routines: undefined }, owner }));
    // Routines were there when later files ran; today's may need what such a file brings, and may fail until then.
    await step((tx, owner) => installLine(tx, capability, { line: { ...line, migrations }, owner })).catch(() => {});
  }
  await step((tx, owner) => installCapability(tx, capability, owner));
  const stepwise = await inDatabase(upgraded, async (connection, owner) => {
    return byName(await connection.transaction(catalogSnapshot), owner);
  });
  assertSame(stepwise, fresh, "a stepwise upgrade leaves another catalog than a fresh install");
}

async function twiceChangesNothing({ capability, database }: ConformanceSubject): Promise<void> {
  await inDatabase(await database(), async (connection, owner) => {
    const install = (tx: Transaction): ReturnType<typeof installCapability> => installCapability(tx, capability, owner);
    await connection.transaction(install);
    const before = byName(await connection.transaction(catalogSnapshot));
    const now = async (): Promise<Catalog> => byName(await connection.transaction(catalogSnapshot));
    const report = await connection.transaction(install);
    assert.equal(report.changed, false, "the second installation says that it changed something");
    assertSame(await now(), before, "the second installation changed the catalog");
    // What a new release does: the routines run again over what is there.
    if (capability.schema === undefined) return;
    await connection.execute(`update howdah.capability set routines_checksum = 'of the release before'`);
    await connection.transaction(install);
    assertSame(await now(), before, "routines.sql can't run twice");
  });
}

async function outsideIsDeclared({ capability, database }: ConformanceSubject): Promise<void> {
  const { schema } = capability;
  await inDatabase(await database(), async (connection, owner) => {
    await connection.transaction(ensureLedger);
    const before = byName(await connection.transaction(catalogSnapshot));
    await connection.transaction((tx) => installCapability(tx, capability, owner));
    const after = await connection.transaction(catalogSnapshot);
    const declared = await connection.transaction((tx) => declaredObjects(tx, capability.name));
    const touched = after.filter((object) => before.get(objectName(object)) !== object.definition);
    const undeclared = touched.filter((object) => !isOwn(object, schema ?? "", declared)).map(objectName);
    assert.deepEqual(undeclared, [], "objects outside of its schema that howdah.own was not called for");
    const there = new Set(after.map(objectName));
    const missing = declared.map(objectName).filter((name) => !there.has(name));
    assert.deepEqual(missing, [], "declared objects that do not exist under this kind and identity");
  });
}

async function everythingIsRemovable({ capability, database }: ConformanceSubject): Promise<void> {
  await inDatabase(await database(), async (connection, owner) => {
    await connection.transaction(ensureLedger);
    const before = byName(await connection.transaction(catalogSnapshot));
    await connection.transaction((tx) => installCapability(tx, capability, owner));
    await connection.transaction((tx) => uninstallCapability(tx, capability.name));
    const after = byName(await connection.transaction(catalogSnapshot));
    assertSame(after, before, "uninstalling does not give the catalog back as it was");
    await connection.transaction((tx) => installCapability(tx, capability, owner));
  });
}

async function foreignSchemaIsRefused({ capability, database }: ConformanceSubject): Promise<void> {
  const { schema } = capability;
  if (schema === undefined) return;
  await inDatabase(await database(), async (connection, owner) => {
    await connection.execute(`create schema "${schema}"; create table "${schema}".howdah_probe (id int)`);
    const before = byName(await connection.transaction(catalogSnapshot));
    const installing = connection.transaction((tx) => installCapability(tx, capability, owner));
    await assert.rejects(
      installing,
      (error: unknown) => error instanceof AppError && error.code === "WD605",
      "a schema that is not ours was taken over",
    );
    assertSame(byName(await connection.transaction(catalogSnapshot)), before, "the refusal left something behind");
  });
}

/** What a session may carry from one request into the next; transaction-local settings of the look itself are equal. */
const sessionState = `
  select pg_catalog.jsonb_build_object(
    'session_user', session_user,
    'current_user', current_user,
    'settings', (
      select pg_catalog.jsonb_object_agg(s.name, s.setting) from pg_catalog.pg_settings as s where s.source = 'session'
    ),
    -- A custom setting that was ever set within a transaction is '' behind it, and not null.
    'custom', nullif(pg_catalog.current_setting('request.jwt.claims', true), ''),
    'temporary', (
      select pg_catalog.jsonb_agg(c.relname) from pg_catalog.pg_class as c
      where c.relnamespace = pg_catalog.pg_my_temp_schema()
    ),
    'channels', (select pg_catalog.jsonb_agg(l) from pg_catalog.pg_listening_channels() as l),
    'cursors', (select pg_catalog.jsonb_agg(c.name) from pg_catalog.pg_cursors as c where c.is_holdable),
    'locks', (
      select pg_catalog.count(*) from pg_catalog.pg_locks as l
      where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'advisory'
    )
  )::text as state`;

async function noSessionStateSurvives({ capability, database, serve }: ConformanceSubject): Promise<void> {
  if (capability.routes === undefined) return;
  assert.ok(serve, "the capability has routes: give the suite `serve`");
  await using served = await serve(capability, await database());
  assert.ok(served.requests.length > 0, "`serve` gave no requests to try");
  const look = async (): Promise<unknown> => {
    const [result] = await served.pool.run({ role: served.role, settings: {} }, [{ text: sessionState, values: [] }]);
    return firstJson(result);
  };
  const before = await look();
  for (const [index, request] of served.requests.entries()) {
    await request();
    assert.deepEqual(await look(), before, `request ${index + 1} left something on the session`);
    assert.ok(served.pool.size.open <= 1, "the pool has more than one connection, so that leaks stay hidden");
  }
}

async function stressLeavesNothing({ capability, database, app: makeApp }: ConformanceSubject): Promise<void> {
  if (capability.start === undefined) return;
  assert.ok(makeApp, "the capability has a background service: give the suite `app`");
  const db = await database();
  await inDatabase(db, async (connection, owner) => {
    await connection.transaction((tx) => installCapability(tx, capability, owner));
    await using app = await makeApp(capability, db);
    await startAndStop(capability, app, 0);
    const before = await footprint(connection);
    for (let round = 0; round < ROUNDS; round++) await startAndStop(capability, app, round);
    const deadline = performance.now() + DEADLINE_MS;
    let after = await footprint(connection);
    while (!isWithin(after, before) && performance.now() < deadline) {
      await wait(20);
      after = await footprint(connection);
    }
    assert.ok(isWithin(after, before), `left behind: before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
  });
}

/** Every other round aborts while it is still starting. */
async function startAndStop(capability: Capability, app: App, round: number): Promise<void> {
  const stop = new AbortController();
  const starting = capability.start?.(app, stop.signal) ?? Promise.resolve();
  if (round % 2 === 1) stop.abort();
  await starting.catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  stop.abort();
}

type Footprint = Readonly<Record<string, number>>;

async function footprint(connection: Connection): Promise<Footprint> {
  const [row] = await connection.query<{ sessions: number }>({
    text: `
      select pg_catalog.count(*)::int as sessions
      from pg_catalog.pg_stat_activity as a
      where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid()`,
    values: [],
  });
  const counts: Record<string, number> = { sessions: row?.sessions ?? 0 };
  for (const resource of process.getActiveResourcesInfo()) counts[resource] = (counts[resource] ?? 0) + 1;
  return counts;
}

/** Fewer is fine: what the test runner itself had open may have gone. The timer of the waiting itself is over. */
function isWithin(after: Footprint, before: Footprint): boolean {
  const kinds = [
    "sessions",
    "Timeout",
    "Immediate",
    "TCPSocketWrap",
    "PipeWrap",
    "TCPServerWrap",
    "FSEventWrap",
    "Worker",
  ];
  return kinds.every((kind) => (after[kind] ?? 0) <= (before[kind] ?? 0));
}

async function inDatabase<T>(
  database: ConformanceDatabase,
  work: (connection: Connection, owner: string) => Promise<T>,
): Promise<T> {
  await using connection = await database.connect();
  // As in an assembly: the owner does everything, and nothing that only a superuser may.
  await connection.execute(`set role ${quoteIdentifier(database.owner)}`);
  // The connection is closed when the work is done, not when it has begun.
  return await work(connection, database.owner);
}

/** Definitions by "kind identity". */
type Catalog = ReadonlyMap<string, string>;

/** The owner is named after its database, which is another one in each run. */
function byName(objects: readonly CatalogObject[], owner?: string): Catalog {
  const definition = (text: string): string => (owner === undefined ? text : text.replaceAll(owner, "<owner>"));
  return new Map(objects.map((object) => [objectName(object), definition(object.definition)]));
}

function assertSame(actual: Catalog, expected: Catalog, message: string): void {
  const names = [...new Set([...expected.keys(), ...actual.keys()])].toSorted();
  const differences = names
    .filter((name) => actual.get(name) !== expected.get(name))
    .map((name) => `${name}: ${actual.get(name) ?? "(missing)"} instead of ${expected.get(name) ?? "(nothing)"}`);
  assert.ok(differences.length === 0, [message, ...differences].join("\n"));
}

function firstJson(result: RawResult | undefined): unknown {
  return JSON.parse(result?.rows[0]?.[0]?.toString("utf8") ?? "null");
}
