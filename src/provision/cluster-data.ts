import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { followLink, homeAt } from "./home.ts";
import { dataMajor } from "./supervisor/data-directory.ts";

/** The data directory of a cluster, as it lies on the disk. */
export interface ClusterData {
  /** Absolute, links followed. */
  readonly path: string;
  /** The major that wrote it. */
  readonly major: number;
  readonly bytes: number;
}

/** The major that wrote the data directory in `folder` (a project's `.howdah`); undefined when there is none. */
export async function clusterMajor(folder: string): Promise<number | undefined> {
  const path = await followLink(homeAt(folder).data);
  return path === undefined ? undefined : await dataMajor(path);
}

/** What lies in the data directory in `folder` (a project's `.howdah`); undefined when there is none. Starts nothing. */
export async function clusterData(folder: string): Promise<ClusterData | undefined> {
  const path = await followLink(homeAt(folder).data);
  const major = path === undefined ? undefined : await dataMajor(path);
  if (path === undefined || major === undefined) return undefined;
  return { path, major, bytes: await bytesIn(path) };
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  let bytes = 0;
  for (const { parentPath, name } of files) bytes += (await lstat(join(parentPath, name))).size;
  return bytes;
}
