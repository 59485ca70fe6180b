import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../errors/index.ts";
import type { ClusterOptions } from "./cluster.ts";
import { type Home, homeAt } from "./home.ts";
import { connectSupervisor, fromFailure, type LeaseConnection } from "./lease.ts";
import type { LeaseReply, SupervisorOptions, SupervisorState } from "./lease-protocol.ts";
import { serverUser } from "./server-user.ts";
import { spawnSupervisor } from "./spawn-supervisor.ts";
import { dataMajor } from "./supervisor/data-directory.ts";

export type RunningState = Extract<SupervisorState, { kind: "running" }>;

/** A lease on a cluster that accepts connections. */
export interface HeldLease {
  readonly connection: LeaseConnection;
  readonly running: RunningState;
  /** True when the supervisor was there before. */
  readonly joined: boolean;
}

/** How long there may be neither a supervisor to connect to nor one that can be started. */
const patienceMs = 15_000;

/**
 * Joins the cluster, or starts its supervisor and then joins. Any number of processes may do this at once: one
 * supervisor gets the lock, everyone gets a lease.
 */
export async function holdCluster(
  options: ClusterOptions,
  onState: (state: SupervisorState) => void,
): Promise<HeldLease> {
  const home = homeAt(options.home);
  let [started, deadline] = [false, Date.now() + patienceMs];
  for (;;) {
    assertWanted(options);
    const connection = await connectSupervisor(home);
    if (connection !== undefined) {
      const running = await hold(connection, options, onState);
      if (running !== undefined) return { connection, running, joined: !started };
      deadline = Date.now() + patienceMs; // one that stops was there: progress
    }
    if (Date.now() > deadline) throw noSupervisor(home.folder);
    const greeting = await spawnSupervisor(await supervisorOptions(home, options));
    if (greeting.kind === "failed") throw fromFailure(greeting.failure);
    started = greeting.kind === "listening";
    if (greeting.kind === "busy") await pause(25);
  }
}

/** Waits for "running"; undefined when the supervisor ends first, as one does that was stopping already. */
async function hold(
  connection: LeaseConnection,
  options: ClusterOptions,
  onState: (state: SupervisorState) => void,
): Promise<RunningState | undefined> {
  const abort = () => connection.close();
  options.signal?.addEventListener("abort", abort, { once: true });
  const running = new Promise<RunningState>((done, failed) => {
    connection.onReply((reply: LeaseReply) => {
      if (reply.kind === "refused") failed(fromFailure(reply.failure));
      if (reply.kind !== "state") return;
      onState(reply.state);
      if (reply.state.kind === "failed") failed(fromFailure(reply.state.failure));
      if (reply.state.kind === "running") done(reply.state);
    });
  });
  const { installation, settings = {} } = options;
  const { version, bin } = installation;
  connection.send({ kind: "hold", pid: process.pid, version, settings, bin });
  try {
    return (await Promise.race([running, connection.closed])) ?? undefined;
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}

/** The template is made here and not by the supervisor, which stays small: it never loads what fetches and installs. */
async function supervisorOptions(home: Home, options: ClusterOptions): Promise<SupervisorOptions> {
  const { cache, installation, settings = {}, signal } = options;
  const { provider, version, major, bin, env } = installation;
  const base = { home: home.folder, installation: { provider, version, major, bin, env }, settings };
  if ((await dataMajor(home.data)) !== undefined) return base;
  const { ensureTemplate } = await import("./template.ts");
  return { ...base, template: await ensureTemplate(installation, cache, await serverUser(home), signal) };
}

function assertWanted({ signal, home }: ClusterOptions): void {
  if (signal?.aborted) throw new AppError("WD358", "interrupted", { detail: home, cause: signal.reason });
}

function noSupervisor(folder: string): AppError {
  return new AppError("WD370", "the supervisor of the cluster can't be reached", {
    detail: `${folder}: its lock is held, but nobody answers on its socket`,
    hint: "howdah doctor names the process; ending it frees the lock",
  });
}
