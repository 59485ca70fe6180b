import type { AppError, Position } from "../../errors/index.ts";

/** What is run, and how. */
export interface TestOptions {
  /** Files, folders or globs below tests/, relative to the project's folder; all of tests/ where none is given. */
  readonly paths?: readonly string[] | undefined;
  /** Only tests whose name, or whose file, holds this text; case does not count. */
  readonly filter?: string | undefined;
  /** How many tests run at once; default: the number of processors. */
  readonly jobs?: number | undefined;
  /** Begins nothing more after the first failure. */
  readonly bail?: boolean | undefined;
  /** Each database begins with seeds/ loaded. */
  readonly seeds?: boolean | undefined;
  /** The longest that one test may take; default 60,000 ms. */
  readonly timeoutMs?: number | undefined;
  /** Of the processes of TypeScript tests: what howdah.toml refers to has to be there; default: process.env. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Which lines of PL/pgSQL ran: needs the extension plpgsql_check. */
  readonly coverage?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: TestEvent) => void) | undefined;
  /** Told in words what happens ahead of the first test: "assembling". */
  readonly onStep?: ((step: string) => void) | undefined;
}

/** What a run of tests tells, in order: one `run`, then each test and file as it ends, one `end`. */
export type TestEvent =
  | {
      readonly event: "run";
      readonly files: readonly string[];
      readonly jobs: number;
      readonly template: TemplateFacts;
    }
  | TestResult
  | FileResult
  | (TestSummary & { readonly event: "end" });

/** The database that all others are copies of. */
export interface TemplateFacts {
  readonly database: string;
  /** True where an earlier run had made it of the same files. */
  readonly cached: boolean;
  readonly durationMs: number;
}

/** How one test ended. */
export interface TestResult {
  readonly event: "test";
  readonly status: "passed" | "failed" | "skipped";
  readonly file: string;
  /** With the suites around it: "transfer › moves money". */
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly durationMs: number;
  /** How long its database took to make; missing where the test made none, or several. */
  readonly cloneMs?: number | undefined;
  readonly failure?: TestFailure | undefined;
  /** What it said: notices, diagnostics. */
  readonly output: readonly string[];
}

/** How a file ended, behind its tests. */
export interface FileResult {
  readonly event: "file";
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly durationMs: number;
  /** What a TypeScript file wrote to standard output and standard error. */
  readonly output: string;
}

/** How a run ended. */
export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly files: number;
  readonly durationMs: number;
  /** Databases that SQL tests had, and the median of how long making one took. */
  readonly databases: { readonly count: number; readonly medianMs: number };
  /** False where the run was broken off: Ctrl-C, or the first failure with `bail`. */
  readonly complete: boolean;
  readonly coverage?: readonly RoutineCoverage[] | undefined;
}

/** Why a test failed, where, and what was expected. */
export interface TestFailure {
  /** Of howdah's table; undefined for what a TypeScript test threw itself. */
  readonly code?: string | undefined;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly sqlstate?: string | undefined;
  readonly position?: Position | undefined;
  /** The text of the file that `position` points into. */
  readonly source?: string | undefined;
  /** Where the test called what failed elsewhere, e.g. in functions/. */
  readonly calledFrom?: { readonly position: Position; readonly source: string } | undefined;
  /** Both, or neither: texts, one line a row. */
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
  readonly stack?: string | undefined;
}

/** Lines of one routine, as far as they hold statements. */
export interface RoutineCoverage {
  readonly routine: string;
  readonly file: string | undefined;
  readonly lines: number;
  readonly covered: number;
  /** Lines of the file (of the body, where the file is not known) that never ran. */
  readonly missed: readonly number[];
}

/** What went wrong outside of any test, as the failure of its file. */
export function failureOf(error: AppError): TestFailure {
  const { code, message, detail, hint, position, source, postgres } = error;
  return { code, message, detail, hint, position, source, sqlstate: postgres?.sqlstate };
}
