import { AppError, type ErrorCode, type Position } from "../../errors/index.ts";

/** One file of the project with its text, as errors point into it. */
export interface SourceFile {
  /** From the project's root, e.g. pages/index.query.sql. */
  readonly path: string;
  readonly text: string;
}

/** The position of a UTF-16 index of the text; columns count code points, as editors do. */
export function positionAt(file: SourceFile, index: number): Position {
  const before = file.text.slice(0, index);
  const lineStart = before.lastIndexOf("\n") + 1;
  let line = 1;
  for (let at = before.indexOf("\n"); at !== -1; at = before.indexOf("\n", at + 1)) line += 1;
  return { file: file.path, line, column: Array.from(before.slice(lineStart)).length + 1 };
}

/** An error that points at an index of the file's text. */
export function errorAt(
  file: SourceFile,
  index: number,
  code: ErrorCode,
  message: string,
  more: { readonly detail?: string; readonly hint?: string | undefined; readonly cause?: unknown } = {},
): AppError {
  return new AppError(code, message, { ...more, position: positionAt(file, index), source: file.text });
}
