// Kills random processes of a cluster under write load and counts what was acknowledged and is gone:
//   node test/faults/kill-rounds.ts [ROUNDS] [SEED]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { clusterState, type ClusterOptions, destroyCluster, startCluster } from "../../src/provision/index.ts";
import { postgresProcesses, query, testCluster } from "../support/cluster.ts";
import { randomFrom } from "./random.ts";

const victims = ["writer", "supervisor", "postmaster", "backend", "everything"] as const;
export type Victim = (typeof victims)[number];

export interface KillRoundsResult {
  readonly rounds: number;
  readonly seed: number;
  readonly killed: Readonly<Record<Victim, number>>;
  /** Writes that were acknowledged, over all rounds. */
  readonly acknowledged: number;
  /** Those of them that are not in the database: must be 0. */
  readonly lost: number;
  /** The longest time from a kill until a start of howdah answered a query. */
  readonly slowestStartMs: number;
  /** Processes of Postgres left at the end: must be 0. */
  readonly left: number;
}

const writerProgram = fileURLToPath(new URL("./kill-rounds-writer.ts", import.meta.url));

/** Runs the rounds; the same seed kills the same kinds of process after the same delays. */
export async function killRounds(rounds: number, seed: number): Promise<KillRoundsResult> {
  const root = await mkdtemp(join(tmpdir(), "howdah-kills-"));
  await chmod(root, 0o755);
  const options = await testCluster(join(root, ".howdah"));
  const random = randomFrom(seed);
  const killed = { writer: 0, supervisor: 0, postmaster: 0, backend: 0, everything: 0 };
  const acknowledged = new Set<string>();
  let [slowestStartMs, lost] = [0, 0];
  try {
    await createTable(options);
    for (let round = 0; round < rounds; round++) {
      const victim = victims[Math.floor(random() * victims.length)] ?? "writer";
      const writers = await Promise.all([1, 2].map((number) => startWriter(options, `${round}.${number}`)));
      await pause(50 + random() * 400);
      await kill(
        options.home,
        victim,
        writers.map(({ pid }) => pid),
      );
      killed[victim]++;
      const began = Date.now();
      lost = await missing(options, writers, acknowledged);
      slowestStartMs = Math.max(slowestStartMs, Date.now() - began);
      if (lost > 0) break;
    }
    const left = await untilNothingIsLeft(options.home);
    return { rounds, seed, killed, acknowledged: acknowledged.size, lost, slowestStartMs, left };
  } finally {
    await destroyCluster(options.home);
    await rm(root, { recursive: true, force: true });
  }
}

interface Writer {
  readonly pid: number;
  readonly acknowledged: readonly string[];
  end(): Promise<void>;
}

async function createTable(options: ClusterOptions): Promise<void> {
  await using cluster = await startCluster(options);
  await query(cluster.admin, "create table written (id text primary key)");
}

async function startWriter(options: ClusterOptions, name: string): Promise<Writer> {
  const child = spawn(process.execPath, [writerProgram, name], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  child.stdin.write(`${JSON.stringify(options)}\n`);
  const acknowledged: string[] = [];
  const lines = createInterface(child.stdout);
  lines.on("line", (line) => acknowledged.push(line));
  await Promise.race([once(lines, "line"), exited]);
  return {
    pid: child.pid ?? 0,
    acknowledged,
    async end() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function kill(home: string, victim: Victim, writers: readonly number[]): Promise<void> {
  const state = await clusterState(home);
  if (state.kind !== "running") return;
  const postgres = await postgresProcesses(home);
  const backends = postgres.filter((pid) => pid !== state.pid);
  const pids = {
    writer: writers.slice(0, 1),
    supervisor: [state.supervisor],
    postmaster: [state.pid],
    backend: backends.slice(-1),
    everything: [...postgres, state.supervisor, ...writers],
  }[victim];
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // A backend that ended by itself meanwhile.
    }
  }
}

/** Starts howdah again as a user would, while the writers that are left go on, and looks for every write. */
async function missing(options: ClusterOptions, writers: readonly Writer[], all: Set<string>): Promise<number> {
  await using cluster = await startCluster(options);
  await untilItAnswers(() => query(cluster.admin, "select 1"));
  await Promise.all(writers.map((writer) => writer.end()));
  for (const id of writers.flatMap(({ acknowledged }) => acknowledged)) all.add(id);
  const text =
    "select count(*)::int as missing from unnest($1::text[]) as a (id) where id not in (select id from written)";
  const [row] = await untilItAnswers(() => query<{ missing: number }>(cluster.admin, text, [[...all]]));
  return row?.missing ?? all.size;
}

async function untilItAnswers<T>(ask: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 20_000; ; await pause(20)) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

async function untilNothingIsLeft(home: string): Promise<number> {
  for (const deadline = Date.now() + 5000; Date.now() < deadline; await pause(50)) {
    if ((await postgresProcesses(home)).length === 0) return 0;
  }
  return (await postgresProcesses(home)).length;
}

if (import.meta.main) {
  const [rounds = "50", seed = String(Date.now() % 100_000)] = process.argv.slice(2);
  const result = await killRounds(Number(rounds), Number(seed));
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exitCode = result.lost === 0 && result.left === 0 && result.slowestStartMs <= 5000 ? 0 : 1;
}
