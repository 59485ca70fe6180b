import { AppError, type Position } from "../errors/index.ts";
import { StatementError } from "../postgres/index.ts";
import { locateError, type SourceMap } from "./locate.ts";
import type { SourceText } from "./source-text.ts";

/** A piece of a file as it was sent to Postgres. */
export interface Sent {
  readonly source: SourceText;
  /** Index into `source.text` of its first character. */
  readonly start: number;
  /** Text that was put into it (`or replace`): so many characters, behind so many. */
  readonly inserted?: { readonly after: number; readonly length: number } | undefined;
  /** Of text that was composed: the index into `source.text` of so many characters of it. */
  readonly locate?: ((characters: number) => number) | undefined;
}

/**
 * A failed statement of the user's as an error that points into the file (WD411); Postgres's fields pass through.
 *
 * Inside a routine the routine's own line is shown, and the detail names the statement that called it. Errors that are
 * not the statement's (a lost connection) are returned as they are.
 */
export function statementError(error: AppError, sent: Sent, map?: SourceMap): AppError {
  if (!(error instanceof StatementError)) return error;
  const own = sent.source.position(indexOf(error, sent));
  const inner = map === undefined ? undefined : locateError(error, map);
  return new AppError("WD411", error.message, {
    detail: inner === undefined ? error.detail : lines(error.detail, `called from ${place(own)}`),
    hint: error.hint ?? ownHint(error, sent.source.file),
    position: inner?.position ?? own,
    source: inner?.source ?? sent.source.text,
    postgres: error.postgres,
    cause: error,
  });
}

/** file:line:column, as terminals and editors link it. */
export function place(position: Position): string {
  return `${position.file}:${position.line}:${position.column}`;
}

function indexOf(error: StatementError, sent: Sent): number {
  if (sent.locate !== undefined) return sent.locate((error.offset ?? 1) - 1);
  return sent.source.advance(sent.start, charactersBefore(error, sent));
}

function charactersBefore(error: StatementError, sent: Sent): number {
  const offset = (error.offset ?? 1) - 1;
  const inserted = sent.inserted;
  if (inserted === undefined || offset <= inserted.after) return offset;
  return Math.max(inserted.after, offset - inserted.length);
}

/** What Postgres can't know to say: how howdah would have it. */
function ownHint(error: StatementError, file: string): string | undefined {
  switch (error.postgres?.sqlstate) {
    case "55P04":
      return "a label added to an enum can be used by the next migration only: split the file in two";
    case "2D000":
      return "migrations run in one transaction: commit and rollback can't be used, not even inside a procedure";
    case "42883":
      return file.startsWith("migrations/")
        ? "files of functions/ are loaded behind the migrations: what a migration calls, a migration must make"
        : undefined;
    case "55P03":
      return "another session holds a lock on the object: it was waited for as long as lockTimeoutMs allows";
    default:
      return undefined;
  }
}

function lines(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join("\n");
}
