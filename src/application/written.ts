import { setTimeout as pause } from "node:timers/promises";
import type { Tree } from "../project/index.ts";

const waitMs = 200;
const pollMs = 10;

/**
 * Resolves when none of the files is empty, or after 200 ms.
 *
 * Many editors empty a file and then write it. On a busy machine the watcher is told in between: without waiting, the
 * file's objects would be dropped and made again.
 */
export async function written(tree: Tree, paths: readonly string[]): Promise<void> {
  for (const deadline = performance.now() + waitMs; performance.now() < deadline; await pause(pollMs)) {
    const entries = await Promise.all(paths.map((path) => tree.stat(path)));
    if (!entries.some((entry) => entry?.bytes === 0)) return;
  }
}
