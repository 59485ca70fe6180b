/**
 * Quiet time after which what has changed is one change: an editor's write, rename and chmod, or a checkout of many
 * files. The budget from saving to a page in the browser is 300 ms.
 */
const QUIET_MS = 25;
/** A build that never stops writing must not keep the browser from what is done already. */
const LONGEST_BURST_MS = 500;

/** Paths that change together, told at once when they have come to rest. */
export interface Burst {
  add(path: string, options?: { readonly isNew: boolean }): void;
  /** True for a path that did not exist before this burst. */
  isNew(path: string): boolean;
  remove(path: string): void;
  /** Forgets what was added, and tells nothing more. */
  stop(): void;
}

/** Collects paths until none has come for 25 ms, or for 500 ms at most, then calls back with all of them. */
export function burst(onRest: (paths: ReadonlySet<string>) => void): Burst {
  let paths = new Map<string, boolean>();
  let startedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function rest(): void {
    timer = undefined;
    const told = new Set(paths.keys());
    paths = new Map();
    if (told.size > 0) onRest(told);
  }

  function wait(): void {
    if (timer === undefined) startedAt = performance.now();
    clearTimeout(timer);
    const left = startedAt + LONGEST_BURST_MS - performance.now();
    timer = setTimeout(rest, Math.max(0, Math.min(QUIET_MS, left)));
  }

  return {
    add(path, options) {
      if (stopped) return;
      paths.set(path, paths.get(path) ?? options?.isNew ?? false);
      wait();
    },
    isNew: (path) => paths.get(path) ?? false,
    remove: (path) => paths.delete(path),
    stop() {
      stopped = true;
      clearTimeout(timer);
      timer = undefined;
      paths = new Map();
    },
  };
}
