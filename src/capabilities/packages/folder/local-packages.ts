import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isPackageFolder } from "../manifest/read-manifest.ts";
import { readPackage, type Package } from "./package-folder.ts";

/** The packages in a folder: itself, or every folder directly below it that is one. */
export async function packageFolders(folder: string): Promise<readonly string[]> {
  if (await isPackageFolder(folder)) return [folder];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  const inner = folders.map((entry) => join(folder, entry.name)).toSorted();
  const found = await Promise.all(inner.map(async (each) => ((await isPackageFolder(each)) ? [each] : [])));
  return found.flat();
}

/** What packages need by path, and what that needs in turn. */
export async function packagesByPath(packages: readonly Package[]): Promise<readonly Package[]> {
  const found = new Map<string, Package>();
  const queue = [...packages];
  for (const { folder, manifest } of queue) {
    for (const { origin } of manifest.dependencies.values()) {
      const needed = origin?.kind === "path" ? resolve(folder, origin.path) : undefined;
      if (needed === undefined || found.has(needed)) continue;
      const read = await readPackage(needed);
      found.set(needed, read);
      queue.push(read);
    }
  }
  return [...found.values()];
}
