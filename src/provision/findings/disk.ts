import { rm, stat, statfs, truncate } from "node:fs/promises";
import { join } from "node:path";
import { followLink, type Home } from "../home.ts";
import type { ClusterFinding, FindingOptions } from "./finding.ts";

// The first is where the supervisor calls writing off (supervisor/disk-guard.ts).
const [problemBytes, warningBytes] = [64 * 2 ** 20, 1024 * 2 ** 20] as const;

/** Room on the disk that holds the data directory. */
export async function* diskFindings(home: Home, options: FindingOptions): AsyncIterable<ClusterFinding> {
  const data = (await followLink(home.data)) ?? home.data;
  const folder = (await exists(data)) ? data : (await exists(home.folder)) ? home.folder : undefined;
  if (folder === undefined) return;
  const free = await (options.freeBytes ?? realFreeBytes)(folder);
  const message = `${megabytes(free)} free on the disk of ${folder}`;
  if (free >= warningBytes) return yield { kind: "ok", name: "disk", message };
  yield {
    kind: free < problemBytes ? "problem" : "warning",
    name: free < problemBytes ? "disk full" : "disk nearly full",
    message,
    hint: "below 64 MB new transactions are read-only until there is room (begin read write frees some by delete and vacuum)",
    fix: () => makeRoom(home, options.cache),
  };
}

/** Removes only what can be made again: old logs and the templates of the cache. */
async function makeRoom(home: Home, cache: string | undefined): Promise<void> {
  for (const log of [home.oldLog, home.log]) await truncate(log, 0).catch(() => {});
  if (cache !== undefined) await rm(join(cache, "template"), { recursive: true, force: true });
}

async function realFreeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MB`;
}
