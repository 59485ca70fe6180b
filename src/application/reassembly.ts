import type { AppEvent } from "../capability/index.ts";
import { toAppError, type AppError } from "../errors/index.ts";
import type { TreeChange } from "../project/index.ts";
import type { AssemblyReport } from "../schema/index.ts";

export interface ReassemblyOptions {
  /** Whether a change of this path has to reach the database. */
  readonly assembles: (path: string) => boolean;
  readonly assemble: () => Promise<AssemblyReport>;
  readonly emit: (event: AppEvent) => void;
  readonly onResult: (result: AssemblyReport | AppError) => void;
}

/**
 * Takes the changes of a watched Tree one after the other: what is SQL is assembled again, everything else is told to
 * the browsers at once. Changes that arrive while one is assembled wait together, and are taken as one.
 *
 * A failure stays until an assembly succeeds: the last good version goes on serving meanwhile.
 */
export function createReassembly(options: ReassemblyOptions): (change: TreeChange) => void {
  let waiting = new Set<string>();
  let running = false;
  return ({ paths }) => {
    for (const path of paths) waiting.add(path);
    if (running) return;
    running = true;
    void drain().finally(() => {
      running = false;
    });
  };

  async function drain(): Promise<void> {
    while (waiting.size > 0) {
      const paths = [...waiting];
      waiting = new Set();
      await take(options, paths);
    }
  }
}

async function take(options: ReassemblyOptions, paths: readonly string[]): Promise<void> {
  if (!paths.some(options.assembles)) return options.emit({ kind: "changed", paths });
  try {
    const report = await options.assemble();
    options.emit({ kind: "assembled", paths });
    options.onResult(report);
  } catch (thrown) {
    const error = toAppError(thrown);
    options.emit({ kind: "failed", error });
    options.onResult(error);
  }
}
