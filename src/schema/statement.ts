import type { Node } from "libpg-query";
import { loadParser, parseOne, syntaxError, wantsMore, type Parse, type RawStatement } from "./parser.ts";
import { byteIndex, type SourceText } from "./source-text.ts";
import { fingerprint, tokens, type Token } from "./token.ts";

/** One statement of a file: its syntax tree, and where its text stands. */
export interface Statement {
  readonly source: SourceText;
  /** Index into `source.text` of its first token. */
  readonly start: number;
  /** From the first token to the last, without the semicolon: what is sent to Postgres. */
  readonly text: string;
  /** The kind of its syntax tree: "CreateStmt". */
  readonly kind: string;
  /** Its syntax tree; of insert, update, delete and select only which of them it is. */
  readonly node: Node;
  /** The comments that stand right before it. */
  readonly leading: readonly string[];
  /** What the tree's locations of its first token are, in bytes; see `locator`. */
  readonly firstByte: number;
}

/**
 * Text is parsed in pieces of about this size: the trees of a dump of 8 MB, parsed at once, take a gigabyte, and the
 * parser's memory never shrinks again.
 */
const pieceLength = 128 * 1024;

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
  const statements: Statement[] = [];
  for (let start = from; start < to;) {
    const piece = await parsePiece(source, start, to);
    for (const statement of piece.statements) statements.push(statement);
    start = piece.end;
  }
  return statements;
}

/** The fingerprint of one statement: its layout and comments do not count. */
export function statementHash(statement: Statement): string {
  return fingerprint(statement.text);
}

/** A function from locations in the statement's tree to indexes into its text. */
export function locator(statement: Statement): (location: number) => number {
  const toIndex = byteIndex(statement.text);
  return (location) => toIndex(location - statement.firstByte);
}

/** The tokens of a statement that mean something, their indexes relative to its text. */
export function codeOf(statement: Statement): readonly Token[] {
  return tokens(statement.text).filter((token) => token.kind !== "comment");
}

/** The kind of a syntax tree's node, e.g. "CreateFunctionStmt". */
export function nodeKind(node: Node): string {
  return Object.keys(node)[0] ?? "";
}

/**
 * A statement whose kind is known already: it is parsed when somebody looks into its tree. Its text has to begin with its first
 * token, and the parser to be there; see `loadParser`.
 */
export function parsedLater(known: Omit<Statement, "node" | "firstByte">): Statement {
  let node: Node | undefined;
  return {
    ...known,
    firstByte: 0,
    get node() {
      node ??= slim(parseOne(known.text));
      return node;
    },
  };
}

interface Piece {
  readonly statements: readonly Statement[];
  readonly end: number;
}

/** Parses up to a semicolon behind `pieceLength`, or to a later one when that stood inside a routine's body. */
async function parsePiece(source: SourceText, from: number, to: number): Promise<Piece> {
  for (let length = pieceLength; ; length *= 2) {
    const found = tokens(source.text.slice(from, to), length);
    const last = found.at(-1);
    if (found.every((token) => token.kind === "comment")) return { statements: [], end: to };
    const end = from + (last?.end ?? 0);
    const isRest = end - from < length;
    const text = source.text.slice(from, isRest ? to : end);
    try {
      const parsed = parse(await loadParser(), text);
      return { statements: statementsOf(source, from, text, found, parsed), end: from + text.length };
    } catch (error) {
      if (isRest || !wantsMore(error)) throw syntaxError(error, source, from);
    }
  }
}

function parse(parser: Parse, text: string): readonly RawStatement[] {
  return parser(text).stmts ?? [];
}

function statementsOf(
  source: SourceText,
  from: number,
  text: string,
  all: readonly Token[],
  parsed: readonly RawStatement[],
): readonly Statement[] {
  const toIndex = byteIndex(text);
  let at = 0;
  const takeWhile = (wanted: (token: Token) => boolean): readonly Token[] => {
    const first = at;
    for (let token = all[at]; token !== undefined && wanted(token); token = all[at]) at++;
    return all.slice(first, at);
  };
  return parsed.flatMap(({ stmt, stmt_location: location = 0, stmt_len: length }) => {
    const begin = toIndex(location);
    const limit = length === undefined ? text.length : toIndex(location + length);
    const before = takeWhile((token) => token.start < begin || token.kind === "comment");
    const own = takeWhile((token) => token.start < limit);
    const [first] = own;
    const last = own.findLast((token) => token.kind !== "comment");
    if (stmt === undefined || first === undefined || last === undefined) return [];
    return [
      {
        source,
        start: from + first.start,
        text: text.slice(first.start, last.end),
        kind: nodeKind(stmt),
        node: slim(stmt),
        leading: before.filter(isComment).map((token) => text.slice(token.start, token.end)),
        firstByte: location + Buffer.byteLength(text.slice(begin, first.start)),
      },
    ];
  });
}

function isComment(token: Token): boolean {
  return token.kind === "comment";
}

/** Nobody looks into the trees of data: those of a hundred thousand inserts would fill the memory. */
function slim(node: Node): Node {
  if ("InsertStmt" in node) return { InsertStmt: {} };
  if ("UpdateStmt" in node) return { UpdateStmt: {} };
  if ("DeleteStmt" in node) return { DeleteStmt: {} };
  return "SelectStmt" in node ? { SelectStmt: {} } : node;
}
