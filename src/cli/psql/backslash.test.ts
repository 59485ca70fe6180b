import assert from "node:assert/strict";
import { test } from "node:test";
import { testDatabase } from "../../../test/support/database.ts";
import { openConsole } from "../../postgres/index.ts";
import { parseBackslash, runBackslash, type Backslash } from "./backslash.ts";

function query(line: string): Extract<Backslash, { kind: "query" }> {
  const backslash = parseBackslash(line);
  assert.ok(backslash.kind === "query");
  return backslash;
}

test("lists show what is there: relations by kind, routines, schemas, roles", async (t) => {
  const { target, connection } = await testDatabase(t);
  await connection.execute(`
    create table public.note (id bigint generated always as identity constraint note_pkey primary key, body text not null);
    create view public.recent as select body from public.note;
    create function public.shout(text) returns text language sql return upper($1);`);
  await using session = await openConsole(target);
  const names = async (line: string) => (await runBackslash(query(line), session))[0]?.rows.map((row) => row[1]);
  assert.deepEqual(await names("\\dt"), ["note"]);
  assert.deepEqual(await names("\\dv;"), ["recent"]);
  assert.deepEqual(await names("\\d"), ["note", "note_id_seq", "recent"]);
  assert.deepEqual(await names("\\df"), ["shout"]);
  const [schemas] = await runBackslash(query("\\dn"), session);
  assert.deepEqual(
    schemas?.rows.map((row) => row[0]),
    ["public"],
  );
  const [roles] = await runBackslash(query("\\du"), session);
  assert.ok(roles?.rows.some((row) => row[0] === target.user));
});

test("\\d NAME shows columns, then what the relation has of indexes, constraints and policies", async (t) => {
  const { target, connection } = await testDatabase(t);
  await connection.execute(`
    create table public.note (id bigint generated always as identity constraint note_pkey primary key, body text not null);
    create policy mine on public.note for select using (true);`);
  await using session = await openConsole(target);
  const results = await runBackslash(query("\\d note"), session);
  assert.deepEqual(
    results.map((result) => result.columns[0]?.name),
    ["column", "index", "constraint", "policy"],
  );
  assert.deepEqual(results[0]?.rows, [
    ["id", "bigint", "not null", "generated always as identity"],
    ["body", "text", "not null", null],
  ]);
  assert.deepEqual(results[3]?.rows, [["mine", "select", "true", null]]);
});

test("a name is a value, never SQL", async (t) => {
  const { target } = await testDatabase(t);
  await using session = await openConsole(target);
  await assert.rejects(runBackslash(query("\\d x');drop/**/table/**/y;--"), session), { code: "WD203" });
});

test("a command that is not here names the nearest one that is", () => {
  assert.throws(() => parseBackslash("\\dd"), { code: "WD002" });
  assert.deepEqual(parseBackslash("\\q"), { kind: "quit" });
  assert.deepEqual(parseBackslash(" \\? "), { kind: "help" });
});
