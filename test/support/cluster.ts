import { chmod, mkdir, mkdtemp, readdir, readlink, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { connect, type Sql, type Target } from "../../src/postgres/index.ts";
import { type ClusterOptions, destroyCluster, embedded, type Installation } from "../../src/provision/index.ts";
import { cacheRoot } from "../../src/resolve/index.ts";

let installed: Promise<Installation> | undefined;

/** The newest embedded 18, from the cache or fetched once. */
export function testInstallation(): Promise<Installation> {
  const context = { cache: cacheRoot() };
  installed ??= embedded.resolve("18", context).then((resolved) => embedded.install(resolved, context));
  return installed;
}

/** A `.howdah` of its own for one test; its cluster and the folder are removed when the test ends. */
export async function testHome(t: TestContext, parent = tmpdir()): Promise<string> {
  const root = await mkdtemp(join(parent, "howdah-cluster-"));
  await chmod(root, 0o755);
  const home = join(root, ".howdah");
  t.after(async () => {
    await destroyCluster(home);
    await rm(root, { recursive: true, force: true });
  });
  await mkdir(home);
  return home;
}

/** What startCluster needs for a home: the embedded installation, the shared cache (its template is made once). */
export async function testCluster(home: string): Promise<ClusterOptions> {
  return { home, installation: await testInstallation(), cache: cacheRoot() };
}

/** Runs one statement in a session of its own. */
export async function query<Row extends object = Record<string, unknown>>(
  target: Target,
  text: string,
  values: Sql["values"] = [],
): Promise<readonly Row[]> {
  await using session = await connect(target);
  return await session.query<Row>({ text, values });
}

/** Resolves with the first answer that is not undefined; fails when there is none in time. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, withinMs = 10_000): Promise<T> {
  for (const deadline = Date.now() + withinMs; ; await pause(20)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
  }
}

/** Process ids of everything that works in the data directory of a home: postmaster and backends (Linux). */
export async function postgresProcesses(home: string): Promise<readonly number[]> {
  const data = await realpath(join(home, "data")).catch(() => undefined);
  const numbers = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(numbers.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => undefined)));
  return numbers.filter((_, index) => data !== undefined && folders[index] === data).map(Number);
}

/** Resolves once nothing works in the data directory of a home any more. */
export async function untilGone(home: string, withinMs = 10_000): Promise<void> {
  await eventually(
    "Postgres ends",
    async () => ((await postgresProcesses(home)).length === 0 ? true : undefined),
    withinMs,
  );
}
