/** Calls that come together become one. */
export interface Debounced {
  call(): void;
  /** Calls no more. */
  stop(): void;
}

/** Runs `action` at once, and once more after `delayMs` where it was called meanwhile, however often that was. */
export function debounce(action: () => void, delayMs: number): Debounced {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  let stopped = false;
  const run = (): void => {
    again = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (again) run();
    }, delayMs);
    action();
  };
  return {
    call() {
      if (stopped) return;
      if (timer === undefined) run();
      else again = true;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
