import assert from "node:assert/strict";
import { test } from "node:test";
import { planProject } from "../../src/application/index.ts";
import { account, rows, settled, statements } from "../support/declared.ts";
import { failureOf, testProject, type TestProject } from "../support/project.ts";

/** As `howdah migrate` does it. */
const compare = { compare: true };

async function made(t: Parameters<typeof testProject>[0]): Promise<TestProject> {
  const project = await testProject(t, {
    ...account("  name text,\n  age int default 7", "create index by_age on account (age);"),
    "functions/two.sql": "create function two() returns int language sql return 2;",
  });
  await project.assemble();
  return project;
}

test("an index made by hand is reported, and outlives migrate with and without changed files", async (t) => {
  const project = await made(t);
  await project.connection.execute("create index by_hand on public.account (name)");
  const [opened, database] = await project.opened();
  const plan = await planProject(opened, database, { mode: "development", ...compare });
  assert.deepEqual(plan.drift, [{ object: "index by_hand on public.account", hint: "-- @drop index public.by_hand" }]);
  assert.deepEqual(plan.actions, []);
  const report = await project.assemble(compare);
  assert.deepEqual([report.actions, report.warnings], [[], []]);
  await project.save(account("  name text not null,\n  age int default 8"));
  await project.assemble(compare);
  assert.deepEqual(await rows(project, "select to_regclass('by_hand')::text as there"), [{ there: "by_hand" }]);
  await project.save({ "schema/hints.sql": "-- @drop index public.by_hand\n" });
  await project.assemble(compare);
  assert.deepEqual(await rows(project, "select to_regclass('by_hand')::text as there"), [{ there: null }]);
});

test("an index made by hand does not go along with a column unless somebody says so", async (t) => {
  const project = await made(t);
  await project.connection.execute("create index by_hand on public.account (name, age)");
  await project.save({ ...account("  name text"), "schema/hints.sql": "-- @drop column public.account.age\n" });
  const refused = await failureOf(project.assemble(compare));
  assert.deepEqual([refused.code, /by_hand/.test(refused.message)], ["WD462", true]);
  assert.match(refused.hint ?? "", /-- @drop index public\.by_hand/);
  assert.deepEqual(await rows(project, "select to_regclass('by_hand')::text as there"), [{ there: "by_hand" }]);
  await project.save({ "schema/hints.sql": "-- @drop column public.account.age\n-- @drop index public.by_hand\n" });
  await project.assemble(compare);
  await settled(project);
});

test("what files own and somebody has changed is made theirs again by migrate, which says so; a start leaves it", async (t) => {
  const project = await made(t);
  await project.connection.execute(`
    alter table public.account alter column age set default 9;
    drop index public.by_age;
    create or replace function public.two() returns int language sql return 3;
  `);
  assert.deepEqual((await project.assemble()).actions, []);
  const report = await project.assemble(compare);
  assert.equal(statements(report).length, 3);
  assert.deepEqual(
    report.warnings.map(({ code }) => code),
    ["WD471"],
  );
  assert.match(report.warnings[0]?.message ?? "", /by_age.*|two/);
  assert.deepEqual(await rows(project, "select public.two() as two, to_regclass('by_age')::text as there"), [
    { two: 2, there: "by_age" },
  ]);
  assert.deepEqual((await project.assemble(compare)).warnings, []);
});

test("what somebody has widened by hand is not cut back without a word", async (t) => {
  const project = await testProject(t, account("  name varchar(5)"));
  await project.assemble();
  await project.connection.execute(
    "alter table public.account alter column name type text; insert into public.account values (1, 'longer than five')",
  );
  assert.ok(["WD462", "WD463"].includes((await failureOf(project.assemble(compare))).code));
  assert.deepEqual(await rows(project, "select name from public.account"), [{ name: "longer than five" }]);
});

test("one of several overloads made by hand is dropped by the hint that howdah drift tells", async (t) => {
  const project = await made(t);
  await project.connection.execute(`
    create function public.two(n int) returns int language sql return n;
    create function public.two(n int, at timestamptz) returns int language sql return n;
  `);
  const [opened, database] = await project.opened();
  const plan = await planProject(opened, database, { mode: "development", ...compare });
  assert.deepEqual(
    plan.drift?.map(({ hint }) => hint),
    ["-- @drop function public.two(integer)", "-- @drop function public.two(integer, timestamp with time zone)"],
  );
  await project.save({ "schema/hints.sql": "-- @drop function public.two(int, timestamptz)\n" });
  assert.deepEqual(statements(await project.assemble(compare)), [
    "drop function public.two(integer, timestamp with time zone)",
  ]);
  await project.save({ "schema/hints.sql": `${plan.drift?.[0]?.hint}\n` });
  await project.assemble(compare);
  assert.deepEqual(await rows(project, "select public.two() as two"), [{ two: 2 }]);
  await settled(project);
});
