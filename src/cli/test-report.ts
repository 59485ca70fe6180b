import { diff } from "node:util";
import type {
  FileResult,
  RoutineCoverage,
  TestEvent,
  TestFailure,
  TestResult,
  TestSummary,
} from "../application/index.ts";
import { codeFrame, printable, redact, renderPosition } from "../errors/index.ts";
import type { Shell } from "./shell.ts";
import { columns, count, duration } from "./text.ts";

/** Tells a run of tests to people, on standard output: files as they end, failures at the end, then the sum. */
export interface TestReport {
  tell(event: TestEvent): void;
}

/** From so long on a test's or file's time is worth telling. */
const slowMs = 300;

/** A report for a shell; with --verbose it names every test, and what each of them said. */
export function createTestReport(shell: Shell): TestReport {
  const failed: TestResult[] = [];
  const byFile = new Map<string, TestResult[]>();
  const width = { file: 0 };
  return {
    tell(event) {
      switch (event.event) {
        case "run":
          width.file = Math.max(0, ...event.files.map((file) => file.length));
          failed.splice(0);
          byFile.clear();
          if (!event.template.cached) {
            shell.note(shell.err.dim(`template assembled in ${duration(event.template.durationMs)}`));
          }
          return;
        case "test":
          byFile.set(event.file, [...(byFile.get(event.file) ?? []), event]);
          if (event.status === "failed") failed.push(event);
          return;
        case "file":
          for (const line of fileLines(event, byFile.get(event.file) ?? [], width.file, shell)) shell.print(line);
          return;
        case "end":
          for (const line of endLines(event, failed, shell)) shell.print(line);
      }
    },
  };
}

function fileLines(
  event: FileResult,
  tests: readonly TestResult[],
  fileWidth: number,
  shell: Shell,
): readonly string[] {
  const { dim, green, red, yellow } = shell.out;
  const { passed, failed, skipped } = event;
  if (passed + failed + skipped === 0) return [];
  const mark = failed > 0 ? red("✗") : passed > 0 ? green("✓") : yellow("○");
  const numbers = [
    failed > 0 ? red(`${failed} failed`) : undefined,
    passed > 0 ? dim(failed > 0 || skipped > 0 ? `${passed} passed` : count(passed, "test")) : undefined,
    skipped > 0 ? yellow(`${skipped} skipped`) : undefined,
  ].filter((part) => part !== undefined);
  const time = dim(duration(event.durationMs));
  const head = `${mark} ${event.file.padEnd(fileWidth)}  ${numbers.join(dim(", "))}  ${time}`;
  const shown = tests.filter(({ status }) => shell.verbose || status === "failed");
  const output = shell.verbose || failed > 0 ? indent(event.output.trimEnd(), "  │ ", dim) : [];
  return [head, ...shown.flatMap((test) => testLines(test, shell)), ...output];
}

function testLines(test: TestResult, shell: Shell): readonly string[] {
  const { dim, green, red, yellow } = shell.out;
  const marks = { passed: green("✓"), failed: red("✗"), skipped: yellow("○") };
  const time = test.durationMs >= slowMs || shell.verbose ? `  ${dim(duration(test.durationMs))}` : "";
  const said = shell.verbose ? test.output.flatMap((line) => indent(line, "      ", dim)) : [];
  return [`  ${marks[test.status]} ${titleOf(test)}${time}`, ...said];
}

function endLines(end: TestSummary, failed: readonly TestResult[], shell: Shell): readonly string[] {
  return [
    ...failed.flatMap((test) => ["", ...failureLines(test, shell)]),
    "",
    ...coverageLines(end.coverage, shell),
    summaryLine(end, shell),
  ];
}

/** "3 passed, 1 failed in 2 files · 1.2 s · 4 databases, 71 ms each". */
function summaryLine(end: TestSummary, shell: Shell): string {
  const { bold, dim, green, red, yellow } = shell.out;
  const { passed, failed, skipped, databases } = end;
  const parts = [
    failed > 0 ? bold(red(`${failed} failed`)) : undefined,
    passed > 0 || failed === 0 ? (failed > 0 ? `${passed} passed` : bold(green(`${passed} passed`))) : undefined,
    skipped > 0 ? yellow(`${skipped} skipped`) : undefined,
    end.complete ? undefined : yellow("broken off"),
  ].filter((part) => part !== undefined);
  const facts = [
    `in ${count(end.files, "file")}`,
    duration(end.durationMs),
    databases.count === 0 ? undefined : `${count(databases.count, "database")}, ${duration(databases.medianMs)} each`,
  ].filter((part) => part !== undefined);
  return `${parts.join(", ")} ${dim(facts.join(" · "))}`;
}

function failureLines(test: TestResult, shell: Shell): readonly string[] {
  const { bold, cyan, dim, red } = shell.out;
  const { failure } = test;
  const title = `${red("✗")} ${bold(titleOf(test))}`;
  if (failure === undefined) return [title];
  const { position = { file: test.file, line: test.line, column: test.column }, source } = failure;
  const state =
    failure.sqlstate === undefined || failure.sqlstate.startsWith("WD") ? "" : dim(` SQLSTATE ${failure.sqlstate}`);
  return [
    title,
    ...indent(safe(failure.message), "  ").map((line, index) => (index === 0 ? red(line) + state : line)),
    `  ${cyan(renderPosition(position))}`,
    ...frameOf(source, position, shell),
    ...callerLines(failure, shell),
    ...indent(safe(failure.detail ?? ""), "  "),
    ...differenceLines(failure, shell),
    ...(failure.hint === undefined ? [] : [`  ${shell.out.green("hint:")} ${safe(failure.hint)}`]),
    ...test.output.flatMap((line) => indent(safe(line), "  │ ", dim)),
    ...(shell.verbose ? indent(safe(failure.stack ?? ""), "  ", dim) : []),
  ];
}

function callerLines({ calledFrom }: TestFailure, shell: Shell): readonly string[] {
  if (calledFrom === undefined) return [];
  const { position, source } = calledFrom;
  return [`  called from ${shell.out.cyan(renderPosition(position))}`, ...frameOf(source, position, shell)];
}

function frameOf(source: string | undefined, position: TestFailure["position"], shell: Shell): readonly string[] {
  if (source === undefined || position === undefined) return [];
  return indent(codeFrame(source, position, { color: shell.out.enabled }), "  ");
}

/** Short values side by side; of longer ones the lines that differ, with those around them. */
function differenceLines({ expected, actual }: TestFailure, shell: Shell): readonly string[] {
  if (expected === undefined || actual === undefined) return [];
  const { green, red, dim } = shell.out;
  if (!`${expected}${actual}`.includes("\n") && actual !== "" && expected !== "") {
    return columns([
      ["  expected", green(safe(expected))],
      ["  actual", red(safe(actual))],
    ]);
  }
  return [
    `  ${green("+ expected")}  ${red("- actual")}`,
    ...folded(lineDiff(actual, expected)).map(({ operation, text }) => {
      if (operation === "…") return dim("    …");
      const line = `  ${operation} ${safe(text)}`;
      return operation === "+" ? green(line) : operation === "-" ? red(line) : dim(line);
    }),
  ];
}

interface DiffLine {
  readonly operation: "+" | "-" | " " | "…";
  readonly text: string;
}

function lineDiff(actual: string, expected: string): readonly DiffLine[] {
  const lines = (text: string): string[] => (text === "" ? [] : text.split("\n"));
  const [from, to] = [lines(actual), lines(expected)];
  if (from.length === 0 || to.length === 0) {
    return [
      ...from.map((text) => ({ operation: "-", text }) as const),
      ...to.map((text) => ({ operation: "+", text }) as const),
    ];
  }
  // Of Node: Myers' algorithm; 1 is what only the second has.
  return diff(from, to).map(([operation, text]) => ({
    operation: operation === 0 ? " " : operation > 0 ? "-" : "+",
    text,
  }));
}

const contextLines = 3;

/** Equal lines far from any difference give way to an ellipsis. */
function folded(lines: readonly DiffLine[]): readonly DiffLine[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - contextLines), index + contextLines + 1).some(({ operation }) => operation !== " "),
  );
  return lines.flatMap((line, index) => {
    if (near[index] === true) return [line];
    return index === 0 || near[index - 1] === true ? [{ operation: "…", text: "" } as const] : [];
  });
}

function coverageLines(coverage: readonly RoutineCoverage[] | undefined, shell: Shell): readonly string[] {
  if (coverage === undefined) return [];
  const { dim, green, yellow, bold } = shell.out;
  const rows = coverage.map(({ routine, file, lines, covered, missed }) => {
    const percent = `${Math.floor((100 * covered) / Math.max(1, lines))}%`.padStart(4);
    const places = missed.length === 0 ? "" : dim(`missed: ${file ?? "its body"}:${missed.join(", ")}`);
    return [`  ${covered === lines ? green(percent) : yellow(percent)}`, routine, places];
  });
  const [lines, covered] = [sum(coverage, "lines"), sum(coverage, "covered")];
  const total = lines === 0 ? "no PL/pgSQL" : `${covered} of ${lines} lines of PL/pgSQL`;
  return [`${bold("coverage")} ${dim(total)}`, ...columns(rows), ""];
}

function sum(coverage: readonly RoutineCoverage[], key: "lines" | "covered"): number {
  return coverage.reduce((total, routine) => total + routine[key], 0);
}

function titleOf({ file, name }: TestResult): string {
  return name === "" ? file : `${file} › ${safe(name)}`;
}

function indent(text: string, by: string, style: (line: string) => string = (line) => line): string[] {
  return text === "" ? [] : text.split("\n").map((line) => style(`${by}${line}`.trimEnd()));
}

function safe(text: string): string {
  return printable(redact(text));
}
