import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../errors/index.ts";
import { type Home, homeAt } from "./home.ts";
import { askStatus, connectSupervisor } from "./lease.ts";
import { removePlace } from "./supervisor/folders.ts";
import { findOccupant, stopOrphan } from "./supervisor/orphan.ts";

/** What goes on in a project's `.howdah`, seen from outside and without a lease. */
export type ClusterState =
  | { readonly kind: "stopped" }
  /** Its supervisor is there, Postgres does not accept connections yet, or no longer. */
  | { readonly kind: "starting" | "stopping" | "failed"; readonly step: string }
  | {
      readonly kind: "running";
      readonly pid: number;
      readonly supervisor: number;
      readonly port: number;
      readonly version: string;
      /** Process ids of the lease holders. */
      readonly leases: readonly number[];
      readonly startedAt: string;
      readonly restarts: number;
      readonly diskFull: boolean;
    }
  /** Nothing runs, but postmaster.pid is left. */
  | { readonly kind: "stale"; readonly pid: number }
  /** Postgres runs without its supervisor: the next start stops it first. */
  | { readonly kind: "orphan"; readonly pid: number; readonly port: number | undefined }
  /** A server that howdah did not start runs on the data directory. */
  | { readonly kind: "foreign"; readonly pid: number; readonly port: number | undefined };

/** The state of the cluster in `folder` (a project's `.howdah`); starts nothing. */
export async function clusterState(folder: string): Promise<ClusterState> {
  const home = homeAt(folder);
  const status = await askStatus(home);
  if (status === undefined) return unsupervised(home);
  const { state, leases } = status;
  switch (state.kind) {
    case "running":
      return { ...state, leases };
    case "starting":
      return { kind: "starting", step: state.step };
    case "stopping":
      return { kind: "stopping", step: "stopping Postgres" };
    case "failed":
      return { kind: "failed", step: state.failure.message };
    default:
      return state satisfies never;
  }
}

/**
 * Stops the cluster whoever holds it (they don't start it again), or the server that a killed howdah left behind;
 * resolves when it has stopped. Throws WD374 for a server that somebody else started.
 */
export async function stopCluster(folder: string): Promise<void> {
  const home = homeAt(folder);
  const supervisor = await connectSupervisor(home);
  if (supervisor !== undefined) {
    supervisor.send({ kind: "stop" });
    return supervisor.closed;
  }
  const occupant = await findOccupant(home);
  if (occupant.kind === "orphan") return stopOrphan(occupant.pid);
  if (occupant.kind === "foreign") throw notOurs(home, occupant.pid);
}

/** Stops the cluster and removes it with all its data, password and log; what else is in `folder` stays. */
export async function destroyCluster(folder: string): Promise<void> {
  const home = homeAt(folder);
  if (!existsSync(home.folder)) return;
  await stopCluster(folder);
  using _lock = await takeLock(home);
  for (const place of [home.data, home.run]) await removePlace(place);
  await rm(`${home.data}.new`, { recursive: true, force: true });
  for (const file of [home.password, home.port, home.log, home.oldLog, home.lock]) await rm(file, { force: true });
}

async function unsupervised(home: Home): Promise<ClusterState> {
  const occupant = await findOccupant(home);
  return occupant.kind === "nobody" ? { kind: "stopped" } : occupant;
}

/** So that nobody starts what is being removed. */
async function takeLock(home: Home): Promise<Disposable> {
  const { tryLock } = await import("./supervisor/lock.ts");
  for (const deadline = Date.now() + 5000; Date.now() < deadline; await pause(20)) {
    const lock = tryLock(home.lock);
    if (lock !== undefined) return lock;
  }
  throw new AppError("WD381", "the cluster was started again while it was to be removed", {
    detail: home.folder,
    hint: "end the other howdah of this project first",
  });
}

function notOurs(home: Home, pid: number): AppError {
  return new AppError("WD374", "another server runs on the project's data directory", {
    detail: `process ${pid} on ${home.data}: howdah did not start it`,
    hint: "stop it the way it was started",
  });
}
