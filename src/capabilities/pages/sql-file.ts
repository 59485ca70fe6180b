import { errorAt, type SourceFile } from "./source-place.ts";
import { splitStatements, type SqlParameter, type SqlStatement } from "./sql-lexer.ts";

/** What a statement hands to the template: all rows, one row (none is a 404), or one row or null. */
export type ResultShape = "rows" | "one" | "optional";

/** A statement of a page, ready to be sent. */
export interface PageStatement {
  readonly file: SourceFile;
  /** Under which name the template sees the result; undefined for the statements of an action. */
  readonly name: string | undefined;
  readonly shape: ResultShape;
  /** True when Postgres makes one JSON text of the result; false when columns arrive as they are. */
  readonly json: boolean;
  readonly text: string;
  /** The name behind $1, $2, …: each occurrence has its own number, so that Postgres infers each type. */
  readonly parameters: readonly string[];
  readonly pieces: readonly SourcePiece[];
  /** Where the statement ends in the file. */
  readonly end: number;
}

/** Where a part of the sent text stands in the file, so that an error's offset leads back to it. */
export interface SourcePiece {
  readonly sent: number;
  readonly source: number;
  /** A parameter's whole text belongs to one place. */
  readonly parameter: string | undefined;
}

/** Names that the template's data holds already. */
export const takenNames: ReadonlySet<string> = new Set(["params", "form", "error", "path"]);

/** The statements of NAME.query.sql, each wrapped so that Postgres makes its JSON; throws WD524 and WD525. */
export function readQueryFile(file: SourceFile): readonly PageStatement[] {
  const statements = splitStatements(file);
  const seen = new Set<string>();
  return statements.map((statement) => {
    const { name, shape } = resultName(file, statement, statements.length === 1);
    if (seen.has(name)) {
      throw errorAt(file, statement.start, "WD525", `two statements are named ${name}`, {
        hint: "give each its own name",
      });
    }
    seen.add(name);
    const [before, after] = wrapping(statement, shape);
    return { name, shape, json: before !== "", ...compose(file, statement, before, after) };
  });
}

/** The statements of NAME.post.sql, sent as they are; throws WD524. */
export function readActionFile(file: SourceFile): readonly PageStatement[] {
  return splitStatements(file).map((statement) => ({
    name: undefined,
    shape: "rows",
    json: false,
    ...compose(file, statement, "", ""),
  }));
}

function resultName(
  file: SourceFile,
  statement: SqlStatement,
  single: boolean,
): { readonly name: string; readonly shape: ResultShape } {
  const comment = statement.comments.findLast(({ text }) => /^@name\b/.test(text));
  if (comment === undefined) {
    if (single) return { name: "rows", shape: "rows" };
    throw errorAt(file, statement.start, "WD525", "the statement's result has no name", {
      hint: "write a comment before it: -- @name entries",
    });
  }
  const match = /^@name\s+([\p{L}_][\p{L}\p{N}_]*)(?:\s+:(one|optional))?$/u.exec(comment.text);
  if (!match?.[1]) {
    throw errorAt(file, comment.start, "WD525", `"-- ${comment.text}" is no name of a result`, {
      hint: "write -- @name entries, -- @name entry :one or -- @name entry :optional",
    });
  }
  if (takenNames.has(match[1])) {
    throw errorAt(file, comment.start, "WD525", `the name ${match[1]} is taken`, {
      detail: `every template has ${[...takenNames].join(", ")} already`,
    });
  }
  return { name: match[1], shape: (match[2] ?? "rows") as ResultShape };
}

/** Statements that may stand in a subquery are wrapped; others (show, explain, set local …) run as they are. */
function wrapping(statement: SqlStatement, shape: ResultShape): readonly [string, string] {
  if (!["select", "with", "values", "table", ""].includes(statement.keyword)) return ["", ""];
  return shape === "rows"
    ? ["select coalesce(pg_catalog.json_agg(_howdah), '[]') from (\n", "\n) as _howdah"]
    : ["select pg_catalog.to_json(_howdah) from (\n", "\n) as _howdah limit 1"];
}

function compose(
  file: SourceFile,
  statement: SqlStatement,
  before: string,
  after: string,
): Pick<PageStatement, "file" | "text" | "parameters" | "pieces" | "end"> {
  const pieces: SourcePiece[] = [];
  const parameters: string[] = [];
  let text = before;
  let source = statement.start;
  const copy = (end: number): void => {
    pieces.push({ sent: text.length, source, parameter: undefined });
    text += file.text.slice(source, end);
  };
  const place = (parameter: SqlParameter): void => {
    copy(parameter.start);
    pieces.push({ sent: text.length, source: parameter.start, parameter: parameter.name });
    text += `$${parameters.push(parameter.name)}`;
    source = parameter.end;
  };
  statement.parameters.forEach(place);
  copy(statement.end);
  return { file, text: text + after, parameters, pieces, end: statement.end };
}

/** The index in the file of what Postgres points at: `offset` counts code points of the sent text, from 1. */
export function sourceIndex(statement: PageStatement, offset: number): number {
  const sent = [...statement.text].slice(0, offset - 1).join("").length;
  const piece = statement.pieces.findLast((candidate) => candidate.sent <= sent) ?? statement.pieces[0];
  if (piece === undefined) return 0;
  if (piece.parameter !== undefined) return piece.source;
  return Math.min(piece.source + Math.max(0, sent - piece.sent), statement.end);
}
