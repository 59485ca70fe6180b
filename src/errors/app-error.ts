import type { ErrorCode } from "./codes.ts";

/** A place in a file of the user's: lines and columns count from 1, columns in characters (code points). */
export interface Position {
  /** Path relative to the project's folder, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What Postgres itself said, passed through unchanged (PostgreSQL manual, "Error and Notice Message Fields"). */
export interface PostgresFields {
  readonly sqlstate: string;
  readonly severity?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly where?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly dataType?: string;
  readonly constraint?: string;
}

/** What an error says besides its message. */
export interface AppErrorDetails {
  /** The facts: values, paths, what was tried. One sentence or several lines. */
  readonly detail?: string | undefined;
  /** What to do, with the nearest name where one was mistyped. */
  readonly hint?: string | undefined;
  readonly position?: Position | undefined;
  /** The text of the file that `position` points into: the code frame is cut from it. */
  readonly source?: string | undefined;
  readonly postgres?: PostgresFields | undefined;
  readonly cause?: unknown;
}

/**
 * The only error that howdah throws.
 *
 * `message` says what failed, lower case and without a full stop; `code` is looked up by `howdah explain CODE`.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly position: Position | undefined;
  readonly source: string | undefined;
  readonly postgres: PostgresFields | undefined;

  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.detail = details.detail;
    this.hint = details.hint;
    this.position = details.position;
    this.source = details.source;
    this.postgres = details.postgres;
  }
}

/** Several errors found in one pass (a whole howdah.toml, all files of functions/); `errors` is never empty. */
export class AppErrors extends AppError {
  readonly errors: readonly AppError[];

  constructor(errors: readonly [AppError, ...AppError[]]) {
    const [first] = errors;
    const { detail, hint, position, source, postgres, cause } = first;
    super(first.code, first.message, { detail, hint, position, source, postgres, cause });
    this.errors = errors;
  }
}

/** An unknown thrown value as an AppError: AppErrors pass through, everything else becomes WD001. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError("WD001", `unexpected failure: ${message}`, { cause: thrown });
}
