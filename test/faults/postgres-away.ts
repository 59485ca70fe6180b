// Takes Postgres away from a `howdah serve` under HTTP load, gives it back, and counts what clients saw:
//   HOWDAH_TEST_URL=… node test/faults/postgres-away.ts [SECONDS]
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connect, type Target } from "../../src/postgres/index.ts";
import { clusterState } from "../../src/provision/index.ts";
import { eventually, query } from "../support/cluster.ts";
import { dropDatabase, testServer } from "../support/database.ts";
import { projectFolder } from "../support/folder.ts";
import { copyGuestbook, urlGuestbook } from "../support/guestbook.ts";
import { startProxy } from "../support/proxy.ts";
import { howdahEnd, startHowdah, type RunningHowdah } from "../support/running-howdah.ts";
import { startLoad, type LoadedRequest } from "./load.ts";

const ways = ["refused", "silent", "killed"] as const;
/** A proxy that refuses, a proxy that swallows everything, or a cluster that is killed and held down. */
export type Way = (typeof ways)[number];

export interface AwayResult {
  readonly way: Way;
  readonly seconds: number;
  /** Requests that were asked, or still under way, until the first 200 of afterwards. */
  readonly during: number;
  /** Of those: answered with 503 and Retry-After. */
  readonly unavailable: number;
  /** Of those: neither that nor a 200, or not answered within 5 s. Must be 0. */
  readonly otherwise: number;
  /** The slowest of those. */
  readonly slowestMs: number;
  /** From Postgres accepting connections again to the first 200, and what failed after that (must be 0). */
  readonly backMs: number;
  readonly failedAfterwards: number;
  readonly okBefore: number;
  readonly okAfter: number;
  /** Connections of requests at the end; never more than the pool. */
  readonly connections: number;
  readonly pool: number;
  /** The server is the process that it was. */
  readonly sameProcess: boolean;
}

const pool = 4;
const server = `\n[server]\npool = ${pool}\nacquire_timeout = "1 s"\nstatement_timeout = "900 ms"\n`;

/**
 * How long a request may take: acquire_timeout; where Postgres only goes silent, a statement that runs is given up after
 * statement_timeout and 2.25 s in which its cancellation may still be answered.
 */
const promisedMs: Readonly<Record<Way, number>> = { refused: 1000, silent: 1000 + 900 + 2250, killed: 1000 };

interface Scene {
  readonly howdah: RunningHowdah;
  /** As whoever sees all sessions. */
  readonly admin: Target;
  readonly authenticator: string;
  away(): Promise<void>;
  /** Resolves when Postgres accepts connections again. */
  back(): Promise<void>;
}

/** Serves the guestbook, takes Postgres away for as long as said, and counts. */
export async function postgresAway(way: Way, seconds: number): Promise<AwayResult> {
  await using scene = way === "killed" ? await killedScene() : await proxyScene(way);
  const { howdah } = scene;
  const load = startLoad(howdah.url, 16);
  await pause(1000);
  await scene.away();
  const awayAt = performance.now();
  await pause(seconds * 1000);
  const endedAt = performance.now();
  await scene.back();
  const backAt = performance.now();
  await pause(3000);
  const requests = await load.stop();
  const connections = await countConnections(scene);
  return {
    way,
    seconds,
    ...judge(requests, { awayAt, endedAt, backAt }),
    connections,
    pool,
    sameProcess: isAlive(howdah),
  };
}

function judge(requests: readonly LoadedRequest[], at: { awayAt: number; endedAt: number; backAt: number }) {
  const isOk = ({ status }: LoadedRequest): boolean => status === 200;
  const isUnavailable = ({ status, retryAfter }: LoadedRequest): boolean => status === 503 && retryAfter !== null;
  const firstOk = requests.find((request) => isOk(request) && request.endedMs > at.endedAt);
  const recoveredMs = Math.max(firstOk?.endedMs ?? Number.POSITIVE_INFINITY, at.backAt);
  const after = requests.filter(({ startedMs }) => startedMs > recoveredMs);
  // Those count too that were under way when Postgres went, and when it came back.
  const during = requests.filter(({ startedMs, endedMs }) => endedMs > at.awayAt && startedMs < recoveredMs);
  return {
    during: during.length,
    unavailable: during.filter(isUnavailable).length,
    otherwise: during.filter((request) => !isOk(request) && !isUnavailable(request)).length,
    slowestMs: Math.round(Math.max(0, ...during.map(({ startedMs, endedMs }) => endedMs - startedMs))),
    backMs: Math.round(recoveredMs - at.backAt),
    failedAfterwards: after.filter((request) => !isOk(request)).length,
    okBefore: requests.filter((request) => isOk(request) && request.endedMs < at.awayAt).length,
    okAfter: after.filter(isOk).length,
  };
}

function isAlive({ child }: RunningHowdah): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function countConnections({ admin, authenticator }: Scene): Promise<number> {
  const [row] = await query<{ count: number }>(
    admin,
    "select count(*)::int as count from pg_stat_activity where usename = $1",
    [authenticator],
  );
  return row?.count ?? -1;
}

/** Through the provider url as a role without superuser, behind a proxy that fails. */
async function proxyScene(way: "refused" | "silent"): Promise<Scene & AsyncDisposable> {
  await using made = new AsyncDisposableStack();
  const { folder } = made.use(await projectFolder("howdah-away-"));
  const admin = testServer();
  const name = `t_${randomBytes(5).toString("hex")}`;
  made.defer(() => dropDatabase(admin, name));
  const proxy = await startProxy(admin);
  made.defer(() => proxy.stop());
  const { host, port } = proxy.target;
  const { env } = await urlGuestbook(name, folder, { toml: server, through: { host, port } });
  await howdahEnd(folder, ["migrate"], env);
  const howdah = made.use(await startHowdah(folder, { command: "serve", env }));
  const authenticator = `${name}_authenticator`;
  const away = async (): Promise<void> => (way === "silent" ? proxy.blackhole(true) : proxy.stop());
  const back = async (): Promise<void> => {
    if (way === "refused") return proxy.start();
    proxy.blackhole(false);
    proxy.drop();
  };
  const owned = made.move();
  return { howdah, admin, authenticator, away, back, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The project's own cluster: its postmaster is killed, and its supervisor can't start another one for a while. */
async function killedScene(): Promise<Scene & AsyncDisposable> {
  await using made = new AsyncDisposableStack();
  const { folder } = made.use(await projectFolder("howdah-away-"));
  await copyGuestbook(folder, { toml: server });
  await howdahEnd(folder, ["migrate"]);
  const howdah = made.use(await startHowdah(folder, { command: "serve" }));
  const home = join(folder, ".howdah");
  const state = await clusterState(home);
  if (state.kind !== "running") throw new Error(`the cluster is ${state.kind}`);
  const { supervisor, pid, port } = state;
  const password = (await readFile(join(home, "password"), "utf8")).trim();
  const admin: Target = { host: "127.0.0.1", port, database: "postgres", user: "postgres", password, ssl: "disable" };
  const away = async (): Promise<void> => {
    process.kill(supervisor, "SIGSTOP");
    process.kill(pid, "SIGKILL");
    await eventually("Postgres is gone", async () => ((await accepts(admin)) ? undefined : true));
  };
  const back = async (): Promise<void> => {
    process.kill(supervisor, "SIGCONT");
    await eventually("Postgres answers", async () => (await accepts(admin)) || undefined);
  };
  const owned = made.move();
  return {
    howdah,
    admin,
    authenticator: "guestbook_authenticator",
    away,
    back,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function accepts(target: Target): Promise<boolean> {
  try {
    await using _session = await connect(target, { connectTimeoutMs: 1000 });
    return true;
  } catch {
    return false;
  }
}

/** Whether a result is what clients were promised; the machine may add `slackMs`. */
export function isKept(result: AwayResult, slackMs: number): boolean {
  return (
    result.okBefore > 0 &&
    result.okAfter > 0 &&
    result.unavailable > 0 &&
    result.otherwise + result.failedAfterwards === 0 &&
    result.slowestMs <= promisedMs[result.way] + slackMs &&
    result.backMs <= 2000 &&
    result.connections <= result.pool &&
    result.sameProcess
  );
}

if (import.meta.main) {
  const seconds = Number(process.argv[2] ?? 10);
  for (const way of ways) {
    const result = await postgresAway(way, seconds);
    process.stdout.write(`${JSON.stringify(result)}\n`);
    if (!isKept(result, 500)) process.exitCode = 1;
  }
}
