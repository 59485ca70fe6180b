import assert from "node:assert/strict";
import { test } from "node:test";
import { addTally, closingLine, emptyTally, isExpectedSkip, skippedLine, skippedLines, tallyLines } from "./tally.ts";

test("closing lines are read with and without colours, other lines are not", () => {
  assert.deepEqual(closingLine("ℹ pass 12"), { name: "pass", number: 12 });
  assert.deepEqual(closingLine("\u001b[34mℹ duration_ms 63.5\u001b[39m"), { name: "duration_ms", number: 63.5 });
  assert.equal(closingLine("ℹ passing 12"), undefined);
  assert.equal(closingLine("  ℹ pass 12"), undefined);
  assert.equal(closingLine("✔ pass 12 (1ms)"), undefined);
});

test("the name of a skipped test comes with its reason", () => {
  assert.equal(skippedLine("﹣ a page is drawn (0.12ms) # no Chromium"), "a page is drawn: no Chromium");
  assert.equal(skippedLine("  ﹣ inner (0.12ms) # SKIP"), "inner: SKIP");
  assert.equal(skippedLine("✔ a page is drawn (0.12ms)"), undefined);
});

test("the sum of two runs is printed in the shape of one", () => {
  const one = { ...emptyTally, tests: 3, pass: 2, fail: 1, duration_ms: 10.5 };
  const lines = tallyLines(addTally(one, { ...one, fail: 0, skipped: 1 }));
  assert.deepEqual(lines.slice(0, 4), ["ℹ tests 6", "ℹ suites 0", "ℹ pass 4", "ℹ fail 1"]);
  assert.deepEqual(
    lines.map((line) => closingLine(line)?.name),
    Object.keys(emptyTally),
  );
  assert.equal(lines.at(-1), "ℹ duration_ms 21.000");
});

test("a skip for want of a browser is a failure in CI, one that only says where the tests run is none", () => {
  const read = (line: string): boolean => isExpectedSkip(skippedLine(line) ?? "");
  assert.equal(read("﹣ a page is drawn (0.12ms) # no Chromium"), false);
  assert.equal(read("﹣ a file that may not be read is named (0.12ms) # root reads everything"), true);
  assert.equal(read("﹣ Debian's 17 answers (0.12ms) # unavailable: the mirror can't be reached (GET …)"), true);
  assert.equal(read("﹣ unavailable: a page is drawn (0.12ms) # SKIP"), false);
});

test("expected skips are counted by their reasons, any other is named", () => {
  const skipped = [
    "a: one: needs a superuser",
    "two: needs a superuser",
    "two: needs a superuser",
    "three: no Chromium",
  ];
  assert.deepEqual(skippedLines(skipped), ["skipped: 2 × needs a superuser", "skipped: three: no Chromium"]);
});
