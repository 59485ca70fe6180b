import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRange } from "./byte-range.ts";

for (const [header, bytes, range] of [
  ["bytes=0-4", 10, { start: 0, end: 4 }],
  ["bytes=5-", 10, { start: 5, end: 9 }],
  ["bytes=-3", 10, { start: 7, end: 9 }],
  ["bytes=-30", 10, { start: 0, end: 9 }],
  ["bytes=0-99", 10, { start: 0, end: 9 }],
  ["BYTES=9-9", 10, { start: 9, end: 9 }],
  ["bytes=10-", 10, "unsatisfiable"],
  ["bytes=0-0", 0, "unsatisfiable"],
  ["bytes=-0", 10, "unsatisfiable"],
  ["bytes=99999999999999999999-", 10, "unsatisfiable"],
  ["bytes=4-2", 10, undefined],
  ["bytes=-", 10, undefined],
  ["bytes=0-1,3-4", 10, undefined],
  ["bytes=a-b", 10, undefined],
  ["items=0-4", 10, undefined],
  ["bytes 0-4", 10, undefined],
] as const) {
  test(`${header} of ${bytes} bytes`, () => assert.deepEqual(parseRange(header, bytes), range));
}
