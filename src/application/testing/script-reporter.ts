import { inspect } from "node:util";
import type { TestEvent } from "node:test/reporters";
import type { AppErrorData, ScriptError, ScriptMessage, ScriptResult } from "./script-protocol.ts";

/**
 * A reporter for `node --test-reporter`: sends each result to the process that started this one, prints nothing.
 *
 * Only this process has the errors themselves; what is sent is plain data.
 */
// A reporter is its module's default export: node:test looks for nothing else.
// eslint-disable-next-line import/no-default-export
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const path: string[] = [];
  let waiting: ScriptResult | undefined;
  const flush = async (): Promise<void> => {
    if (waiting !== undefined) await send({ kind: "result", result: waiting });
    waiting = undefined;
  };
  for await (const event of source) {
    if (event.type === "test:start" || event.type === "test:pass" || event.type === "test:fail") {
      await flush();
      path.splice(event.data.nesting, Infinity, event.data.name);
    }
    if (event.type === "test:pass" || event.type === "test:fail") waiting = resultOf(event, [...path]);
    // The totals are diagnostics too: they follow the plan, which is the end.
    if (event.type === "test:plan") await flush();
    // What a test says follows its result.
    if (event.type === "test:diagnostic" && waiting !== undefined) {
      waiting = { ...waiting, output: [...waiting.output, event.data.message] };
    }
  }
  await flush();
  // Nothing: a generator has to yield something.
  yield "";
}

function resultOf(
  event: Extract<TestEvent, { type: "test:pass" | "test:fail" }>,
  path: readonly string[],
): ScriptResult | undefined {
  const { data } = event;
  const details = data.details as { readonly type?: string; readonly duration_ms: number; readonly error?: unknown };
  const failure = details.error as { readonly failureType?: string; readonly cause?: unknown } | undefined;
  // Who only failed or passed with what it holds is told by that.
  if (failure?.failureType === "subtestsFailed") return undefined;
  if (details.type === "suite" && event.type === "test:pass" && data.skip === undefined) return undefined;
  const isLeft = data.skip !== undefined || data.todo !== undefined;
  return {
    status: isLeft ? "skipped" : event.type === "test:pass" ? "passed" : "failed",
    path,
    line: data.line ?? 1,
    column: data.column ?? 1,
    durationMs: details.duration_ms,
    output: typeof data.skip === "string" ? [data.skip] : [],
    error: event.type === "test:fail" && !isLeft ? errorOf(failure) : undefined,
  };
}

function errorOf(failure: { readonly cause?: unknown } | undefined): ScriptError {
  const thrown = failure?.cause ?? failure;
  if (!(thrown instanceof Error)) {
    const message = typeof thrown === "string" ? thrown : inspect(thrown);
    return { message, stack: "", compared: undefined, app: undefined };
  }
  const compared = comparedBy(thrown);
  return {
    message: compared === undefined ? thrown.message : ownMessage(thrown),
    stack: thrown.stack ?? "",
    compared,
    app: appErrorOf(thrown),
  };
}

const comparing = new Set(["strictEqual", "deepStrictEqual", "equal", "deepEqual", "partialDeepStrictEqual"]);

function comparedBy(error: Error): ScriptError["compared"] {
  const { operator, actual, expected } = error as {
    readonly operator?: unknown;
    readonly actual?: unknown;
    readonly expected?: unknown;
  };
  if (typeof operator !== "string" || !comparing.has(operator)) return undefined;
  const areTexts = typeof actual === "string" && typeof expected === "string" && /\n/.test(actual + expected);
  return areTexts ? { actual, expected } : { actual: shown(actual), expected: shown(expected) };
}

/** The library repeats both values below the message, which is its own first line where the test gave none. */
function ownMessage(error: Error): string {
  const { generatedMessage } = error as { readonly generatedMessage?: boolean };
  const text = error.message.split("\n+ actual - expected")[0] ?? "";
  return generatedMessage === true ? (text.split("\n")[0] ?? "").replace(/:$/, "") : text;
}

function shown(value: unknown): string {
  return inspect(value, { depth: 20, sorted: true, maxArrayLength: 200, maxStringLength: 10_000, breakLength: 80 });
}

/** By its shape: the tests may have loaded another copy of the class. */
function appErrorOf(error: Error): AppErrorData | undefined {
  const { code, detail, hint, position, source, postgres } = error as Partial<AppErrorData> & {
    readonly postgres?: { readonly sqlstate?: string };
  };
  if (error.name !== "AppError" || code === undefined) return undefined;
  return { code, detail, hint, position, source, sqlstate: postgres?.sqlstate };
}

/** Waits until it is written: the process exits as soon as the report ends. */
async function send(message: ScriptMessage): Promise<void> {
  await new Promise<void>((resolve) => {
    if (process.send?.(message, undefined, undefined, () => resolve()) === undefined) resolve();
  });
}
