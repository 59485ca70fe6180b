import type { Node } from "libpg-query";
import { AppError } from "../errors/index.ts";
import { byteIndex, type SourceText } from "./source-text.ts";
import { fingerprint, tokens, type Token } from "./token.ts";

/** One statement of a file: its syntax tree, and where its text stands. */
export interface Statement {
  readonly source: SourceText;
  /** Indexes into `source.text`: from the first token to behind the last, without the semicolon. */
  readonly start: number;
  readonly end: number;
  /** The statement as it is sent to Postgres. */
  readonly text: string;
  readonly node: Node;
  /** Tokens of `text`, their indexes relative to `start`. */
  readonly tokens: readonly Token[];
  /** The comments that stand right before it. */
  readonly leading: readonly string[];
  /** Index into `source.text` of a location that the syntax tree gives in bytes. */
  indexOf(location: number): number;
}

type Parse = (text: string) => { readonly stmts?: readonly { stmt?: Node; stmt_location?: number; stmt_len?: number }[] };

let parser: Promise<Parse> | undefined;

/**
 * Loads libpg-query, once a process: 20 ms and 15 MB, which `howdah serve` never pays since it parses nothing.
 */
export async function loadParser(): Promise<Parse> {
  parser ??= import("libpg-query").then(async (module) => {
    await module.loadModule();
    return (text) => module.parseSync(text);
  });
  return await parser;
}

/**
 * The statements between two indexes of a file (all of it by default); a syntax error is WD410 with its position.
 *
 * The grammar is PostgreSQL 18's: text that only a newer server understands is refused here.
 */
export async function parseStatements(
  source: SourceText,
  from = 0,
  to = source.text.length,
): Promise<readonly Statement[]> {
  const text = source.text.slice(from, to);
  const all = tokens(text);
  if (all.every((token) => token.kind === "comment")) return [];
  const parsed = parse(await loadParser(), source, text, from);
  const toIndex = byteIndex(text);
  const starts = parsed.map((raw) => toIndex(raw.stmt_location ?? 0));
  let previousEnd = 0;
  return parsed.flatMap((raw, at) => {
    if (raw.stmt === undefined) return [];
    const limit = raw.stmt_len === undefined ? (starts[at + 1] ?? text.length) : toIndex((raw.stmt_location ?? 0) + raw.stmt_len);
    const own = between(all, starts[at] ?? 0, limit);
    const real = own.filter((token) => token.kind !== "comment");
    const start = real[0]?.start ?? 0;
    const end = real.at(-1)?.end ?? start;
    const leading = between(all, previousEnd, start).filter((token) => token.kind === "comment");
    previousEnd = end;
    return [
      {
        source,
        start: from + start,
        end: from + end,
        text: text.slice(start, end),
        node: raw.stmt,
        tokens: own
          .filter((token) => token.start >= start && token.end <= end)
          .map((token) => ({ ...token, start: token.start - start, end: token.end - start })),
        leading: leading.map((token) => text.slice(token.start, token.end)),
        indexOf: (location) => from + toIndex(location),
      } satisfies Statement,
    ];
  });
}

/** The fingerprint of one statement: its layout and comments do not count. */
export function statementHash(statement: Statement): string {
  return fingerprint(statement.text, statement.tokens);
}

/** The kind of a syntax tree's node, e.g. "CreateFunctionStmt". */
export function nodeKind(node: Node): string {
  return Object.keys(node)[0] ?? "";
}

function parse(parser: Parse, source: SourceText, text: string, from: number) {
  try {
    return parser(text).stmts ?? [];
  } catch (error) {
    throw syntaxError(error, source, from);
  }
}

function syntaxError(error: unknown, source: SourceText, from: number): AppError {
  const message = error instanceof Error ? error.message : String(error);
  const index = source.advance(from, cursorOf(error));
  return new AppError("WD410", message, {
    hint: syntaxHint(source, index),
    position: source.position(index),
    source: source.text,
    cause: error,
  });
}

/** Where libpg-query saw the error: characters from 0. */
function cursorOf(error: unknown): number {
  const details = (error as { sqlDetails?: { cursorPosition?: number } }).sqlDetails;
  return Math.max(0, details?.cursorPosition ?? 0);
}

function syntaxHint(source: SourceText, index: number): string | undefined {
  if (source.text[index] === "\\") return "lines that begin with a backslash are psql's, not SQL: remove them";
  if (/\bfrom\s+stdin\b/i.test(source.text.slice(0, index))) {
    return "copy … from stdin can't stand in a file: write insert statements";
  }
  return undefined;
}

/** The tokens that lie between two indexes; both lists are sorted, so a binary search finds the first. */
function between(all: readonly Token[], from: number, to: number): readonly Token[] {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.start ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < all.length && (all[end]?.start ?? to) < to) end++;
  return all.slice(low, end);
}
