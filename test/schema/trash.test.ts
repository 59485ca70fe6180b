import assert from "node:assert/strict";
import { test } from "node:test";
import { listTrash, planProject, projectFindings, putBack, type AssemblyReport } from "../../src/application/index.ts";
import { actionLines } from "../../src/cli/assembly-text.ts";
import { paint } from "../../src/cli/paint.ts";
import { account, rows, settled } from "../support/declared.ts";
import { failureOf, testProject, type TestProject } from "../support/project.ts";

const toml = { "howdah.toml": '[schema]\ntrash = "30 days"\n' };
const mood = "create type mood as enum ('sad', 'glad');\n";

async function kept(project: TestProject): Promise<readonly string[]> {
  const [, database] = await project.opened();
  return (await listTrash(database)).map((one) => `${one.id} ${one.kind} ${one.name} ${one.rows}`);
}

test("a dropped column's values are kept for their term, and find their rows again", async (t) => {
  const project = await testProject(t, {
    ...toml,
    ...account("  name text,\n  mood mood", ""),
    "schema/mood.sql": mood,
  });
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, 'Ada', 'glad'), (2, 'Bob', null)");
  await project.save({ ...account("  name text", "-- @drop column public.account.mood\n"), "schema/mood.sql": null });
  await project.assemble();
  assert.deepEqual(await kept(project), ["1 column public.account.mood 1"]);
  const [term] = await rows(project, "select kept_until - dropped_at = '30 days' as exact from howdah.trash");
  assert.equal(term?.["exact"], true);
  await settled(project);
  const [, database] = await project.opened();
  assert.equal((await failureOf(putBack(database, "1"))).code, "WD472");
  await project.save({ ...account("  name text,\n  mood mood"), "schema/mood.sql": mood });
  await project.assemble();
  assert.equal(await putBack(database, "1"), 1);
  assert.deepEqual(await rows(project, "select id::int, mood from public.account order by id"), [
    { id: 1, mood: "glad" },
    { id: 2, mood: null },
  ]);
  assert.deepEqual(await kept(project), []);
  assert.equal((await failureOf(putBack(database, "1"))).message, "nothing is kept under 1");
});

test("a dropped table's rows are kept, be row security forced on its owner, and are gone when the term is over", async (t) => {
  const secret = "create table secret (id int generated always as identity primary key, at timestamptz, l int[]);\n";
  const forced =
    "alter table secret enable row level security; alter table secret force row level security;\ncreate policy new on secret for insert with check (true);\n";
  const project = await testProject(t, { ...toml, "schema/secret.sql": secret + forced });
  await project.assemble();
  await project.connection.execute(
    "insert into public.secret (at, l) values ('2025-01-01 00:00Z', '{1,2}'), (null, null)",
  );
  await project.save({ "schema/secret.sql": null, "schema/hints.sql": "-- @drop table public.secret\n" });
  await project.assemble();
  assert.deepEqual(await kept(project), ["1 table public.secret 2"]);
  await project.save({ "schema/secret.sql": secret, "schema/hints.sql": null });
  await project.assemble();
  const [, database] = await project.opened();
  assert.equal(await putBack(database, "1"), 2);
  assert.deepEqual(await rows(project, "select id, at::date::text as at, l from public.secret order by id"), [
    { id: 1, at: "2025-01-01", l: [1, 2] },
    { id: 2, at: null, l: null },
  ]);
  await project.save({ "schema/secret.sql": null, "schema/hints.sql": "-- @drop table public.secret\n" });
  await project.assemble();
  await project.connection.execute("update howdah.trash set kept_until = now()");
  await project.save({ "schema/other.sql": "create table other (id int);" });
  await project.assemble();
  assert.deepEqual(await kept(project), []);
  assert.deepEqual(await rows(project, "select count(*)::int as rows from howdah.trash_row"), [{ rows: 0 }]);
});

test("the plan and the report say of what is dropped for how long it is kept, and doctor that it is", async (t) => {
  const project = await testProject(t, { ...toml, ...account("  name text,\n  age int") });
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, 'Ada', 36), (2, 'Bob', 30)");
  await project.save(account("  name text", "-- @drop column public.account.age\n"));
  const [opened, database] = await project.opened();
  const plan = await planProject(opened, database, { mode: "development" });
  const termOf = ({ actions }: Pick<AssemblyReport, "actions">): readonly unknown[] =>
    actions.map((action) => (action.kind === "change" ? [action.object, action.kept] : action));
  assert.deepEqual(termOf(plan), [["column public.account.age", "30 days"]]);
  assert.match(actionLines(plan, paint(false)).join("\n"), /^ {4}kept for 30 days: howdah schema trash$/m);
  assert.deepEqual(await trashOf(project), []);
  assert.deepEqual(termOf(await project.assemble()), [["column public.account.age", "30 days"]]);
  await project.connection.execute("update howdah.trash set kept_until = '2099-01-31 12:00Z'");
  const line = "ok: 1 dropped thing is kept, 2 rows, at the latest until 2099-01-31: howdah schema trash lists them";
  assert.deepEqual(await trashOf(project), [line]);
  await project.connection.execute("update howdah.trash set kept_until = '2020-01-31 12:00Z'");
  assert.deepEqual(await trashOf(project), [
    `${line.replace("2099", "2020")}; the term of 1 is over, and the next change of schema/ removes them`,
  ]);
});

/** What doctor says of it. */
async function trashOf(project: TestProject): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { kind, name, message } of projectFindings(await project.open()))
    if (name === "trash") found.push(`${kind}: ${message}`);
  return found;
}

test("without a term nothing is kept", async (t) => {
  const project = await testProject(t, account("  name text,\n  age int"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, 'Ada', 36)");
  await project.save(account("  name text", "-- @drop column public.account.age\n"));
  await project.assemble();
  assert.deepEqual(await kept(project), []);
});

test("rows go back into a table that has changed, whatever its columns are called, and its numbers go on behind them", async (t) => {
  const table = (more: string): string =>
    `create table item (id int generated always as identity primary key, lost text, kept int${more});\n`;
  const project = await testProject(t, { ...toml, "schema/item.sql": table("") });
  await project.assemble();
  await project.connection.execute("insert into public.item (lost, kept) values ('a', 1), ('b', 2)");
  await project.save({ "schema/item.sql": null, "schema/hints.sql": "-- @drop table public.item\n" });
  await project.assemble();
  await project.save({ "schema/item.sql": table(", made text not null default 'new'"), "schema/hints.sql": null });
  await project.assemble();
  const [, database] = await project.opened();
  assert.equal(await putBack(database, "1"), 2);
  await project.connection.execute("insert into public.item (lost) values ('c')");
  assert.deepEqual(await rows(project, "select id, lost, kept, made from public.item order by id"), [
    { id: 1, lost: "a", kept: 1, made: "new" },
    { id: 2, lost: "b", kept: 2, made: "new" },
    { id: 3, lost: "c", kept: null, made: "new" },
  ]);
});

test("values that find no place are kept on", async (t) => {
  const project = await testProject(t, { ...toml, ...account("  age int") });
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, 36), (2, 41)");
  await project.save({
    "schema/account.sql": "create table account (id bigint primary key);\n-- @drop column public.account.age\n",
  });
  await project.assemble();
  await project.save(account("  age int not null default 0"));
  await project.assemble();
  const [, database] = await project.opened();
  assert.equal((await failureOf(putBack(database, "1"))).code, "WD472");
  assert.deepEqual(await kept(project), ["1 column public.account.age 2"]);
  assert.equal((await failureOf(putBack(database, "one"))).code, "WD472");
});

test("values find their rows where row security is forced on the owner", async (t) => {
  const forced = "alter table account enable row level security; alter table account force row level security;\n";
  const project = await testProject(t, { ...toml, ...account("  age int", forced) });
  await project.assemble();
  await project.connection.execute(`
    alter table public.account no force row level security;
    insert into public.account values (1, 36);
    alter table public.account force row level security
  `);
  await project.save({
    "schema/account.sql": `create table account (id bigint primary key);\n${forced}-- @drop column public.account.age\n`,
  });
  await project.assemble();
  await project.save(account("  age int", forced));
  await project.assemble();
  const [, database] = await project.opened();
  assert.equal(await putBack(database, "1"), 1);
  const [row] = await rows(
    project,
    "select relforcerowsecurity as forced from pg_class where oid = 'public.account'::regclass",
  );
  assert.equal(row?.["forced"], true);
});
