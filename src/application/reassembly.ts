import type { AppEvent } from "../capability/index.ts";
import { errorToJson, toAppError, type AppError } from "../errors/index.ts";
import type { TreeChange } from "../project/index.ts";
import type { AssemblyReport } from "../schema/index.ts";

export interface ReassemblyOptions {
  /** Whether a change of this path has to reach the database. */
  readonly assembles: (path: string) => boolean;
  readonly assemble: (paths: readonly string[]) => Promise<AssemblyReport>;
  /** Looks at files that no assembly reads, howdah.toml and pages: what is wrong with them now. */
  readonly check: (paths: readonly string[]) => Promise<AppError | undefined>;
  readonly emit: (event: AppEvent) => void;
  readonly onResult: (result: AssemblyReport | AppError) => void;
  /** What the assembly before this one failed with. */
  readonly failed?: AppError | undefined;
}

/** The queue of changes; see `createReassembly`. */
export interface Reassembly {
  take(change: TreeChange): void;
  /** Takes nothing more; resolved once what runs has come to its end. */
  stop(): Promise<void>;
}

/**
 * Takes the changes of a watched Tree one after the other: what is SQL is assembled again, everything else is told to
 * the browsers at once. Changes that arrive while one is assembled wait together, and are taken as one.
 *
 * A failure stays until an assembly succeeds: the last good version goes on serving meanwhile. A change without paths
 * asks for an assembly of whatever has changed unseen, and is told only where it finds something.
 */
export function createReassembly(options: ReassemblyOptions): Reassembly {
  const takeOne = createTaker(options);
  let waiting: Set<string> | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;
  const drain = async (): Promise<void> => {
    while (waiting !== undefined) {
      const paths = [...waiting];
      waiting = undefined;
      await takeOne(paths);
    }
  };
  return {
    take({ paths }) {
      if (stopped) return;
      waiting = new Set([...(waiting ?? []), ...paths]);
      running ??= drain().finally(() => {
        running = undefined;
      });
    },
    async stop() {
      stopped = true;
      waiting = undefined;
      await running;
    },
  };
}

/** Takes one change to its end; remembers what is wrong. */
function createTaker(options: ReassemblyOptions): (paths: readonly string[]) => Promise<void> {
  const { assembles, check, emit, onResult } = options;
  let failure = options.failed;
  let misread: AppError | undefined;

  return async (paths) => {
    const before = misread;
    misread = await check(paths);
    // What was mended is told by an assembly, which finds nothing to do where nothing else has changed.
    const mended = before !== undefined && misread === undefined;
    if (paths.length === 0 || mended || paths.some(assembles)) await reassemble(paths);
    else emit({ kind: "changed", paths });
    // An assembly that succeeded has taken the error of the other files off the screen.
    if (misread === undefined) return;
    emit({ kind: "failed", error: misread });
    if (before === undefined || !isSame(before, misread)) onResult(misread);
  };

  async function reassemble(paths: readonly string[]): Promise<void> {
    const known = failure;
    try {
      const report = await options.assemble(paths);
      failure = undefined;
      if (paths.length === 0 && !report.changed && known === undefined) return;
      emit({ kind: "assembled", paths });
      onResult(report);
    } catch (thrown) {
      failure = toAppError(thrown);
      if (paths.length === 0 && known !== undefined && isSame(known, failure)) return;
      // Pages and assets need no assembly: what was saved with the broken file is shown all the same.
      const others = paths.filter((path) => !assembles(path));
      if (others.length > 0) emit({ kind: "changed", paths: others });
      emit({ kind: "failed", error: failure });
      onResult(failure);
    }
  }
}

function isSame(one: AppError, other: AppError): boolean {
  return JSON.stringify(errorToJson(one)) === JSON.stringify(errorToJson(other));
}
