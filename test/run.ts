// `npm test [-- PATH…]`: provisions what the tests need, runs them, and prints node:test's closing lines last.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { provideChromium } from "./run/chromium.ts";
import { failureLines, readRunRecord, slowestLines, type RunRecord } from "./run/run-record.ts";
import { drivesBrowser, planRuns, type Run } from "./run/suite.ts";
import {
  addTally,
  closingLine,
  emptyTally,
  isExpectedSkip,
  skippedLine,
  skippedLines,
  tallyLines,
  type Tally,
} from "./run/tally.ts";
import { isCi } from "./support/ci.ts";

const root = dirname(import.meta.dirname);
/** A test that hangs is a failure with a name, not a job that somebody has to cancel. */
const timeoutMs = 180_000;

interface Outcome extends RunRecord {
  readonly tally: Tally;
  readonly skipped: readonly string[];
  readonly exitCode: number;
}

const runs = planRuns(root, process.argv.slice(2), process.env).filter((run) => run.files.length > 0);
if (runs.length === 0) {
  process.stderr.write("howdah: no test file matches\n");
  process.exit(1);
}
const interruption = new AbortController();
// The terminal told node --test as well: it ends, and then the server is stopped and its folder removed.
process.on("SIGINT", () => interruption.abort());
const chromium = drivesBrowser(root, runs) ? await provideChromium(process.env, interruption.signal) : undefined;
let total: Outcome = { tally: emptyTally, skipped: [], times: [], failures: [], exitCode: 0 };
for (const run of runs) if (!interruption.signal.aborted) total = add(total, await execute(run));
conclude(total);

async function execute(run: Run): Promise<Outcome> {
  const given = process.env["HOWDAH_TEST_URL"];
  if (given !== undefined) {
    const scratchUrl = process.env["HOWDAH_TEST_SCRATCH_URL"] ?? "";
    return runFiles(run, { url: given, scratchUrl }, "HOWDAH_TEST_URL");
  }
  const { startTestCluster } = await import("./run/server.ts");
  await using cluster = await startTestCluster(run.major, run.role);
  return await runFiles(run, cluster, `PostgreSQL ${cluster.version} as ${run.role}`);
}

async function runFiles(
  run: Run,
  { url, scratchUrl }: { readonly url: string; readonly scratchUrl: string },
  title: string,
): Promise<Outcome> {
  process.stdout.write(`\n${title}: ${run.files.length} files\n`);
  const folder = await mkdtemp(join(tmpdir(), "howdah-record-"));
  const record = join(folder, "record");
  const args = [
    "--test",
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    `--test-reporter=${new URL("./run/run-record.ts", import.meta.url).href}`,
    `--test-reporter-destination=${record}`,
    `--test-timeout=${timeoutMs}`,
    `--test-concurrency=${Math.max(2, availableParallelism())}`,
  ];
  const child = spawn(process.execPath, [...args, ...run.files], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      HOWDAH_TEST_URL: url,
      HOWDAH_TEST_SCRATCH_URL: scratchUrl,
      HOWDAH_TEST_AS: run.role,
      ...(chromium === undefined ? {} : { HOWDAH_CHROMIUM: chromium }),
      ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}),
    },
  });
  const closed = new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? 1)));
  const read = await readOutput(child.stdout);
  const exitCode = await closed;
  const outcome = { ...read, ...(await readRunRecord(record, root, title)), exitCode };
  await rm(folder, { recursive: true, force: true });
  return outcome;
}

/** Passes lines on, all but the closing ones: those are summed and printed at the very end. */
async function readOutput(stdout: NodeJS.ReadableStream): Promise<Pick<Outcome, "tally" | "skipped">> {
  let tally = emptyTally;
  const skipped: string[] = [];
  for await (const line of createInterface({ input: stdout })) {
    const closing = closingLine(line);
    if (closing !== undefined) {
      tally = { ...tally, [closing.name]: closing.number };
      continue;
    }
    const skip = skippedLine(line);
    if (skip !== undefined) skipped.push(skip);
    process.stdout.write(`${line}\n`);
  }
  return { tally, skipped };
}

function add(left: Outcome, right: Outcome): Outcome {
  return {
    tally: addTally(left.tally, right.tally),
    skipped: [...left.skipped, ...right.skipped],
    times: [...left.times, ...right.times],
    failures: [...left.failures, ...right.failures],
    exitCode: left.exitCode === 0 ? right.exitCode : left.exitCode,
  };
}

function conclude({ tally, skipped, times, failures, exitCode }: Outcome): void {
  if (times.length > 1) process.stdout.write(`\n${slowestLines(times).join("\n")}\n`);
  if (skipped.length > 0) process.stdout.write(`${skippedLines(skipped).join("\n")}\n`);
  const skipFails = isCi(process.env) && skipped.some((name) => !isExpectedSkip(name));
  if (skipFails) process.stdout.write("in CI a skipped test is a failure\n");
  if (failures.length > 0) process.stdout.write(`\n${failureLines(failures).join("\n")}\n`);
  process.stdout.write(`\n${tallyLines(tally).join("\n")}\n`);
  const passed = exitCode === 0 && !skipFails && !interruption.signal.aborted;
  process.exitCode = passed ? 0 : 1;
}
