import { AppError, type Position } from "../errors/index.ts";
import type { Tree } from "../project/index.ts";

/**
 * The text of one file, and the ways into it.
 *
 * Three units meet here: JavaScript's indexes (UTF-16), the parser's bytes (UTF-8) and Postgres's characters
 * (code points). Everything else holds indexes, and asks for a `Position` when a person is to read it.
 */
export class SourceText {
  readonly file: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** Line and column (in characters) of an index into `text`. */
  position(index: number): Position {
    const starts = (this.#lineStarts ??= lineStartsOf(this.text));
    const line = upperBound(starts, index);
    const start = starts[line - 1] ?? 0;
    return { file: this.file, line, column: countCharacters(this.text, start, index) + 1 };
  }

  /** The index that lies `characters` code points behind the index `from`, at most the end of the text. */
  advance(from: number, characters: number): number {
    let index = from;
    for (let left = characters; left > 0 && index < this.text.length; left--) {
      index += (this.text.codePointAt(index) ?? 0) > 0xff_ff ? 2 : 1;
    }
    return index;
  }
}

/** One file of the tree as text; a byte order mark is dropped, anything but UTF-8 without NUL is refused (WD422). */
export async function readSource(tree: Tree, file: string): Promise<SourceText> {
  const bytes = await tree.read(file);
  const text = decode(bytes);
  if (text === undefined || text.includes("\0")) {
    throw new AppError("WD422", `${file} is not UTF-8 text`, { hint: "save the file as UTF-8" });
  }
  return new SourceText(file, text);
}

/** As many files at a time as this: of reading one, most is waiting; thousands at once run out of descriptors. */
const atOnce = 32;

/** What reading each of the files came to, in their order. */
export async function trySources(
  tree: Tree,
  files: readonly string[],
): Promise<readonly PromiseSettledResult<SourceText>[]> {
  const found: PromiseSettledResult<SourceText>[] = [];
  for (let at = 0; at < files.length; at += atOnce) {
    const some = files.slice(at, at + atOnce).map(async (file) => readSource(tree, file));
    found.push(...(await Promise.allSettled(some)));
  }
  return found;
}

/** The files as text, in their order; throws what is wrong with the first of them. */
export async function readSources(tree: Tree, files: readonly string[]): Promise<readonly SourceText[]> {
  return (await trySources(tree, files)).map((read) => {
    if (read.status === "rejected") throw read.reason;
    return read.value;
  });
}

/** A function from byte offsets to indexes, for one text; plain ASCII costs nothing. */
export function byteIndex(text: string): (byte: number) => number {
  const bytes = Buffer.byteLength(text);
  if (bytes === text.length) return (byte) => byte;
  const indexes = new Uint32Array(bytes + 1);
  let byte = 0;
  for (let index = 0; index < text.length;) {
    const point = text.codePointAt(index) ?? 0;
    indexes[byte] = index;
    byte += point < 0x80 ? 1 : point < 0x8_00 ? 2 : point < 0x1_00_00 ? 3 : 4;
    index += point > 0xff_ff ? 2 : 1;
  }
  indexes[bytes] = text.length;
  return (at) => indexes[at] ?? text.length;
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // The decoder's own message ("The encoded data was not valid") adds nothing to WD422.
    return undefined;
  }
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** How many of the sorted numbers are at most `value`. */
function upperBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function countCharacters(text: string, from: number, to: number): number {
  let count = 0;
  for (let index = from; index < to; count++) index += (text.codePointAt(index) ?? 0) > 0xff_ff ? 2 : 1;
  return count;
}
