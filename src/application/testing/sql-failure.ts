import type { Position } from "../../errors/index.ts";
import { StatementError } from "../../postgres/index.ts";
import { locateError, tokens, type SourceMap, type Statement, type ViolationPlace } from "../../schema/index.ts";
import { declaredAt } from "../at-places.ts";
import type { TestFailure } from "./event.ts";

/** SQLSTATE of what test.fail and its kin raise. */
const assertionState = "WD480";
const assertFailure = "P0004";

/** What the test's database knows of the project's files. */
export interface KnownPlaces {
  /** Where the project's routines stand. */
  readonly map: SourceMap;
  /** Where the constraint is declared that the statement has violated. */
  readonly violated: ViolationPlace | undefined;
}

/**
 * A failed statement of a test as its failure: at the user's routine that raised it, or at the constraint that was violated, with
 * the test's line as the caller; at the line of a `do` block; otherwise at the statement itself, as exactly as Postgres tells.
 */
export function statementFailure(
  error: StatementError,
  statement: Statement,
  { map, violated }: KnownPlaces,
): TestFailure {
  const { source } = statement;
  const own = { position: source.position(placeIn(error, statement)), source: source.text };
  // A false assertion is the test's own: the functions of the schema test are nobody's lines.
  const running = error.postgres?.sqlstate === assertionState ? undefined : locateError(error, map);
  const inner = running ?? violated;
  const told = said(error);
  const note = running === undefined || violated === undefined ? undefined : declaredAt(violated);
  return {
    ...told,
    detail: note === undefined ? told.detail : [told.detail ?? "", note].join("\n").trim(),
    ...(inner === undefined ? own : { position: inner.position, source: inner.source }),
    calledFrom: inner === undefined ? undefined : own,
    hint: error.hint,
    sqlstate: error.postgres?.sqlstate,
  };
}

/** What Postgres said, as message and detail; expected and actual of an assertion. */
function said(error: StatementError): Pick<TestFailure, "code" | "message" | "detail" | "expected" | "actual"> {
  const state = error.postgres?.sqlstate;
  if (state === assertionState) {
    const { expected, actual } = readDifference(error.detail);
    return { code: "WD480", message: error.message, expected, actual };
  }
  return { code: state === assertFailure ? "WD480" : "WD411", message: error.message, detail: error.detail };
}

function readDifference(detail: string | undefined): Pick<TestFailure, "expected" | "actual"> {
  try {
    const parsed = JSON.parse(detail ?? "{}") as { readonly expected?: unknown; readonly actual?: unknown };
    if (typeof parsed.expected !== "string" || typeof parsed.actual !== "string") return {};
    return { expected: parsed.expected, actual: parsed.actual };
  } catch {
    // Raised with this SQLSTATE by the user: its detail is text.
    return {};
  }
}

function placeIn(error: StatementError, statement: Statement): number {
  const { source, start, text } = statement;
  if (error.offset !== undefined) return source.advance(start, error.offset - 1);
  const inline = inlineLine(error.postgres?.where ?? "");
  const body = inline === undefined ? undefined : doBody(text);
  if (inline === undefined || body === undefined) return start;
  return start + body + lineIndex(text.slice(body), inline);
}

/** The line of a `do` block that the context of an error names. */
function inlineLine(where: string): number | undefined {
  const line = /^PL\/pgSQL function inline_code_block line (\d+) at /m.exec(where)?.[1];
  return line === undefined ? undefined : Number(line);
}

/** Index of the body of `do $$ … $$`, behind the opening quote. */
function doBody(text: string): number | undefined {
  const code = tokens(text).filter((token) => token.kind !== "comment");
  if (text.slice(code[0]?.start, code[0]?.end).toLowerCase() !== "do") return undefined;
  const body = code.find((token) => token.kind === "string");
  if (body === undefined) return undefined;
  const raw = text.slice(body.start, body.end);
  return body.start + (raw.startsWith("$") ? raw.indexOf("$", 1) + 1 : raw.indexOf("'") + 1);
}

/** Index of the first code on a line, from 1. */
function lineIndex(text: string, line: number): number {
  let index = 0;
  for (let left = line - 1; left > 0; left--) {
    const next = text.indexOf("\n", index);
    if (next === -1) break;
    index = next + 1;
  }
  return index + (/\S/.exec(text.slice(index))?.index ?? 0);
}

/** The place of a statement, for what fails without an error of Postgres. */
export function statementPlace({ source, start }: Pick<Statement, "source" | "start">): {
  readonly position: Position;
  readonly source: string;
} {
  return { position: source.position(start), source: source.text };
}
