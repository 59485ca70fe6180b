import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../../errors/index.ts";
import { readPostmasterPid } from "../postmaster-pid.ts";
import { execute, serverEnvironment } from "./execute.ts";
import type { DeathWatch } from "./death-watch.ts";
import type { LogFile } from "./log-file.ts";
import { freePort } from "./port.ts";
import { endLeftovers } from "./leftovers.ts";
import { clusterName, listenSettings } from "./server-config.ts";

export interface PostmasterOptions {
  readonly bin: string;
  readonly env: Readonly<Record<string, string>>;
  readonly data: string;
  readonly run: string;
  readonly log: LogFile;
  /** The port to begin with; the next free one is taken where it is not. */
  readonly port: number;
  readonly deathWatch: DeathWatch;
}

/** A Postgres that accepts connections. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Resolves with the reason in words when its process ends. */
  readonly exited: Promise<string>;
  /** Reads its configuration files again. */
  reload(): void;
  /** Fast shutdown: sessions end, everything is written, nothing is left to recover. */
  stop(): Promise<void>;
}

/** How long a dead postmaster's backends may take to go: 0.1 to 1 s, measured after kill -9. */
const lockRetryMs = 15_000;

/**
 * Starts Postgres and waits until it accepts connections, however long it recovers; undefined when `signal` aborts.
 * Throws WD380 with the end of the log when it refuses.
 */
export async function startPostmaster(
  options: PostmasterOptions,
  signal: AbortSignal,
): Promise<Postmaster | undefined> {
  const deadline = Date.now() + lockRetryMs;
  let [from, leftovers] = [options.port, 0];
  while (!signal.aborted) {
    const port = await freePort(from);
    const offset = await options.log.size();
    const postmaster = launch(options, port);
    if (await isReady(postmaster, options.data, signal)) return postmaster;
    if (signal.aborted) {
      await postmaster.stop();
      return undefined;
    }
    const [reason, said] = [await postmaster.exited, await options.log.since(offset)];
    if (/could not (bind|create any TCP)/.test(said)) from = port + 1;
    else if (!isLeftover(said) || Date.now() > deadline) throw refused(reason, said);
    else {
      await endLeftovers(options.data, clusterName(options.data), ++leftovers > 5 ? "SIGKILL" : "SIGQUIT");
      await pause(100);
    }
  }
  return undefined;
}

/** After kill -9 of a postmaster its backends hold the data directory for a moment. */
function isLeftover(said: string): boolean {
  return /lock file ".*" already exists|pre-existing shared memory block/.test(said);
}

function launch(options: PostmasterOptions, port: number): Postmaster {
  const postgres = join(options.bin, process.platform === "win32" ? "postgres.exe" : "postgres");
  const args = [
    "-D",
    options.data,
    ...listenSettings(options.run, port),
    "-c",
    `cluster_name=${clusterName(options.data)}`,
  ];
  const [program = postgres, ...rest] = [...options.deathWatch.prefix, postgres, ...args];
  const child = spawn(program, rest, {
    cwd: options.data,
    env: serverEnvironment(options.env),
    stdio: ["ignore", options.log.descriptor, options.log.descriptor],
    windowsHide: true,
  });
  const exited = new Promise<string>((done) => {
    child.once("error", (error) => done(error.message));
    child.once("exit", (code, killedBy) => done(killedBy === null ? `exit code ${code}` : `signal ${killedBy}`));
  });
  options.deathWatch.watch(child, exited);
  return {
    pid: child.pid ?? 0,
    port,
    exited,
    reload: () => child.kill("SIGHUP"),
    stop: () => stop(child, exited, options),
  };
}

/** False when it ended instead. */
async function isReady(postmaster: Postmaster, data: string, signal: AbortSignal): Promise<boolean> {
  const life = { ended: false };
  void postmaster.exited.then(() => (life.ended = true));
  while (!life.ended && !signal.aborted) {
    const file = await readPostmasterPid(data);
    if (file?.pid === postmaster.pid && file.ready) return !life.ended;
    await pause(10);
  }
  return false;
}

async function stop(child: ChildProcess, exited: Promise<string>, options: PostmasterOptions): Promise<void> {
  // Signals end a process on Windows at once: pg_ctl speaks to the server's own signal pipe.
  if (process.platform === "win32") {
    await execute(join(options.bin, "pg_ctl.exe"), ["stop", "-m", "fast", "-D", options.data], { env: options.env });
    return;
  }
  child.kill("SIGINT");
  const slow = setTimeout(() => child.kill("SIGQUIT"), 60_000);
  await exited;
  clearTimeout(slow);
}

function refused(reason: string, said: string): AppError {
  const lines = said.trim().split("\n").slice(-12);
  return new AppError("WD380", "Postgres does not start", {
    detail: lines.join("\n") || reason,
    hint: hintFor(said),
  });
}

function hintFor(said: string): string | undefined {
  if (/No space left on device/.test(said)) return "the disk is full: make room, then start again";
  if (/howdah\.conf/.test(said)) return "a setting in howdah.toml is not one that this Postgres knows";
  if (/could not access file/.test(said)) return "a library to preload is missing: is the extension installed?";
  return undefined;
}
