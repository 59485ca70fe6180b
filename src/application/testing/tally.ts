import type { TestEvent, TestResult, TestSummary } from "./event.ts";

/** What has ended so far, told as it ends. */
export interface Tally {
  /** A file is begun: so many units of it (tests, or a process) are awaited. */
  expect(file: string, units: number): void;
  add(result: TestResult): void;
  /** One unit of a file has ended; the last one tells the file. */
  done(file: string, output?: string): void;
  clone(cloneMs: number): void;
  readonly failed: number;
  /** Results of one file so far. */
  countOf(file: string): number;
  failedOf(file: string): number;
  summary(): Pick<TestSummary, "passed" | "failed" | "skipped" | "files" | "databases">;
}

interface FileState {
  passed: number;
  failed: number;
  skipped: number;
  left: number;
  output: string;
  startedAt: number;
}

/** A tally that tells each event to `emit`. */
export function createTally(emit: (event: TestEvent) => void): Tally {
  const files = new Map<string, FileState>();
  const clones: number[] = [];
  const total = (key: "passed" | "failed" | "skipped"): number =>
    [...files.values()].reduce((sum, file) => sum + file[key], 0);
  const stateOf = (file: string): FileState => {
    const known = files.get(file);
    if (known !== undefined) return known;
    const made = { passed: 0, failed: 0, skipped: 0, left: 0, output: "", startedAt: performance.now() };
    files.set(file, made);
    return made;
  };
  return {
    expect: (file, units) => void (stateOf(file).left += units),
    add(result) {
      stateOf(result.file)[result.status]++;
      emit(result);
    },
    done(file, output = "") {
      const state = stateOf(file);
      state.left--;
      state.output += output;
      if (state.left > 0) return;
      const { passed, failed, skipped, startedAt } = state;
      const durationMs = performance.now() - startedAt;
      emit({ event: "file", file, passed, failed, skipped, durationMs, output: state.output });
    },
    clone: (cloneMs) => void clones.push(cloneMs),
    get failed() {
      return total("failed");
    },
    countOf(file) {
      const { passed, failed, skipped } = stateOf(file);
      return passed + failed + skipped;
    },
    failedOf: (file) => stateOf(file).failed,
    summary: () => ({
      passed: total("passed"),
      failed: total("failed"),
      skipped: total("skipped"),
      files: files.size,
      databases: { count: clones.length, medianMs: median(clones) },
    }),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
