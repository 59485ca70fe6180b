import assert from "node:assert/strict";
import { test } from "node:test";
import { failureOf, testProject, type TestProject } from "../../test/support/project.ts";

const table = { "migrations/1_item.sql": "create table public.item (id int primary key, name text);" };

async function indexes(project: TestProject): Promise<readonly unknown[]> {
  const rows = await project.connection.query<{ name: string }>({
    text: "select indexname as name from pg_indexes where tablename = 'item' order by indexname",
    values: [],
  });
  return rows.map(({ name }) => name);
}

test("a migration marked no-transaction builds an index concurrently, between those before and after it", async (t) => {
  const project = await testProject(t, {
    ...table,
    "migrations/2_index.sql":
      "-- no-transaction\ncreate index concurrently item_name_idx on public.item (name);\nvacuum public.item;",
    "migrations/3_more.sql": "alter table public.item add column more int;",
  });
  const report = await project.assemble();
  assert.deepEqual(
    report.actions.map((action) => ("file" in action ? action.file : "")),
    ["migrations/1_item.sql", "migrations/2_index.sql", "migrations/3_more.sql"],
  );
  assert.deepEqual(await indexes(project), ["item_name_idx", "item_pkey"]);
  assert.equal((await project.assemble()).changed, false);
});

test("an interrupted one goes on behind the last statement that ran", async (t) => {
  const broken =
    "-- no-transaction\ncreate index concurrently a on public.item (id);\ncreate index concurrently b on public.item (nmae);";
  const project = await testProject(t, { ...table, "migrations/2_index.sql": broken });
  const error = await failureOf(project.assemble());
  assert.deepEqual([error.code, error.position?.line], ["WD411", 3]);
  assert.deepEqual(await indexes(project), ["a", "item_pkey"]);
  await project.save({ "migrations/2_index.sql": broken.replace("nmae", "name") });
  await project.assemble();
  assert.deepEqual(await indexes(project), ["a", "b", "item_pkey"]);
});

test("what has run of it can't be edited, and neither can it begin a transaction", async (t) => {
  const text = "-- no-transaction\ncreate index concurrently a on public.item (id);\nselect no_such_thing;";
  const project = await testProject(t, { ...table, "migrations/2_index.sql": text });
  await failureOf(project.assemble());
  await project.save({ "migrations/2_index.sql": text.replace("(id)", "(name)") });
  const edited = await failureOf(project.assemble());
  assert.deepEqual([edited.code, edited.position?.line], ["WD403", 2]);
  await project.save({ "migrations/2_index.sql": "-- no-transaction\nbegin;\nselect 1;\ncommit;" });
  assert.equal((await failureOf(project.assemble())).code, "WD407");
});
