import type { Paint } from "./paint.ts";
import type { Progress } from "./progress.ts";

/** What a command is given of the process around it: streams, colours, folder, signal. */
export interface Shell {
  readonly env: NodeJS.ProcessEnv;
  /** Absolute: -C, or the current folder. */
  readonly folder: string;
  /** --json was given: facts leave as JSON on standard output, errors as JSON on standard error. */
  readonly json: boolean;
  readonly verbose: boolean;
  /** Questions can be asked: standard input and standard error are a terminal, and it is not CI. */
  readonly interactive: boolean;
  /** Aborts with the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Colours of standard output. */
  readonly out: Paint;
  /** Colours of standard error. */
  readonly err: Paint;
  /** Progress on standard error. */
  readonly progress: Progress;
  /** One line of data, on standard output. */
  print(text: string): void;
  /** Facts as one JSON document (indented on a terminal) on standard output. */
  printJson(value: unknown): void;
  /** One line for whoever watches, on standard error. */
  note(text: string): void;
  /** What the process exits with; the last call holds. */
  exit(code: number): void;
}
