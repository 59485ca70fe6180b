/** A stretch of a file's text, or text that stands in no file. */
export interface Piece {
  readonly text: string;
  /** Index in the file of its first character; undefined for what was put in. */
  readonly at: number | undefined;
}

/** A statement as it is sent, made of pieces of a file: each of its characters is still found there. */
export class ComposedText {
  readonly text: string;
  readonly #pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
    this.text = pieces.map((piece) => piece.text).join("");
  }

  /** Index in the file of an index into `text`; of text that was put in, where the file goes on. */
  indexOf(index: number): number {
    let start = 0;
    for (const [number, piece] of this.#pieces.entries()) {
      const end = start + piece.text.length;
      if (index < end) return piece.at === undefined ? this.#next(number) : piece.at + index - start;
      start = end;
    }
    const last = this.#pieces.findLast((piece) => piece.at !== undefined);
    return (last?.at ?? 0) + (last?.text.length ?? 0);
  }

  #next(number: number): number {
    const following = this.#pieces.slice(number).find((piece) => piece.at !== undefined);
    const before = this.#pieces.slice(0, number).findLast((piece) => piece.at !== undefined);
    return following?.at ?? (before === undefined ? 0 : (before.at ?? 0) + before.text.length);
  }
}

/** A change of a text: what stands between two indexes is replaced. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The pieces of `text`, which stands at the index `at` of its file, with edits made; they must not overlap. */
export function edited(text: string, at: number, edits: readonly Edit[]): ComposedText {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { start, end, text: put } of edits.toSorted((one, other) => one.start - other.start)) {
    pieces.push({ text: text.slice(from, start), at: at + from }, { text: put, at: undefined });
    from = end;
  }
  pieces.push({ text: text.slice(from), at: at + from });
  return new ComposedText(pieces.filter((piece) => piece.text !== ""));
}
