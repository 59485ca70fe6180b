import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "./exact-json.ts";

const cases: readonly (readonly [string, unknown])[] = [
  ['[{"a":1,"b":"x","c":null,"d":true}]', [{ a: 1, b: "x", c: null, d: true }]],
  ["9007199254740991", 9007199254740991],
  ["9007199254740993", "9007199254740993"],
  ["-9223372036854775808", "-9223372036854775808"],
  ['{"price":12.30}', { price: "12.30" }],
  ['{"price":12.30, "n":1}', { price: "12.30", n: 1 }],
  ["[0.00]", ["0.00"]],
  ["[12.34]", [12.34]],
  ["0.30000000000000004", 0.30000000000000004],
  ["3.14159265358979323846", "3.14159265358979323846"],
  ['{"text":"1234567890123456789 and 12.30,"}', { text: "1234567890123456789 and 12.30," }],
  ['{"big":12345678901234567890,"list":[1.10,2]}', { big: "12345678901234567890", list: ["1.10", 2] }],
];

for (const [json, value] of cases) {
  test(`${json} loses no digit`, () => assert.deepEqual(parseJson(json), value));
}
