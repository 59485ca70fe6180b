// Kills random processes of `howdah run` while forms are posted, and counts what was acknowledged and is gone:
//   node test/faults/serve-rounds.ts [ROUNDS] [SEED]
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { clusterState, startCluster, type ClusterState } from "../../src/provision/index.ts";
import { eventually, postgresProcesses, query, testCluster, untilGone } from "../support/cluster.ts";
import { projectFolder } from "../support/folder.ts";
import { copyGuestbook, sign } from "../support/guestbook.ts";
import { startHowdah, type RunningHowdah } from "../support/running-howdah.ts";
import { randomFrom } from "./random.ts";

const victims = ["howdah", "supervisor", "postmaster", "backend"] as const;
export type ServeVictim = (typeof victims)[number];

export interface ServeRoundsResult {
  readonly rounds: number;
  readonly seed: number;
  readonly killed: Readonly<Record<ServeVictim, number>>;
  /** Forms that were answered with 303, over all rounds. */
  readonly acknowledged: number;
  /** Those of them whose entry is not in the database: must be 0. */
  readonly lost: number;
  /** The longest time from a kill to the next page that what took its place served: a start of howdah included. */
  readonly slowestAnswerMs: number;
  readonly slowestMs: Readonly<Record<ServeVictim, number>>;
  /** Processes of Postgres left at the end: must be 0. */
  readonly left: number;
}

const writers = 3;

/** Runs the rounds; the same seed kills the same kinds of process after the same delays. */
export async function serveRounds(rounds: number, seed: number): Promise<ServeRoundsResult> {
  await using made = await projectFolder("howdah-serve-rounds-");
  const { folder } = made;
  await copyGuestbook(folder);
  const random = randomFrom(seed);
  const none = { howdah: 0, supervisor: 0, postmaster: 0, backend: 0 };
  const [killed, slowestMs] = [{ ...none }, { ...none }];
  const acknowledged = new Set<string>();
  let [howdah, lost] = [await startHowdah(folder), 0];
  try {
    for (let round = 0; round < rounds && lost === 0; round++) {
      const victim = victims[Math.floor(random() * victims.length)] ?? "howdah";
      const posting = startPosting(howdah.url, `${round}`, acknowledged);
      await posting.first;
      await pause(50 + random() * 400);
      const began = performance.now();
      const before = await kill(folder, victim, howdah);
      killed[victim]++;
      if (victim === "howdah") howdah = await restarted(folder, howdah);
      else await untilReplaced(folder, victim, before);
      await untilServed(howdah.url);
      slowestMs[victim] = Math.max(slowestMs[victim], Math.round(performance.now() - began));
      await posting.stop();
      lost = await missing(folder, [...acknowledged]);
    }
  } finally {
    await howdah.stop();
  }
  await untilGone(join(folder, ".howdah"), 5000).catch(() => {});
  const left = (await postgresProcesses(join(folder, ".howdah"))).length;
  const slowestAnswerMs = Math.max(...Object.values(slowestMs));
  return { rounds, seed, killed, acknowledged: acknowledged.size, lost, slowestAnswerMs, slowestMs, left };
}

interface Posting {
  /** Resolves with the first entry that was acknowledged. */
  readonly first: Promise<void>;
  stop(): Promise<void>;
}

function startPosting(url: string, round: string, acknowledged: Set<string>): Posting {
  const first = Promise.withResolvers<void>();
  const ending = new AbortController();
  const write = async (writer: number): Promise<void> => {
    for (let count = 0; !ending.signal.aborted; count++) {
      const message = `${round}.${writer}.${count}`;
      const status = await sign(url, "visitor", message).then(
        async (response) => (await response.arrayBuffer(), response.status),
        () => undefined,
      );
      if (status !== 303) {
        await pause(10);
        continue;
      }
      acknowledged.add(message);
      first.resolve();
    }
  };
  const all = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return {
    first: first.promise,
    async stop() {
      ending.abort();
      await all;
    },
  };
}

async function kill(folder: string, victim: ServeVictim, howdah: RunningHowdah): Promise<Running> {
  const home = join(folder, ".howdah");
  const state = await eventually("the cluster runs", () => running(folder));
  const backends = (await postgresProcesses(home)).filter((pid) => pid !== state.pid);
  const pid = {
    howdah: howdah.child.pid,
    supervisor: state.supervisor,
    postmaster: state.pid,
    backend: backends.at(-1),
  }[victim];
  try {
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  } catch {
    // A backend that ended by itself meanwhile.
  }
  return state;
}

type Running = Extract<ClusterState, { kind: "running" }>;

async function running(folder: string): Promise<Running | undefined> {
  const state = await clusterState(join(folder, ".howdah"));
  return state.kind === "running" ? state : undefined;
}

/** Backends serve on for a moment when their postmaster is gone: what counts is the page after that. */
async function untilReplaced(folder: string, victim: ServeVictim, before: Running): Promise<void> {
  if (victim === "backend") return await pause(200); // the postmaster stays, and ends all other backends
  await eventually(`another ${victim} runs`, async () => {
    const state = await running(folder);
    const replaced = victim === "supervisor" ? state?.supervisor !== before.supervisor : state?.pid !== before.pid;
    return state !== undefined && replaced ? true : undefined;
  });
}

async function restarted(folder: string, killed: RunningHowdah): Promise<RunningHowdah> {
  await killed.stop("SIGKILL");
  return await startHowdah(folder);
}

async function untilServed(url: string): Promise<void> {
  await eventually(
    "the page is served",
    async () => {
      const response = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
      await response?.arrayBuffer();
      return response?.status === 200 ? true : undefined;
    },
    20_000,
  );
}

async function missing(folder: string, messages: readonly string[]): Promise<number> {
  await using cluster = await startCluster(await testCluster(join(folder, ".howdah")));
  const text = `
    select count(*)::int as missing
    from unnest($1::text[]) as sent (message)
    where not exists (select from public.entry where entry.message = sent.message)`;
  const [row] = await eventually("Postgres answers", () =>
    query<{ missing: number }>({ ...cluster.admin, database: "guestbook" }, text, [messages]).catch(() => undefined),
  );
  return row?.missing ?? messages.length;
}

if (import.meta.main) {
  const [rounds = "50", seed = String(Date.now() % 100_000)] = process.argv.slice(2);
  const result = await serveRounds(Number(rounds), Number(seed));
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exitCode = result.lost === 0 && result.left === 0 && result.slowestAnswerMs <= 5000 ? 0 : 1;
}
