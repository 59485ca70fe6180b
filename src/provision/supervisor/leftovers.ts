import { execFile } from "node:child_process";
import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { promisify } from "node:util";
import { isPostmasterOf, readPostmasterPid } from "../postmaster-pid.ts";

/**
 * Ends the backends of a killed postmaster. Idle ones notice its end by themselves; one in the middle of a long
 * statement goes on, and keeps every new postmaster from starting. Nothing is lost that was acknowledged: its transaction
 * can't be committed any more than after a power failure.
 *
 * @param clusterName the first word that the processes call themselves by
 */
export async function endLeftovers(data: string, clusterName: string, signal: "SIGQUIT" | "SIGKILL"): Promise<void> {
  const file = await readPostmasterPid(data);
  if (file !== undefined && (await isPostmasterOf(file.pid, data))) return; // it has a living parent
  const pids = process.platform === "linux" ? await inFolder(data, clusterName) : await byTitle(clusterName);
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }
}

/** Every process of a cluster stands in its data directory and bears its name; a shell may stand there too. */
async function inFolder(data: string, clusterName: string): Promise<readonly number[]> {
  const [folder, names] = await Promise.all([realpath(data), readdir("/proc")]);
  const pids = names.map(Number).filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const ours = await Promise.all(
    pids.map(async (pid) => {
      if ((await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) !== folder) return false;
      const title = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return title.startsWith(`postgres: ${clusterName}: `);
    }),
  );
  return pids.filter((_, index) => ours[index]);
}

async function byTitle(clusterName: string): Promise<readonly number[]> {
  if (process.platform === "win32") return []; // backends end with their job there
  const list = await promisify(execFile)("ps", ["-axo", "pid=,command="]).catch(() => ({ stdout: "" }));
  const lines = list.stdout.split("\n").map((line) => /^\s*(\d+)\s+postgres: (.*)$/.exec(line));
  return lines.flatMap((line) => (line?.[2]?.startsWith(`${clusterName}: `) ? [Number(line[1])] : []));
}
