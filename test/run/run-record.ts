import { readFile } from "node:fs/promises";
import { relative } from "node:path";

/** How long one file of tests took, in one of the runs. */
export interface FileTime {
  readonly file: string;
  readonly durationMs: number;
  readonly run: string;
}

/** A test that failed, in one of the runs. */
export interface Failure {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** The first line of its error. */
  readonly message: string;
  readonly run: string;
}

/** What one run said of its files and of the tests that failed. */
export interface RunRecord {
  readonly times: readonly FileTime[];
  readonly failures: readonly Failure[];
}

interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly file?: string;
    readonly line?: number;
    readonly name?: string;
    readonly duration_ms?: number;
    readonly details?: { readonly error?: { readonly failureType?: string; readonly cause?: unknown } };
  };
}

type Line = { readonly time: Omit<FileTime, "run"> } | { readonly failure: Omit<Failure, "run"> };

/** A reporter of node:test that tells of each file and each failure, in a line of JSON; node loads it by its path. */
export default async function* runRecord(events: AsyncIterable<TestEvent>): AsyncIterable<string> {
  for await (const event of events) {
    const line = lineOf(event);
    if (line !== undefined) yield `${JSON.stringify(line)}\n`;
  }
}

function lineOf({ type, data }: TestEvent): Line | undefined {
  const { file, line = 0, name = "", duration_ms: durationMs = 0, details } = data;
  if (file === undefined) return undefined;
  if (type === "test:summary") return { time: { file, durationMs } };
  if (type !== "test:fail" || details?.error === undefined) return undefined;
  const { error } = details;
  // A suite fails with its tests, which are told each.
  if (error.failureType === "subtestsFailed") return undefined;
  return { failure: { file, line, name, message: firstLine(error.cause ?? error) } };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}

/** What the reporter has written; nothing where the run did not come so far. */
export async function readRunRecord(path: string, root: string, run: string): Promise<RunRecord> {
  const text = await readFile(path, "utf8").catch(() => "");
  const times: FileTime[] = [];
  const failures: Failure[] = [];
  for (const written of text.split("\n").filter((part) => part !== "")) {
    const line = JSON.parse(written) as Line;
    if ("time" in line) times.push({ ...line.time, file: relative(root, line.time.file), run });
    else failures.push({ ...line.failure, file: relative(root, line.failure.file), run });
  }
  return { times, failures };
}

/** The tests that failed, in lines: where to look, for somebody who is shown the end alone. */
export function failureLines(failures: readonly Failure[]): readonly string[] {
  return failures.map(({ file, line, name, message, run }) => `failed: ${file}:${line} ${name} (${run}): ${message}`);
}

/** The files that took longest, in lines: where time can be won. */
export function slowestLines(times: readonly FileTime[], most = 12): readonly string[] {
  return times
    .toSorted((one, other) => other.durationMs - one.durationMs)
    .slice(0, most)
    .map(({ file, durationMs, run }) => `slow: ${(durationMs / 1000).toFixed(1).padStart(6)} s ${file} (${run})`);
}
