import assert from "node:assert/strict";
import { test } from "node:test";
import { codes, type ErrorCode } from "../../src/errors/index.ts";
import { howdah } from "./howdah.ts";

test("explain tells title and explanation, whatever the case of the code", async () => {
  const { code, stdout } = await howdah(["explain", "wd004"]);
  assert.equal(code, 0);
  assert.ok(stdout.startsWith(`WD004  ${codes.WD004.title}\n\n`));
  assert.equal(stdout.slice(stdout.indexOf("\n\n")).replaceAll(/\s+/g, " ").trim(), codes.WD004.explanation);
});

test("explain --json gives the row of the table", async () => {
  const { stdout } = await howdah(["explain", "WD004", "--json"]);
  assert.deepEqual(JSON.parse(stdout), { code: "WD004", ...codes.WD004 });
});

test("an unknown code names a near one; a SQLSTATE is told to be Postgres's", async () => {
  const near = await howdah(["explain", "WD0004"]);
  assert.equal(near.code, 2);
  assert.match(near.stderr, /did you mean WD/);
  const postgres = await howdah(["explain", "23505"]);
  assert.equal(postgres.code, 2);
  assert.match(postgres.stderr, /PostgreSQL|Postgres/);
});

test("every code of howdah explains itself in a paragraph", () => {
  for (const code of Object.keys(codes) as ErrorCode[]) {
    assert.match(code, /^WD\d{3}$/);
    assert.ok(codes[code].explanation.length > 60, code);
    assert.doesNotMatch(codes[code].title, /\.$/, code);
  }
});
