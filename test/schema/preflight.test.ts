import assert from "node:assert/strict";
import { test } from "node:test";
import { planProject, type AssemblyPlan } from "../../src/application/index.ts";
import { connect } from "../../src/postgres/index.ts";
import { account, rows } from "../support/declared.ts";
import { failureOf, testProject, type TestProject } from "../support/project.ts";

async function planOf(project: TestProject): Promise<AssemblyPlan> {
  const [opened, database] = await project.opened();
  return await planProject(opened, database, { mode: "development", compare: true });
}

test("a plan shows the row that migrate would refuse, with its place in the file", async (t) => {
  const project = await testProject(t, account("  name text,\n  age text"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, 'Ada', '36'), (2, null, 'old')");
  await project.save(account("  name text not null,\n  age int"));
  const { obstacles = [], actions } = await planOf(project);
  assert.deepEqual(
    obstacles.map(({ code, position }) => [code, position?.file, position?.line]),
    [
      ["WD463", "schema/account.sql", 3],
      ["WD463", "schema/account.sql", 4],
    ],
  );
  assert.match(obstacles[1]?.detail ?? "", /\(2,,old\)/);
  assert.equal(actions.length, 2);
  const refused = await failureOf(project.assemble());
  assert.equal(refused.message, obstacles[0]?.message);
  await project.connection.execute("update public.account set name = 'Bob', age = '1' where id = 2");
  assert.deepEqual((await planOf(project)).obstacles, []);
});

test("rows that pending migrations may mend are a warning", async (t) => {
  const project = await testProject(t, account("  name text"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, null)");
  await project.save({
    ...account("  name text not null"),
    "migrations/1_mend.sql":
      "do $$ begin if to_regclass('public.account') is not null then update public.account set name = 'x'; end if; end $$;",
  });
  const { obstacles, warnings } = await planOf(project);
  assert.equal(obstacles, undefined);
  assert.match(warnings.map(({ message }) => message).join("\n"), /null values.* ahead of the pending migrations/);
  assert.equal((await project.assemble()).changed, true);
});

const before = {
  "schema/a.sql": `
create type mood as enum ('sad', 'glad');
create table person (id bigint primary key, name text, age text, mood mood, boss bigint);
create table only_here () inherits (person);
`,
};

/** Everything has another name, and rows are in the way of all that is new. */
const after = {
  "schema/a.sql": `
create type feeling as enum ('low', 'glad');
-- @renamed type public.feeling from=mood
-- @renamed label public.feeling.low from=sad
-- @renamed table public.account from=person
create table account (
  id bigint primary key,
  -- @renamed from=name
  full_name text not null,
  -- @renamed from=age
  years int,
  mood feeling constraint not_low check (mood <> 'low'),
  -- @renamed from=boss
  chief bigint references account,
  constraint short check (length(full_name) < 3) no inherit,
  constraint once unique (full_name)
);
create table only_here () inherits (account);
`,
};

test("rows are asked under the names they have before a rename, while others work with the table", async (t) => {
  const project = await testProject(t, before);
  await project.assemble();
  await project.connection.execute(`
    insert into public.person values (1, 'Ada', '36', 'sad', null), (2, 'Ada', 'old', 'glad', 7), (3, null, null, null, null);
  `);
  await project.save(after);
  const planned = (await planOf(project)).obstacles ?? [];
  const found = planned.map(({ message }) => message.replace(/:.*/, "")).toSorted();
  assert.deepEqual(found, [
    "a row of public.account refers by (chief) to none of public.account",
    "a row of public.account violates check not_low",
    "a row of public.account violates check short",
    "column full_name of public.account contains null values",
    "column years of public.account has values that can't become integer",
    "rows of public.account are equal in (full_name), which unique once forbids",
  ]);
  // Whoever reads would be in the way of the first lock.
  await using reader = await connect(project.target);
  await reader.execute("begin; select from public.person");
  const error = await failureOf(project.assemble());
  assert.equal(error.code, "WD463");
  assert.deepEqual(await rows(project, "select to_regclass('public.account') as there"), [{ there: null }]);
});

test("rows of a table that is taken over are asked when its owner may read them", async (t) => {
  const project = await testProject(t);
  await project.assemble();
  await using admin = await connect(project.target);
  await admin.execute(
    "create table public.account (id bigint primary key, name text); insert into public.account values (1, null)",
  );
  await project.save({
    "schema/a.sql": "-- @adopt\ncreate table account (\n  id bigint primary key,\n  name text not null\n);",
  });
  assert.equal((await failureOf(project.assemble())).code, "WD463");
  await admin.execute("update public.account set name = 'Ada'");
  assert.equal((await project.assemble()).changed, true);
});
