import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** The lines of postmaster.pid that we read (PostgreSQL source, src/include/utils/pidfile.h). */
export interface PostmasterPid {
  readonly pid: number;
  readonly port: number | undefined;
  /** The first folder of its Unix sockets; undefined before it listens, and on Windows. */
  readonly socketFolder: string | undefined;
  /** It accepts connections. */
  readonly ready: boolean;
}

/** What postmaster.pid of a data directory says; undefined without one, or before its first line is whole. */
export async function readPostmasterPid(data: string): Promise<PostmasterPid | undefined> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split("\n").map((line) => line.trim());
  const pid = Math.abs(Number(lines[0])); // negative for a single-user backend
  if (!Number.isInteger(pid) || pid === 0) return undefined;
  return {
    pid,
    port: Number(lines[3]) || undefined,
    socketFolder: lines[4] === "" ? undefined : lines[4],
    ready: lines[7] === "ready",
  };
}

/** True when the number belongs to a process, be it one that ended and was not waited for (a zombie). */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // another user's
  }
}

/**
 * True when the process runs. A zombie does not, however long its parent leaves it: the first process of a container
 * often waits late or never for what it inherits.
 */
export function isAlive(pid: number): boolean {
  if (!isTaken(pid)) return false;
  if (process.platform !== "linux") return true;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(")") + 1));
  } catch {
    return false;
  }
}

/** True when the process is a Postgres on this data directory, and not one that took over a dead one's number. */
export async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === "linux") return isPostmasterOnLinux(pid, data);
  if (process.platform === "win32") return true; // the command line needs WMI: believe postmaster.pid
  const { stdout } = await promisify(execFile)("ps", ["-o", "command=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  return stdout.includes("postgres");
}

/** A postmaster stands in its data directory. Another user's can't be looked into: then its name decides. */
async function isPostmasterOnLinux(pid: number, data: string): Promise<boolean> {
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(data));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EACCES" && code !== "EPERM") return false;
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    return name.startsWith("postgres");
  }
}
