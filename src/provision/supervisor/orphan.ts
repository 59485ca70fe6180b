import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../../errors/index.ts";
import { followLink, type Home } from "../home.ts";
import { isAlive, isPostmasterOf, readPostmasterPid } from "../postmaster-pid.ts";

/** Who is on a data directory whose supervisor is gone. */
export type Occupant =
  | { readonly kind: "nobody" }
  /** postmaster.pid was left behind: `alive` when its number belongs to another program now. */
  | { readonly kind: "stale"; readonly pid: number; readonly alive: boolean }
  /** A postmaster of ours: its socket stands in our private folder, which only the supervisor's command line names. */
  | { readonly kind: "orphan"; readonly pid: number; readonly port: number | undefined }
  /** A postmaster that somebody else started. */
  | { readonly kind: "foreign"; readonly pid: number; readonly port: number | undefined };

/** Looks at postmaster.pid and at the process that it names. */
export async function findOccupant(home: Home): Promise<Occupant> {
  const data = (await followLink(home.data)) ?? home.data;
  const file = await readPostmasterPid(data);
  if (file === undefined) return { kind: "nobody" };
  const { pid, port, socketFolder } = file;
  if (!(await isPostmasterOf(pid, data))) return { kind: "stale", pid, alive: isAlive(pid) };
  const ours = socketFolder === undefined || (await sameFolder(socketFolder, home.run));
  return { kind: ours ? "orphan" : "foreign", pid, port };
}

/**
 * Clears the way for a new postmaster: stops an orphan, removes a postmaster.pid whose number another program took
 * over (Postgres sees through a dead one's itself). Throws WD374 for a server that somebody else started.
 */
export async function evict(home: Home): Promise<void> {
  const occupant = await findOccupant(home);
  switch (occupant.kind) {
    case "nobody":
      return;
    case "stale":
      // Safe since PostgreSQL 12: backends of a killed postmaster are found by the inode of the data directory.
      if (occupant.alive) await removePostmasterPid(home);
      return;
    case "orphan":
      return stopOrphan(occupant.pid);
    case "foreign":
      throw new AppError("WD374", "another server runs on the project's data directory", {
        detail: `process ${occupant.pid}, port ${occupant.port ?? "unknown"}: howdah did not start it`,
        hint: "stop it the way it was started, then run howdah again",
      });
    default:
      return occupant satisfies never;
  }
}

/** Removes what a dead postmaster left behind. */
export async function removePostmasterPid(home: Home): Promise<void> {
  await rm(join((await followLink(home.data)) ?? home.data, "postmaster.pid"), { force: true });
}

/** Fast shutdown; an immediate one (which the next start recovers from) when that takes too long. */
export async function stopOrphan(pid: number): Promise<void> {
  for (const [signal, waitMs] of [["SIGINT", 10_000], ["SIGQUIT", 10_000]] as const) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    if (await ended(pid, waitMs)) return;
  }
  throw new AppError("WD374", "a server that a killed howdah left behind does not stop", {
    detail: `process ${pid}`,
    hint: `end it with: kill -QUIT ${pid}`,
  });
}

async function ended(pid: number, waitMs: number): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await pause(20);
  }
  return true;
}

async function sameFolder(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all([left, right].map((path) => stat(path).catch(() => undefined)));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}
