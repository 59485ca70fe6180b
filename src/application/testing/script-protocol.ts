/** What a process of TypeScript tests tells the one that started it. */
export type ScriptMessage =
  | { readonly kind: "result"; readonly result: ScriptResult }
  | { readonly kind: "clone"; readonly cloneMs: number }
  /** A test has done with its database. */
  | { readonly kind: "left"; readonly database: string };

/** How one test of node:test ended, as plain data. */
export interface ScriptResult {
  readonly status: "passed" | "failed" | "skipped";
  /** The suites and tests around it, outermost first, then its own name. */
  readonly path: readonly string[];
  readonly line: number;
  readonly column: number;
  readonly durationMs: number;
  readonly output: readonly string[];
  readonly error: ScriptError | undefined;
}

/** What a test threw. */
export interface ScriptError {
  readonly message: string;
  readonly stack: string;
  /** Of an assertion that compared two values: how they are written. */
  readonly compared: { readonly actual: string; readonly expected: string } | undefined;
  /** Of an AppError, e.g. a statement that Postgres refused. */
  readonly app: AppErrorData | undefined;
}

/** The fields of an AppError that outlive its process. */
export interface AppErrorData {
  readonly code: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly position?: { readonly file: string; readonly line: number; readonly column: number } | undefined;
  readonly source?: string | undefined;
  readonly sqlstate?: string | undefined;
}

/** The variable that tells a process of tests which template to copy, and as whom: a ScriptPlace as JSON. */
export const placeVariable = "HOWDAH_TEST";
