import assert from "node:assert/strict";
import { test } from "node:test";
import { listTrash, putBack } from "../../src/application/index.ts";
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

test("without a term nothing is kept", async (t) => {
  const project = await testProject(t, account("  name text,\n  age int"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, 'Ada', 36)");
  await project.save(account("  name text", "-- @drop column public.account.age\n"));
  await project.assemble();
  assert.deepEqual(await kept(project), []);
});
