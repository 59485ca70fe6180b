import type { ConsoleResult } from "../../postgres/index.ts";
import type { Statement } from "../../schema/index.ts";
import type { TestFailure } from "./event.ts";
import { statementPlace } from "./sql-failure.ts";
import { readTap, type TapLine } from "./tap.ts";

const booleanOid = 16;
const textOid = 25;

/** What the results of a test have said so far. */
export interface Verdict {
  readonly failures: readonly TestFailure[];
  /** Tests that pgTAP announced and that ran; undefined where the test speaks no TAP. */
  readonly tap: { readonly planned: number | undefined; readonly ran: number } | undefined;
  readonly comments: readonly string[];
}

export const noVerdict: Verdict = { failures: [], tap: undefined, comments: [] };

/**
 * Reads a statement's result as an assertion: a select of one boolean column has to be true in every row, and to have
 * one; a column of TAP lines is what pgTAP says. Everything else asserts nothing.
 */
export function judge(verdict: Verdict, statement: Statement, results: readonly ConsoleResult[]): Verdict {
  return results.reduce((soFar, result) => judgeOne(soFar, statement, result), verdict);
}

function judgeOne(verdict: Verdict, statement: Statement, result: ConsoleResult): Verdict {
  const [column] = result.columns;
  if (column === undefined || result.columns.length > 1 || !result.tag.startsWith("SELECT")) return verdict;
  // pgTAP's no_plan() returns booleans, and none of them.
  if (column.typeOid === booleanOid && column.name !== "no_plan") {
    const failure = judgeBoolean(statement, column.name, result);
    return failure === undefined ? verdict : { ...verdict, failures: [...verdict.failures, failure] };
  }
  if (column.typeOid !== textOid) return verdict;
  const lines = result.rows.map(([value]) => readTap(value ?? ""));
  const said = lines.flatMap((line) => line ?? []);
  if (lines.includes(undefined) || said.length === 0) return verdict;
  return said.reduce((soFar, line) => judgeTap(soFar, statement, line), verdict);
}

function judgeBoolean(statement: Statement, name: string, { rows }: ConsoleResult): TestFailure | undefined {
  const wrong = rows.findIndex(([value]) => value !== "t");
  if (rows.length > 0 && wrong === -1) return undefined;
  // A name that Postgres made up ("bool", "?column?") claims nothing; one with quotes was written.
  const claim = statement.text.includes(`"${name}"`) ? name : undefined;
  const actual = rows.length === 0 ? "no row" : rows[wrong]?.[0] === null ? "null" : "false";
  const place = rows.length > 1 ? ` in row ${wrong + 1} of ${rows.length}` : "";
  return {
    code: "WD481",
    message: claim ?? `the select is ${actual === "no row" ? "empty" : actual}${place}`,
    detail: claim === undefined ? undefined : `it is ${actual}${place}`,
    ...statementPlace(statement),
  };
}

function judgeTap(verdict: Verdict, statement: Statement, line: TapLine): Verdict {
  const { planned, ran } = verdict.tap ?? { planned: undefined, ran: 0 };
  switch (line.kind) {
    case "plan":
      return { ...verdict, tap: { planned: line.count, ran } };
    case "comment":
      return verdict.tap === undefined ? verdict : { ...verdict, comments: [...verdict.comments, line.text] };
    case "ok":
      return { ...verdict, tap: { planned, ran: ran + 1 } };
    case "not ok": {
      const counted = { ...verdict, tap: { planned, ran: ran + 1 } };
      if (line.directive !== undefined) return counted;
      return { ...counted, failures: [...verdict.failures, tapFailure(statement, line)] };
    }
  }
}

function tapFailure(statement: Statement, line: Extract<TapLine, { kind: "ok" | "not ok" }>): TestFailure {
  const text = line.diagnostics.filter((each) => !each.startsWith("Failed test")).map((each) => each.trim());
  const [have, want] = [
    valueOf(text, "have") ?? valueOf(text, "caught"),
    valueOf(text, "want") ?? valueOf(text, "wanted"),
  ];
  const isCompared = have !== undefined && want !== undefined;
  const rest = isCompared ? text.filter((each) => !/^(?:have|want|caught|wanted): /.test(each)) : text;
  return {
    code: "WD482",
    message: line.description === "" ? `test ${line.number} failed` : line.description,
    detail: rest.length === 0 ? undefined : rest.join("\n"),
    ...(isCompared ? { actual: have, expected: want } : {}),
    ...statementPlace(statement),
  };
}

/** pgTAP's is() says "have: 1" and "want: 2", throws_ok() "caught: …" and "wanted: …". */
function valueOf(lines: readonly string[], name: string): string | undefined {
  return lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
}

/** What is wrong with a test that has run to its end: fewer or more tests than pgTAP's plan said. */
export function judgeEnd({ tap, failures }: Verdict, statement: Statement | undefined): TestFailure | undefined {
  if (tap?.planned === undefined || tap.planned === tap.ran || statement === undefined || failures.length > 0) {
    return undefined;
  }
  return {
    code: "WD482",
    message: `${tap.planned} tests were planned, ${tap.ran} ran`,
    ...statementPlace(statement),
  };
}
