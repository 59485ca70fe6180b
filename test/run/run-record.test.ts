import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { testProjectFolder } from "../support/folder.ts";
import { failureLines, readRunRecord, slowestLines } from "./run-record.ts";

test("the files that took longest are told, the slowest first", () => {
  const times = [1200, 91_540, 400].map((durationMs, number) => ({
    file: `src/${number}.test.ts`,
    durationMs,
    run: "18",
  }));
  assert.deepEqual(slowestLines(times, 2), ["slow:   91.5 s src/1.test.ts (18)", "slow:    1.2 s src/0.test.ts (18)"]);
});

test("a run's record names each failed test, its place and the first line of its error, and no suite around it", async (t) => {
  const folder = await testProjectFolder(t);
  const red = `import { suite, test } from "node:test";
test("green", () => {});
suite("around", () => {
  test("red", () => { throw new Error("what failed\\nand more"); });
});
`;
  await writeFile(join(folder, "red.test.mjs"), red);
  const record = join(folder, "record");
  const reporter = `--test-reporter=${new URL("./run-record.ts", import.meta.url).href}`;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  spawnSync(
    process.execPath,
    ["--test", reporter, `--test-reporter-destination=${record}`, join(folder, "red.test.mjs")],
    { cwd: folder, env },
  );
  const { times, failures } = await readRunRecord(record, folder, "18");
  assert.deepEqual(
    times.map(({ file }) => file),
    ["red.test.mjs"],
  );
  assert.deepEqual(failureLines(failures), ["failed: red.test.mjs:4 red (18): what failed"]);
});
