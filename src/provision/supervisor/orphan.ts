import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../../errors/index.ts";
import { followLink, type Home } from "../home.ts";
import { isAlive, isPostmasterOf, isTaken, readPostmasterPid } from "../postmaster-pid.ts";
import { preferredPort } from "./port.ts";

/** Who is on a data directory whose supervisor is gone. */
export type Occupant =
  | { readonly kind: "nobody" }
  /** postmaster.pid was left behind: `taken` when its number is another program's or a zombie's now. */
  | { readonly kind: "stale"; readonly pid: number; readonly taken: boolean }
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
  if (!(await isPostmasterOf(pid, data))) return { kind: "stale", pid, taken: isTaken(pid) };
  // Without a socket (Windows; or it does not listen yet), its port is the sign: another's would be 5432.
  const ours = await (socketFolder === undefined ? isPreferred(home, port) : sameFolder(socketFolder, home.run));
  return { kind: ours ? "orphan" : "foreign", pid, port };
}

/**
 * Clears the way for a new postmaster: stops an orphan, removes a postmaster.pid whose number another program or a
 * zombie has (Postgres sees through a free one itself). Throws WD374 for a server that somebody else started.
 */
export async function evict(home: Home): Promise<void> {
  const occupant = await findOccupant(home);
  switch (occupant.kind) {
    case "nobody":
      return;
    case "stale":
      // Safe since PostgreSQL 12: backends of a killed postmaster are found by the inode of the data directory.
      if (occupant.taken) await removePostmasterPid(home);
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
  for (const [signal, waitMs] of [
    ["SIGINT", 10_000],
    ["SIGQUIT", 10_000],
  ] as const) {
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

async function isPreferred(home: Home, port: number | undefined): Promise<boolean> {
  return port === (await preferredPort(home));
}

async function sameFolder(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all([left, right].map((path) => stat(path).catch(() => undefined)));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}
