import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { codes } from "./codes.ts";

test("each code is WD and three digits, and stands in one table only", async () => {
  const folder = new URL(".", import.meta.url);
  const tables = (await readdir(folder)).filter((file) => /^codes-.*(?<!\.test)\.ts$/.test(file));
  const texts = await Promise.all(tables.map((file) => readFile(new URL(file, folder), "utf8")));
  const keys = texts.flatMap((text) => Array.from(text.matchAll(/^ {2}(\w+): \{$/gm), (match) => match[1] ?? ""));
  assert.deepEqual(keys.toSorted(), Object.keys(codes).toSorted());
  for (const code of keys) assert.match(code, /^WD\d{3}$/);
});

test("each code explains itself in whole sentences and has a title without a full stop", () => {
  for (const [code, { title, explanation }] of Object.entries(codes)) {
    assert.ok(explanation.length > 60 && explanation.endsWith("."), `${code}: ${explanation}`);
    assert.doesNotMatch(title, /\.$/, code);
  }
});
