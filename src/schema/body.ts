import { SourceText } from "./source-text.ts";
import { tokens, type Token } from "./token.ts";

/** Where the body of a routine stands in the text that defines it. */
export interface Body {
  /** The body as Postgres stores it (pg_proc.prosrc). */
  readonly text: string;
  /** Index in the definition of a position in the body; both count UTF-16 units from 0. */
  indexOf(position: number): number;
}

/**
 * The body of a `create function … as '…'`, or undefined: `begin atomic` bodies are part of the statement, and the
 * escapes of E'…' and U&'…' are not undone here.
 */
export function bodyOf(definition: string, of: readonly Token[] = tokens(definition)): Body | undefined {
  const code = of.filter((token) => token.kind !== "comment");
  const at = code.findIndex((token, index) => isWord(definition, token, "as") && code[index + 1]?.kind === "string");
  const token = code[at + 1];
  if (at === -1 || token === undefined) return undefined;
  const raw = definition.slice(token.start, token.end);
  if (raw.startsWith("$")) {
    const tag = raw.indexOf("$", 1) + 1;
    return { text: raw.slice(tag, raw.length - tag), indexOf: (position) => token.start + tag + position };
  }
  if (!raw.startsWith("'")) return undefined;
  return {
    text: raw.slice(1, -1).replaceAll("''", "'"),
    indexOf: (position) => token.start + 1 + undoubled(raw.slice(1, -1), position),
  };
}

/** Index of the n-th statement (from 1) of a `begin atomic` body. */
export function atomicStatement(definition: string, number: number): number | undefined {
  const code = tokens(definition).filter((token) => token.kind !== "comment");
  const begin = code.findIndex(
    (token, index) =>
      isWord(definition, token, "begin") &&
      code[index + 1] !== undefined &&
      isWord(definition, code[index + 1], "atomic"),
  );
  if (begin === -1) return undefined;
  let at = begin + 2;
  for (let left = number - 1; left > 0 && at < code.length; at++) {
    const token = code[at];
    if (token !== undefined && definition.slice(token.start, token.end) === ";") left--;
  }
  return code[at]?.start;
}

/** A definition put back where it stood in its file, so that lines and columns are those of the file. */
export function replaceInFile(
  file: string,
  line: number,
  column: number,
  definition: string,
): { source: SourceText; start: number } {
  const before = "\n".repeat(line - 1) + " ".repeat(column - 1);
  return { source: new SourceText(file, before + definition), start: before.length };
}

function isWord(text: string, token: Token | undefined, word: string): boolean {
  return token?.kind === "word" && text.slice(token.start, token.end).toLowerCase() === word;
}

/** Index into a literal whose quotes are doubled, of a position in its value. */
function undoubled(raw: string, position: number): number {
  let index = 0;
  for (let left = position; left > 0 && index < raw.length; left--) index += raw.startsWith("''", index) ? 2 : 1;
  return index;
}
