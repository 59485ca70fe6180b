import { AppError, type Position } from "../errors/index.ts";
import { StatementError } from "../postgres/index.ts";
import { atomicStatement, bodyOf } from "./body.ts";
import type { SourceText } from "./source-text.ts";

/** One routine of the user's and where it is written; see SourceMap. */
export interface SourceEntry {
  /** As the catalog knows it: public.sign(text,text). */
  readonly identity: string;
  readonly source: SourceText;
  /** Index into `source.text` where the definition begins, and the definition itself. */
  readonly start: number;
  readonly definition: string;
  /** Made from a function in another language: lines of its SQL are nobody's. */
  readonly translated?: boolean | undefined;
}

/** The user's routines by name: from the files during assembly, from the database at run time. */
export interface SourceMap {
  /** The entry that Postgres's error context calls `signature`: "sign(text,text)", or just a name. */
  find(signature: string): SourceEntry | undefined;
  /** The text of a file that functions in other languages than SQL run. */
  text(file: string): string | undefined;
}

/** A place in the user's files, and the text that a code frame is cut from. */
export interface Location {
  readonly position: Position;
  readonly source: string;
}

/**
 * Where in the user's files an error of Postgres arose: the innermost routine of its context that the source map knows.
 *
 * Undefined when no routine of the user's was running, or for an error that is not Postgres's.
 */
export function locateError(error: unknown, map: SourceMap): Location | undefined {
  if (!(error instanceof StatementError)) return undefined;
  for (const frame of framesOf(error.postgres?.where ?? "")) {
    if (frame.position !== undefined) {
      const source = map.text(frame.position.file);
      if (source !== undefined) return { position: inCharacters(frame.position, source), source };
      continue;
    }
    const entry = map.find(frame.signature);
    if (entry !== undefined) return locateIn(error, entry, frame);
  }
  return undefined;
}

/** Where an error stands inside one routine, when it is known which (its validator has just run). */
export function locateInRoutine(error: AppError, entry: SourceEntry): Location {
  const where = error.postgres?.where ?? "";
  return locateIn(error, entry, framesOf(where)[0] ?? { signature: entry.identity });
}

/** A map of entries, found by signature with or without schemas, or by a bare name that only one entry has. */
export function sourceMap(entries: readonly SourceEntry[], texts: ReadonlyMap<string, string> = new Map()): SourceMap {
  const byName = new Map<string, SourceEntry[]>();
  for (const entry of entries) {
    for (const name of new Set([entry.identity, bare(entry.identity), bareName(entry.identity)])) {
      byName.set(name, [...(byName.get(name) ?? []), entry]);
    }
  }
  return {
    find(signature) {
      const found = byName.get(signature) ?? byName.get(bare(signature)) ?? byName.get(catalogTypes(bare(signature)));
      return found?.length === 1 ? found[0] : undefined;
    },
    text: (file) => texts.get(file),
  };
}

interface Frame {
  readonly signature: string;
  /** A line of a PL/pgSQL body, from 1. */
  readonly line?: number;
  /** A statement of a SQL body, from 1. */
  readonly statement?: number;
  /** A line of a function in another language; its column in UTF-16 units. */
  readonly position?: Position;
}

/** A place that a function's own language told, its column in characters. */
function inCharacters({ file, line, column }: Position, text: string): Position {
  const before = (text.split("\n", line)[line - 1] ?? "").slice(0, column - 1);
  return { file, line, column: [...before].length + 1 };
}

/** The routines that an error's context names, innermost first (plpgsql's and the SQL executor's wordings). */
function framesOf(where: string): readonly Frame[] {
  const frames: Frame[] = [];
  for (const line of where.split("\n")) {
    const foreign = /^(?:JavaScript|Python) at (.+?):(\d+):(\d+)(?: \(.*\))?$/.exec(line);
    if (foreign !== null) {
      const [, file = "", row, column] = foreign;
      frames.push({ signature: "", position: { file, line: Number(row), column: Number(column) } });
      continue;
    }
    const plpgsql = /^PL\/pgSQL function (.+?\)|\S+) (?:line (\d+) at |during |while )/.exec(line);
    const compiled = /^compilation of PL\/pgSQL function "(.+)" near line (\d+)/.exec(line);
    const sql = /^SQL function "(.+?)"(?: statement (\d+))?/.exec(line);
    const [, signature, number] = plpgsql ?? compiled ?? sql ?? [];
    if (signature === undefined) continue;
    const counted = number === undefined ? {} : sql === null ? { line: Number(number) } : { statement: Number(number) };
    frames.push({ signature, ...counted });
  }
  return frames;
}

function locateIn(error: AppError, entry: SourceEntry, frame: Frame): Location {
  const inside = entry.translated === true ? 0 : (indexInside(error, entry, frame) ?? 0);
  return { position: entry.source.position(entry.start + inside), source: entry.source.text };
}

/** Index into the definition, as exactly as the error tells. */
function indexInside(error: AppError, entry: SourceEntry, frame: Frame): number | undefined {
  const body = bodyOf(entry.definition);
  if (body === undefined) return atomicStatement(entry.definition, frame.statement ?? 1);
  const lineStart = lineIndex(body.text, frame.line ?? 1);
  const internal = error instanceof StatementError ? error.internal : undefined;
  if (internal !== undefined) {
    const from = body.text === internal.query ? 0 : findQuery(body.text, internal.query, lineStart);
    if (from !== undefined) return body.indexOf(from + unitsOf(internal.query, internal.offset - 1));
  }
  return frame.line === undefined ? undefined : body.indexOf(firstCode(body.text, lineStart));
}

/**
 * Where a query that PL/pgSQL ran stands in the body: it is the body's own text from some place on, except that an
 * INTO clause was overwritten with spaces, so a space of the query matches any character.
 */
function findQuery(body: string, query: string, from: number): number | undefined {
  const last = body.length - query.length;
  for (let start = from; start <= last; start++) {
    if (matchesAt(body, query, start)) return start;
  }
  return undefined;
}

function matchesAt(body: string, query: string, start: number): boolean {
  for (let index = 0; index < query.length; index++) {
    if (query[index] !== body[start + index] && query[index] !== " ") return false;
  }
  return true;
}

/** Code points → UTF-16 units, from the beginning of a text. */
function unitsOf(text: string, characters: number): number {
  return [...text].slice(0, characters).join("").length;
}

function lineIndex(text: string, line: number): number {
  let index = 0;
  for (let left = line - 1; left > 0; left--) {
    const next = text.indexOf("\n", index);
    if (next === -1) break;
    index = next + 1;
  }
  return index;
}

function firstCode(text: string, from: number): number {
  const found = /\S/.exec(text.slice(from));
  return from + (found?.index ?? 0);
}

/** public.sign(public.mood,text) → sign(mood,text): what is left when everything is on the search_path. */
function bare(signature: string): string {
  return signature.replaceAll(/(?:"(?:[^"]|"")*"|[\w$\u0080-\uFFFF]+)\./g, "");
}

function bareName(signature: string): string {
  return bare(signature).replace(/\(.*\)$/s, "");
}

/** Names of built-in types as error contexts print them → as pg_type calls them. */
const catalogNames: Readonly<Record<string, string>> = {
  integer: "int4",
  bigint: "int8",
  smallint: "int2",
  boolean: "bool",
  real: "float4",
  "double precision": "float8",
  character: "bpchar",
  "character varying": "varchar",
  bit: "bit",
  "bit varying": "varbit",
  "timestamp without time zone": "timestamp",
  "timestamp with time zone": "timestamptz",
  "time without time zone": "time",
  "time with time zone": "timetz",
};

function catalogTypes(signature: string): string {
  const open = signature.indexOf("(");
  if (open === -1) return signature;
  const types = signature.slice(open + 1, -1).split(",");
  const mapped = types.map((type) => {
    const [, name = type, array = ""] = /^(.*?)((?:\[\])*)$/.exec(type.trim()) ?? [];
    return (catalogNames[name] ?? name) + array;
  });
  return `${signature.slice(0, open)}(${mapped.join(",")})`;
}
