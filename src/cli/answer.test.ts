import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { testProjectFolder } from "../../test/support/folder.ts";
import { writeAnswer } from "./answer.ts";

const renamed = { hint: "-- @renamed from=name", anywhere: "-- @renamed column public.account.full_name from=name" };

async function folderWith(t: TestContext, text: string): Promise<string> {
  const root = await testProjectFolder(t);
  await mkdir(join(root, "schema"));
  await writeFile(join(root, "schema/account.sql"), text);
  return root;
}

async function textOf(root: string, file = "schema/account.sql"): Promise<string> {
  return await readFile(join(root, file), "utf8");
}

test("an answer stands on a line of its own before what it is about, as far to the right", async (t) => {
  const root = await folderWith(t, "create table account (\n  id int,\n  full_name text\n);\n");
  const at = { file: "schema/account.sql", line: 3, column: 3 };
  assert.equal(await writeAnswer(root, { ...renamed, at }), "schema/account.sql:3");
  assert.equal(
    await textOf(root),
    "create table account (\n  id int,\n  -- @renamed from=name\n  full_name text\n);\n",
  );
});

test("an answer keeps the ends of lines that the file has", async (t) => {
  const root = await folderWith(t, "create table account (\r\n\tid int,\r\n\tfull_name text\r\n);\r\n");
  await writeAnswer(root, { ...renamed, at: { file: "schema/account.sql", line: 3, column: 2 } });
  assert.equal(
    await textOf(root),
    "create table account (\r\n\tid int,\r\n\t-- @renamed from=name\r\n\tfull_name text\r\n);\r\n",
  );
});

test("an answer about something in the middle of a line goes by name to schema/hints.sql", async (t) => {
  const root = await folderWith(t, "create table account (id int, full_name text);\n");
  const at = { file: "schema/account.sql", line: 1, column: 31 };
  assert.equal(await writeAnswer(root, { ...renamed, at }), "schema/hints.sql:2");
  assert.equal(await textOf(root), "create table account (id int, full_name text);\n");
  assert.match(await textOf(root, "schema/hints.sql"), /\n-- @renamed column public\.account\.full_name from=name\n$/);
});

test("an answer without a place is added to schema/hints.sql, whatever ends that file", async (t) => {
  const root = await folderWith(t, "");
  await writeFile(join(root, "schema/hints.sql"), "-- @drop table public.old");
  const hint = "-- @drop column public.account.age";
  assert.equal(await writeAnswer(root, { hint, anywhere: hint, at: undefined }), "schema/hints.sql:2");
  assert.equal(await textOf(root, "schema/hints.sql"), `-- @drop table public.old\n${hint}\n`);
});
