import { randomInt } from "node:crypto";
import { connect, quoteIdentifier, sql, type Connection, type Target } from "../../postgres/index.ts";
import type { ProjectDatabase } from "../application.ts";

/**
 * "tes" as the first half of an advisory lock's key, the number of a run as the second: who is killed loses it, and
 * with it the right to its databases.
 */
const runClass = 0x74_65_73;

/** A run of tests as others see it: while it lives, nobody sweeps its databases away. */
export interface TestRun extends AsyncDisposable {
  /** Seven hexadecimal digits that its databases carry in their names. */
  readonly id: string;
  /** Any database of the server that stays while tests come and go. */
  readonly maintenance: Target;
  /** The session that holds the run's locks. */
  readonly session: Connection;
  /** A name for another database of this run; `by` tells processes apart. */
  nextName(by?: string): string;
}

/** Begins a run: takes its lock, and drops what killed runs have left. */
export async function beginRun(database: ProjectDatabase): Promise<TestRun> {
  const maintenance = maintenanceOf(database);
  const session = await connect(maintenance, { applicationName: "howdah test" });
  const id = randomInt(0x1_00_00_00, 0xf_ff_ff_ff).toString(16);
  try {
    await session.query(sql`select pg_catalog.pg_advisory_lock(${runClass}, ${Number.parseInt(id, 16)})`);
    await sweep(session, database);
  } catch (error) {
    await session.close();
    throw error;
  }
  const prefix = testPrefix(database.admin.database);
  let count = 0;
  return {
    ...{ id, maintenance, session },
    nextName: (by = "") => `${prefix}${id}_${by}${++count}`,
    [Symbol.asyncDispose]: async () => {
      try {
        await dropTogether(maintenance, database, await databasesOf(session, `${prefix}${id}_`));
      } finally {
        await session.close();
      }
    },
  };
}

/** The part of all names that is the project's: cut, so that Postgres cuts nothing off. */
export function testPrefix(database: string): string {
  return `${database.slice(0, 32)}_test_`;
}

/** `howdah reset` drops the project's database: on a cluster of ours the runs meet elsewhere. */
export function maintenanceOf({ provider, admin }: ProjectDatabase): Target {
  return provider === "url" ? admin : { ...admin, database: "postgres" };
}

/** Drops databases that the project's owner owns, also as a role without superuser. */
export async function dropDatabases(
  session: Connection,
  { roles }: Pick<ProjectDatabase, "roles">,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  const [self] = await session.query<{ superuser: boolean }>(sql`
    select rolsuper as superuser from pg_catalog.pg_roles where rolname = session_user`);
  if (self?.superuser !== true) await session.execute(`set role ${quoteIdentifier(roles.owner)}`);
  for (const name of names) {
    await session.execute(`drop database if exists ${quoteIdentifier(name)} with (force)`);
  }
  if (self?.superuser !== true) await session.execute("reset role");
}

/** So many checkpoints are one: dropping 12 takes 1000 ms in one session, 290 ms in eight (fsync on). */
const dropSessions = 8;

/** Drops many databases at once. */
export async function dropTogether(
  maintenance: Target,
  database: Pick<ProjectDatabase, "roles">,
  names: readonly string[],
): Promise<void> {
  const queue = [...names];
  const work = async (): Promise<void> => {
    await using session = await connect(maintenance, { applicationName: "howdah test" });
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      await dropDatabases(session, database, [name]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(dropSessions, queue.length) }, work));
}

async function databasesOf(session: Connection, prefix: string): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(sql`
    select datname as name
    from pg_catalog.pg_database
    where pg_catalog.starts_with(datname, ${prefix})
    order by oid
  `);
  return rows.map(({ name }) => name);
}

/** A run whose lock can be had is dead: its databases are nobody's. */
async function sweep(session: Connection, database: ProjectDatabase): Promise<void> {
  const prefix = testPrefix(database.admin.database);
  const byRun = Map.groupBy(await databasesOf(session, prefix), (name) => runOf(name, prefix));
  for (const [run, names] of byRun) {
    if (run === undefined) continue;
    const key = Number.parseInt(run, 16);
    const [lock] = await session.query<{ taken: boolean }>(sql`
      select pg_catalog.pg_try_advisory_lock(${runClass}, ${key}) as taken`);
    if (lock?.taken !== true) continue;
    await dropTogether(maintenanceOf(database), database, names);
    await session.query(sql`select pg_catalog.pg_advisory_unlock(${runClass}, ${key})`);
  }
}

function runOf(name: string, prefix: string): string | undefined {
  return /^([0-9a-f]{7})_\w+$/.exec(name.slice(prefix.length))?.[1];
}
