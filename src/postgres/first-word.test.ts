import assert from "node:assert/strict";
import { test } from "node:test";
import { testDatabase } from "../../test/support/database.ts";
import { firstWord } from "./first-word.ts";
import { sql } from "./sql.ts";

const statements: readonly (readonly [string, string])[] = [
  ["select 1", "select"],
  ["  \t\r\n\f SELECT 1", "select"],
  ["-- commit\nselect 1", "select"],
  ["-- commit\rselect 1", "select"],
  ["/* commit */select 1", "select"],
  ["/* a /* b */ commit */ select 1", "select"],
  ["/**/ /***/ /*/**/*/ -- x\n ;; /* ; */ select 1", "select"],
  ["/*/ commit */ select 1", "select"],
  ["/* ** / */-- /*\nselect 1", "select"],
  ["select/**/1", "select"],
  ["/* never closed select 1", ""],
  ["(select 1)", ""],
  ["", ""],
];

for (const [text, expected] of statements) {
  test(`${JSON.stringify(text)} begins with ${expected || "no word"}`, () => assert.equal(firstWord(text), expected));
}

test("Postgres sees the same statement behind each of these beginnings", async (t) => {
  const { connection } = await testDatabase(t);
  for (const [text, expected] of statements) {
    if (expected === "select") assert.equal((await connection.query(sql.file(text))).length, 1, text);
  }
});
