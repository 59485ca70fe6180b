import { readFile } from "node:fs/promises";
import { relative } from "node:path";

/** How long one file of tests took, in one of the runs. */
export interface FileTime {
  readonly file: string;
  readonly durationMs: number;
  readonly run: string;
}

interface SummaryEvent {
  readonly type: string;
  readonly data: { readonly file?: string; readonly duration_ms?: number };
}

/** A reporter of node:test that tells of each file, in a line of JSON; node loads it by its path. */
export default async function* fileTimes(events: AsyncIterable<SummaryEvent>): AsyncIterable<string> {
  for await (const { type, data } of events) {
    if (type === "test:summary" && data.file !== undefined) yield `${JSON.stringify(data)}\n`;
  }
}

/** What the reporter has written; nothing where the run did not come so far. */
export async function readFileTimes(path: string, root: string, run: string): Promise<readonly FileTime[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { file = "", duration_ms: durationMs = 0 } = JSON.parse(line) as SummaryEvent["data"];
      return { file: relative(root, file), durationMs, run };
    });
}

/** The files that took longest, in lines: where time can be won. */
export function slowestLines(times: readonly FileTime[], most = 12): readonly string[] {
  return times
    .toSorted((one, other) => other.durationMs - one.durationMs)
    .slice(0, most)
    .map(({ file, durationMs, run }) => `slow: ${(durationMs / 1000).toFixed(1).padStart(6)} s ${file} (${run})`);
}
