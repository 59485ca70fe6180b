import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { planProject } from "../../src/application/index.ts";
import { needsSuperuser } from "../support/database.ts";
import { account, rows, settled, statements } from "../support/declared.ts";
import { failureOf, testProject } from "../support/project.ts";

const renamed = `-- @renamed from=account
create table person (
  id bigint primary key,
  name text
);
alter table person enable row level security;
`;

test("what a renamed table has no more goes in the same change: its policy, its grant, its index", async (t) => {
  const rest =
    "alter table account enable row level security; create policy open on account using (true);" +
    " grant select on account to public; create index by_name on account (name);";
  const project = await testProject(t, account("  name text", rest));
  await project.assemble();
  await project.connection.execute("grant insert on public.account to public");
  await project.save({ "schema/account.sql": renamed });
  await project.assemble();
  const [row] = await rows(
    project,
    `select
       (select count(*)::int from pg_policies where tablename = 'person') as policies,
       to_regclass('public.by_name') as index,
       has_table_privilege('${project.target.database}_anon', 'public.person', 'select') as readable,
       has_table_privilege('${project.target.database}_anon', 'public.person', 'insert') as writable`,
  );
  assert.deepEqual(row, { policies: 0, index: null, readable: false, writable: true });
  await settled(project);
});

test("a column of a renamed table is asked for, by either name of the table", async (t) => {
  const project = await testProject(t, account("  name text,\n  age int"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, 'Ada', 36)");
  await project.save({ "schema/account.sql": renamed });
  const error = await failureOf(project.assemble());
  assert.deepEqual([error.code, error.message], ["WD462", "column public.person.age would be dropped"]);
  await project.save({ "schema/hints.sql": "-- @drop column public.account.age\n" });
  await project.assemble();
  assert.deepEqual(await rows(project, "select * from public.person"), [{ id: "1", name: "Ada" }]);
  await settled(project);
});

const narrowings: readonly (readonly [string, string, string])[] = [
  ["create domain kind as varchar(50);", "create domain kind as varchar(3);", "'abcdef'"],
  ["create domain kind as numeric(10,4);", "create domain kind as numeric(10,1);", "1.2345"],
  ["create type kind as (x numeric(10,4), y text);", "create type kind as (x numeric(10,1), y text);", "(1.2345, 'a')"],
];

for (const [before, after, value] of narrowings) {
  test(`values are not cut because their type is made again: ${after}`, async (t) => {
    const project = await testProject(t, { ...account("  v kind"), "schema/kind.sql": before });
    await project.assemble();
    await project.connection.execute(`insert into public.account values (1, ${value})`);
    const kept = await rows(project, "select v::text from public.account");
    await project.save({ "schema/kind.sql": after });
    const error = await failureOf(project.assemble());
    assert.deepEqual([error.code, error.position?.file], ["WD462", "schema/account.sql"]);
    assert.deepEqual(await rows(project, "select v::text from public.account"), kept);
    await project.save(account("  -- @using v::text::kind\n  v kind"));
    await project.assemble();
    assert.notDeepEqual(await rows(project, "select v::text from public.account"), kept);
    await settled(project);
  });
}

test("what a cast leaves out is asked for: in arrays, of addresses, of intervals, of numbers that become booleans", async (t) => {
  const project = await testProject(t, account("  a numeric(10,4)[],\n  b inet,\n  c interval,\n  d int"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, '{1.2345}', '10.0.0.5/24', '25:00', 7)");
  const cases = ["a numeric(10,1)[]", "b cidr", "c time", "d boolean"];
  const columns = ["a numeric(10,4)[]", "b inet", "c interval", "d int"];
  for (const [at, changed] of cases.entries()) {
    await project.save(account(columns.with(at, changed).join(",\n")));
    const { code, message } = await failureOf(project.assemble());
    assert.deepEqual([code, message], ["WD462", `column public.account.${changed[0]} would be narrowed`]);
  }
});

/** A partitioned table whose partition somebody else has made: a job, an extension. */
function event(columns: string, rest = ""): Record<string, string> {
  return {
    "schema/event.sql": `create table event (\n  at date not null${columns}\n) partition by range (at);\n${rest}`,
  };
}

const partition = `
  create table public.event_2020 partition of public.event for values from ('2020-01-01') to ('2021-01-01');
  insert into public.event (at) values ('2020-02-02');
`;

test("partitions that nobody declares outlive their table, with their rows", async (t) => {
  const project = await testProject(t, event(",\n  kind int"));
  await project.assemble();
  await project.connection.execute(partition);
  await project.save({ "schema/event.sql": "-- @drop table public.event\n" });
  await project.assemble();
  assert.deepEqual(await rows(project, "select at::text, kind from public.event_2020"), [
    { at: "2020-02-02", kind: null },
  ]);
  await settled(project);
});

test("partitions that nobody declares get what their table gets, and lose what it loses", async (t) => {
  const project = await testProject(t, event(",\n  kind int"));
  await project.assemble();
  await project.connection.execute(partition);
  const columns = ",\n  size int default 1 not null check (size > 0),\n  primary key (at)";
  await project.save(event(columns, "create index event_size on event (size);\n-- @drop column public.event.kind\n"));
  await project.assemble();
  await settled(project);
  const [row] = await rows(
    project,
    `select count(*)::int as indexes, bool_and(indisvalid) as valid
     from pg_index where indrelid in ('public.event'::regclass, 'public.event_2020'::regclass)`,
  );
  assert.deepEqual(row, { indexes: 4, valid: true });
  await project.save(event(columns.replace(",\n  primary key (at)", ""), ""));
  await project.assemble();
  await settled(project);
  assert.deepEqual(await rows(project, "select at::text, size from public.event"), [{ at: "2020-02-02", size: 1 }]);
});

test("passwords of user mappings are applied, and stand in no error", { skip: needsSuperuser }, async (t) => {
  const wrapper = "create foreign data wrapper away; create server there foreign data wrapper away;";
  const mapping = (password: string): Record<string, string> => ({
    "schema/there.sql": `${wrapper} create user mapping for public server there options (password '${password}');`,
  });
  const project = await testProject(t, mapping("first"));
  await project.assemble();
  await project.save(mapping("second"));
  await project.assemble();
  await project.connection.execute("reset role");
  assert.deepEqual(await rows(project, "select umoptions from pg_user_mappings where srvname = 'there'"), [
    { umoptions: ["password=second"] },
  ]);
  await settled(project);
});

test("a range that columns use gets another subtype", { skip: needsSuperuser }, async (t) => {
  const range = (subtype: string): string => `create type span as range (subtype = ${subtype});`;
  const project = await testProject(t, { ...account("  v span"), "schema/span.sql": range("int") });
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, '[1,3)')");
  await project.save({ "schema/span.sql": range("bigint") });
  const report = await project.assemble();
  assert.ok(statements(report).length > 0);
  assert.deepEqual(await rows(project, "select upper(v) as upper from public.account"), [{ upper: "3" }]);
  await settled(project);
});

test("a table made by hand, with the sequences that come with it, is no reason to refuse a change", async (t) => {
  const project = await testProject(t, account("  name text"));
  await project.assemble();
  await project.connection.execute("create table public.t (id int generated always as identity primary key, s serial)");
  await project.save(account("  name text,\n  age int"));
  await project.assemble();
  await settled(project);
});

test("a plan shows what goes when all files of schema/ are gone", { skip: needsSuperuser }, async (t) => {
  const project = await testProject(t, {
    "schema/there.sql": `create domain kind as int; create foreign data wrapper away;
      create server there foreign data wrapper away; create user mapping for public server there;`,
  });
  await project.assemble();
  await project.save({ "schema/there.sql": null });
  const plan = await planProject(...(await project.opened()), { mode: "development" });
  const expected = [
    "drop user mapping for public server there",
    "drop server there",
    "drop foreign data wrapper away",
    "drop domain public.kind",
  ];
  assert.deepEqual(statements(plan).toSorted(), expected.toSorted());
  assert.deepEqual(statements(await project.assemble()).toSorted(), expected.toSorted());
});

test("what is kept of passwords in schema/ is readable to its owner alone", { skip: needsSuperuser }, async (t) => {
  const project = await testProject(t, {
    "schema/there.sql": `create foreign data wrapper away; create server there foreign data wrapper away;
      create user mapping for public server there options (password 'secret');`,
  });
  await project.assemble();
  const folder = join(project.root, ".howdah", "scratch-models");
  const files = await readdir(folder);
  assert.ok(files.length > 0);
  for (const file of [".", ...files]) assert.equal((await stat(join(folder, file))).mode & 0o077, 0);
});

test("a subscription that would connect is refused before anything is tried out", async (t) => {
  const project = await testProject(t);
  const create = "create subscription away connection 'host=127.0.0.1 port=1' publication p with";
  for (const options of ["(create_slot = false, slot_name = 'kept')", "(connect = true)", "(connect)"]) {
    await project.save({ "schema/away.sql": `${create} ${options};` });
    assert.equal((await failureOf(project.assemble())).code, "WD447");
  }
  await project.save({ "schema/away.sql": `${create} (connect = false);` });
  assert.equal((await failureOf(project.assemble())).code, "WD468");
});
