import { AppError, type ErrorCode, type Position } from "../errors/index.ts";

/** The text of one file of functions/, and the way from an index into it to a place for people. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
  position(index: number): Position;
}

/** A file that is read along with one of functions/. */
export class SourceFileOf implements SourceFile {
  readonly file: string;
  readonly text: string;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  position(index: number): Position {
    const lines = this.text.slice(0, index).split("\n");
    return { file: this.file, line: lines.length, column: [...(lines.at(-1) ?? "")].length + 1 };
  }
}

/** An error at an index of a file, with the text for the code frame. */
export function errorAt(
  source: SourceFile,
  index: number,
  code: ErrorCode,
  message: string,
  details: { readonly detail?: string | undefined; readonly hint?: string | undefined } = {},
): AppError {
  return new AppError(code, message, { ...details, position: source.position(index), source: source.text });
}
