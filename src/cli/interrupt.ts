/** Ctrl-C and SIGTERM as an AbortSignal. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Which signal came, if one did. */
  received(): NodeJS.Signals | undefined;
}

/** Exit code of a command that Ctrl-C ended: 128 and the number of SIGINT. */
export const interruptedExitCode = 130;

/** npm passes Ctrl-C on to a script that the terminal has told already: one key press arrives twice. */
const samePressMs = 500;

/** Watches for signals: the first aborts, so that the command ends cleanly; a later one ends the process at once. */
export function watchInterrupt(onFirst: () => void): Interrupt {
  const controller = new AbortController();
  let first: { readonly name: NodeJS.Signals; readonly atMs: number } | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    if (first !== undefined && performance.now() - first.atMs < samePressMs) return;
    if (first !== undefined) process.exit(interruptedExitCode);
    first = { name, atMs: performance.now() };
    onFirst();
    controller.abort();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  return { signal: controller.signal, received: () => first?.name };
}
