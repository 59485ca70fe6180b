import { realpath } from "node:fs/promises";
import type { TestFailure } from "./event.ts";
import { withFileText } from "./file-text.ts";
import { runScript, type ScriptEnd } from "./run-script.ts";
import { scriptPlace } from "./script-place.ts";
import type { ScriptError, ScriptResult } from "./script-protocol.ts";
import { stackPlace } from "./stack-place.ts";
import type { TestBench } from "./test-bench.ts";
import type { TestUnit } from "./unit.ts";

/** Runs one file of TypeScript tests in a process of its own and tells the ends of its tests. */
export async function runScriptUnit(
  bench: TestBench,
  { file, filter }: Extract<TestUnit, { kind: "script" }>,
): Promise<void> {
  const { run, project, database, template, tally, dropper, signal, timeoutMs } = bench;
  const startedAt = performance.now();
  // Stacks name files as they really lie.
  const root = await realpath(project.root);
  const told: Promise<void>[] = [];
  const end = await runScript({
    place: scriptPlace(run, project, database, template.source),
    ...{ file, filter, timeoutMs, signal, env: bench.env },
    onClone: (cloneMs) => tally.clone(cloneMs),
    onLeft: (name) => dropper.drop(name),
    onResult: (result) => void told.push(tell(bench, { file, root, result })),
  });
  await Promise.all(told);
  if (signal.aborted) return;
  await tellFile(bench, { file, root, end, filtered: filter !== undefined, durationMs: performance.now() - startedAt });
  tally.done(file, end.output);
}

interface Told {
  readonly file: string;
  readonly root: string;
  readonly result: ScriptResult;
}

async function tell({ tally, project, signal }: TestBench, { file, root, result }: Told): Promise<void> {
  const { status, path, line, column, durationMs, output, error } = result;
  const failure = error && (await withFileText(errorFailure(error, { file, root, line, column }), project.tree));
  if (signal.aborted) return;
  tally.add({ event: "test", status, file, name: path.join(" › "), line, column, durationMs, failure, output });
}

interface Ended {
  readonly file: string;
  readonly root: string;
  readonly end: ScriptEnd;
  readonly filtered: boolean;
  readonly durationMs: number;
}

/** What its tests have not told: a file that can't be run, and a script that calls no test(), which is one itself. */
async function tellFile(
  { tally, project }: TestBench,
  { file, root, end, filtered, durationMs }: Ended,
): Promise<void> {
  const facts = { event: "test", file, name: "", line: 1, column: 1, durationMs, output: [] } as const;
  const own = fileFailure(end, { file, root, failed: tally.failedOf(file) > 0 });
  if (own !== undefined) tally.add({ ...facts, status: "failed", failure: await withFileText(own, project.tree) });
  else if (tally.countOf(file) === 0 && !filtered) tally.add({ ...facts, status: "passed" });
}

interface TestPlace {
  readonly file: string;
  readonly root: string;
  readonly line: number;
  readonly column: number;
}

/** What a test threw: at the line of the project that did; at the user's routine where a statement failed inside one. */
function errorFailure(error: ScriptError, { file, root, line, column }: TestPlace): TestFailure {
  const { message, stack, compared, app } = error;
  const own = stackPlace(stack, root) ?? { file, line, column };
  const inner = app?.position;
  return {
    ...{ message, stack, ...compared },
    ...{ code: app?.code, detail: app?.detail, hint: app?.hint, sqlstate: app?.sqlstate },
    position: inner ?? own,
    source: app?.source,
    calledFrom: inner === undefined ? undefined : { position: own, source: "" },
  };
}

/** What is wrong with the file itself; undefined where its tests have said it, or nothing is. */
function fileFailure(
  { code, silent, complaint }: ScriptEnd,
  { file, root, failed }: { readonly file: string; readonly root: string; readonly failed: boolean },
): TestFailure | undefined {
  const position = stackPlace(complaint, root) ?? { file, line: 1, column: 1 };
  if (silent) return { code: "WD489", message: "nothing was heard of it for too long: it was ended", position };
  if (code === 0 || (code === 1 && failed)) return undefined;
  const ending = code === null ? "a signal ended it" : `it ended with exit code ${code}`;
  const message = /^(?:Uncaught )?\w*Error\b.*$/m.exec(complaint)?.[0] ?? ending;
  return { code: "WD489", message, position, stack: complaint };
}
