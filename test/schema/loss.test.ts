import assert from "node:assert/strict";
import { test } from "node:test";
import { account, rows, settled, statements } from "../support/declared.ts";
import { failureOf, testProject } from "../support/project.ts";

test("a column is dropped only by a hint that names it, and the refusal counts its values", async (t) => {
  const project = await testProject(t, account("  name text,\n  age int"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, 'Ada', 36), (2, 'Bob', null)");
  await project.save(account("  name text"));
  const error = await failureOf(project.assemble());
  assert.deepEqual([error.code, error.message], ["WD462", "column public.account.age would be dropped"]);
  assert.match(error.detail ?? "", /^1 /);
  assert.equal((await rows(project, "select age from public.account where id = 1"))[0]?.["age"], 36);
  await project.save(account("  name text", "-- @drop column public.account.age\n"));
  await project.assemble();
  assert.deepEqual(await rows(project, "select * from public.account where id = 1"), [{ id: "1", name: "Ada" }]);
  await settled(project);
});

test("a file that is gone asks for its table, empty or not, while its views and functions go freely", async (t) => {
  const project = await testProject(t, {
    ...account("  name text"),
    "schema/empty.sql": "create table empty (id int primary key);",
    "functions/v.sql": "create view people as select id from account; create function one() returns int return 1;",
  });
  await project.assemble();
  await project.save({ "functions/v.sql": null });
  assert.equal((await project.assemble()).changed, true);
  await project.save({ "schema/empty.sql": null });
  assert.deepEqual((await failureOf(project.assemble())).message, "table public.empty would be dropped");
  await project.save({ "schema/hints.sql": "-- @drop table public.empty\n" });
  await project.assemble();
  assert.deepEqual(await rows(project, "select to_regclass('public.empty') as there"), [{ there: null }]);
  await settled(project);
});

test("the last file of schema/ may go, and what it declared with it", async (t) => {
  const project = await testProject(t, account("  name text"));
  await project.assemble();
  await project.save({ "schema/account.sql": null });
  assert.equal((await failureOf(project.assemble())).code, "WD462");
  await project.save({ "schema/hints.sql": "-- @drop table public.account\n" });
  await project.assemble();
  assert.deepEqual(await rows(project, "select to_regclass('public.account') as there"), [{ there: null }]);
});

test("text becomes int only when every value can be cast: the first that can't is shown with the line", async (t) => {
  const project = await testProject(t, account("  age text"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, '36'), (2, 'old')");
  await project.save(account("  age int"));
  const error = await failureOf(project.assemble());
  assert.deepEqual([error.code, error.position?.line], ["WD463", 3]);
  assert.match(error.detail ?? "", /old/);
  assert.deepEqual(await rows(project, "select age from public.account where id = 1"), [{ age: "36" }]);
  await project.save(account("  -- @using nullif(age, 'old')::int\n  age int"));
  await project.assemble();
  assert.deepEqual(await rows(project, "select age from public.account order by id"), [{ age: 36 }, { age: null }]);
  await settled(project);
});

test("a varchar is not cut short, and widened without a rewrite", async (t) => {
  const project = await testProject(t, account("  name varchar(50)"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, 'a name of more than ten')");
  await project.save(account("  name varchar(10)"));
  const error = await failureOf(project.assemble());
  assert.ok(["WD462", "WD463"].includes(error.code));
  await project.save(account("  name varchar(80)"));
  const report = await project.assemble();
  assert.deepEqual(statements(report), ["alter table public.account alter column name type character varying(80)"]);
  await settled(project);
});

test("a new column that is not null asks what the rows that are there shall have", async (t) => {
  const project = await testProject(t, account("  name text"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, 'Ada')");
  await project.save(account("  name text,\n  email text not null"));
  const error = await failureOf(project.assemble());
  assert.deepEqual([error.code, error.position?.line], ["WD463", 4]);
  assert.match(error.hint ?? "", /@backfill/);
  await project.save(account("  name text,\n  -- @backfill lower(name) || '@example.org'\n  email text not null"));
  await project.assemble();
  assert.deepEqual(await rows(project, "select email from public.account"), [{ email: "ada@example.org" }]);
  await settled(project);
});

test("not null, unique, check and foreign key find the row that is in their way before anything runs", async (t) => {
  const before = account("  name text,\n  age int,\n  friend bigint");
  const cases: readonly (readonly [string, RegExp])[] = [
    ["  name text not null,\n  age int,\n  friend bigint", /null/],
    ["  name text,\n  age int unique,\n  friend bigint", /age/],
    ["  name text,\n  age int check (age > 40),\n  friend bigint", /age/],
    ["  name text,\n  age int,\n  friend bigint references account", /friend|account/],
  ];
  const project = await testProject(t, before);
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, null, 36, 7), (2, 'Bob', 36, 1)");
  for (const [columns, message] of cases) {
    await project.save(account(columns));
    const error = await failureOf(project.assemble());
    assert.equal(error.code, "WD463");
    assert.match(error.message, message);
  }
  assert.equal((await rows(project, "select * from public.account")).length, 2);
});

test("what somebody made by hand is told, and neither dropped nor revoked", async (t) => {
  const project = await testProject(t, account("  name text"));
  await project.assemble();
  await project.connection.execute(`
    create index by_hand on public.account (name);
    create table public.notes (id int);
    grant select on public.account to public;
  `);
  await project.save(account("  name text,\n  age int"));
  await project.assemble();
  const [row] = await rows(
    project,
    `select to_regclass('public.by_hand') is not null as index, to_regclass('public.notes') is not null as table,
       has_table_privilege('${project.target.database}_anon', 'public.account', 'select') as readable`,
  );
  assert.deepEqual(row, { index: true, table: true, readable: true });
  await settled(project);
});
