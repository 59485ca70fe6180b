import { createHash } from "node:crypto";
import { join } from "node:path";
import { cacheRoot, withLock } from "../../resolve/index.ts";
import type { OpenDatabaseOptions, Project } from "../application.ts";

/**
 * Runs a change of a project's extensions while no other process changes them; the project is read again behind the lock.
 *
 * The lock stands in the cache, which can be written by whoever adds: a project's folder may be on a file system without locks.
 */
export async function exclusively<T>(
  project: Project,
  { signal, onStep }: OpenDatabaseOptions,
  change: (current: Project) => Promise<T>,
): Promise<T> {
  const name = createHash("sha256").update(project.root).digest("hex").slice(0, 16);
  const onWait = (): void => onStep?.("waiting for another change of this project's extensions");
  return await withLock(join(cacheRoot(), "locks", `project-${name}`), async () => change(await project.reopen()), {
    signal,
    onWait,
  });
}
