import cluster from "node:cluster";
import { availableParallelism } from "node:os";
import { InvalidArgumentError } from "commander";
import type { Log } from "../application/index.ts";
import { exitCodeOf, reportError } from "./report.ts";
import type { Shell } from "./shell.ts";
import { untilAborted } from "./until.ts";

/** `--workers`: a number, or `auto` for one a processor. */
export function parseWorkers(text: string): number {
  if (text === "auto") return availableParallelism();
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a number from 1 to 999, or auto");
}

export interface Workers {
  readonly count: number;
  readonly log: Log;
  /** Passed on to each of them. */
  readonly passedOn?: readonly NodeJS.Signals[];
  /** Told once, with what the last of them has said to be ready with. */
  readonly onReady?: (message: unknown) => Promise<void>;
}

/** Whether this process is one of several that another one has started. */
export function isWorker(): boolean {
  return cluster.isWorker;
}

/** Tells the process above that this one answers. */
export function tellReady(message: unknown): void {
  process.send?.(message);
}

/** Runs what a worker runs as well, which ends with it: the process above would keep one that has nothing left to do. */
export async function untilDone(work: Promise<void>, shell: Shell): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!cluster.isWorker) throw error;
    reportError(error, shell);
    process.exit(exitCodeOf(error));
  }
  if (cluster.isWorker && process.connected) process.disconnect();
}

/** Starts the workers, starts another where one dies, passes signals on, and waits for the last of them. */
export async function superviseWorkers({ count, log, passedOn = [], onReady }: Workers, shell: Shell): Promise<void> {
  const fork = (): void => {
    if (!shell.signal.aborted) cluster.fork();
  };
  let serving = false;
  let ready = 0;
  cluster.on("listening", () => {
    serving = true;
  });
  cluster.on("message", (_worker, message: unknown) => {
    if (++ready !== count || onReady === undefined) return;
    onReady(message).catch((error: unknown) => {
      log.error({}, error instanceof Error ? error.message : String(error));
      process.exit(1);
    });
  });
  cluster.on("exit", (worker, code) => {
    if (shell.signal.aborted) return;
    // It has said why; the next one would say the same.
    if (!serving) process.exit(code || 1);
    log.error({ pid: worker.process.pid }, "a worker died, another one is started");
    // A worker that can't start at all must not be started as fast as it dies.
    setTimeout(fork, 1000);
  });
  for (let started = 0; started < count; started++) fork();
  const workers = () => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  for (const name of passedOn) process.on(name, () => workers().forEach((worker) => worker.process.kill(name)));
  await untilAborted(shell.signal);
  const ended = workers().map((worker) => new Promise((done) => worker.once("exit", done)));
  for (const worker of workers()) worker.process.kill("SIGTERM");
  await Promise.all(ended);
  shell.exit(0);
}
