import assert from "node:assert/strict";
import { test } from "node:test";
import { readTap } from "./tap.ts";

test("lines of TAP are read with their directives and the comments below them", () => {
  assert.deepEqual(readTap("1..4"), [{ kind: "plan", count: 4, skip: undefined }]);
  assert.deepEqual(readTap("1..0 # SKIP nothing here"), [{ kind: "plan", count: 0, skip: "nothing here" }]);
  const ok = { kind: "ok", number: 1, directive: undefined, diagnostics: [] };
  assert.deepEqual(readTap("ok 1"), [{ ...ok, description: "" }]);
  assert.deepEqual(readTap("ok 12 - it's #1"), [{ ...ok, number: 12, description: "it's #1" }]);
  assert.deepEqual(readTap("ok 2 - x # skip why"), [{ ...ok, number: 2, description: "x", directive: "skip" }]);
  assert.deepEqual(readTap('not ok 3 - same\n# Failed test 3: "same"\n#         have: 1'), [
    {
      kind: "not ok",
      number: 3,
      description: "same",
      directive: undefined,
      diagnostics: ['Failed test 3: "same"', "        have: 1"],
    },
  ]);
  assert.deepEqual(readTap("# Looks like you failed 1 test of 2"), [
    { kind: "comment", text: "Looks like you failed 1 test of 2" },
  ]);
});

test("other text is none", () => {
  for (const text of ["", "ok", "okay 1", "not ok", "1..", "ok 1\nhello", " ok 1"])
    assert.equal(readTap(text), undefined, text);
});
