import assert from "node:assert/strict";
import { test } from "node:test";
import { readSettings } from "./read-settings.ts";

test("values of a JSON file have their places", () => {
  const settings = readSettings(
    '{"name": "my_api",\n  "usage": ["app", "b"],\n "deep": {"é": 1, "key": true}}',
    "config.json",
  );
  assert.deepEqual(settings.value, { name: "my_api", usage: ["app", "b"], deep: { é: 1, key: true } });
  assert.deepEqual(settings.position(["usage"]), { file: "config.json", line: 2, column: 3 });
  assert.deepEqual(settings.valuePosition?.(["usage", "1"]), { file: "config.json", line: 2, column: 20 });
  assert.deepEqual(settings.position(["deep", "key"]), { file: "config.json", line: 3, column: 19 });
});

test("null counts as absent, and a byte order mark is none of the file's", () => {
  assert.deepEqual(readSettings('\ufeff{"a": null, "b": "\\n"}', "config.json").value, { b: "\n" });
});

test("what breaks the grammar is named with its place", () => {
  for (const [text, message, column] of [
    ['{"a": }', /expected a value/, 7],
    ['{"a": 1 "b": 2}', /expected ","/, 9],
    ["{a: 1}", /expected a value/, 2],
    ['{"a": 1}}', /something follows/, 9],
    ["[]", /expected an object/, 1],
  ] as const) {
    assert.throws(() => readSettings(text, "config.json"), {
      code: "WD101",
      message,
      position: { file: "config.json", line: 1, column },
    });
  }
});
