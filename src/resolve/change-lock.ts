import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { readLock, writeLock, type Lock } from "../project/index.ts";
import { cacheRoot } from "./cache.ts";
import { withLock } from "./lock.ts";

/**
 * Changes howdah.lock of a project: as it is by then, while no other process changes it, so that of two that resolve different
 * things at once neither loses what the other has locked. A change that returns undefined leaves the file alone.
 *
 * The lock stands in the cache: a project's folder may be on a file system without locks.
 */
export async function changeLock(
  root: string,
  change: (lock: Lock) => Lock | undefined,
  cache: string = cacheRoot(),
): Promise<void> {
  // Several paths may lead to one folder.
  const folder = await realpath(root);
  const name = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  await withLock(join(cache, "locks", `howdah-lock-${name}`), async () => {
    const changed = change((await readLock(root)) ?? {});
    if (changed !== undefined) await writeLock(root, changed);
  });
}
