import assert from "node:assert/strict";
import { test } from "node:test";
import { account, rows, settled, statements } from "../support/declared.ts";
import { testProject, type TestProject } from "../support/project.ts";
import type { TestContext } from "node:test";

/** Every table is large. */
const always = { "howdah.toml": "[schema]\nonline_above = 0\n" };

async function online(t: TestContext, files: Record<string, string>): Promise<TestProject> {
  const project = await testProject(t, { ...always, ...files });
  await project.assemble();
  return project;
}

/** Names that only last for a change. */
async function leftovers(project: TestProject): Promise<unknown> {
  return await rows(
    project,
    `select relname as name from pg_class where relname like '%\\_\\_howdah'
     union all select conname from pg_constraint where conname like '%\\_\\_howdah'
     union all select step::text from howdah.step where done_at is null`,
  );
}

test("an index of a large table is built concurrently, and replaced by one that is valid before it goes", async (t) => {
  const project = await online(t, account("  name text,\n  age int"));
  await project.connection.execute(
    "insert into public.account select i, 'n' || i, i % 90 from generate_series(1, 100) as i",
  );
  await project.save(account("  name text,\n  age int", "create index by_name on account (name);"));
  assert.deepEqual(statements(await project.assemble()), [
    "create index concurrently by_name__howdah on public.account (name)",
    "alter index public.by_name__howdah rename to by_name",
  ]);
  await project.save(account("  name text,\n  age int", "create index by_name on account (name, age);"));
  assert.deepEqual(statements(await project.assemble()), [
    "create index concurrently by_name__howdah on public.account (name, age)",
    "drop index public.by_name",
    "alter index public.by_name__howdah rename to by_name",
  ]);
  assert.deepEqual(await leftovers(project), []);
  await settled(project);
});

test("an index on a column that is new is built behind the transaction", async (t) => {
  const project = await online(t, account("  name text"));
  await project.save(
    account("  name text,\n  age int", "create index by_age on account (age);\ncomment on index by_age is 'Age';"),
  );
  assert.deepEqual(statements(await project.assemble()), [
    "alter table public.account add column age integer",
    "create index concurrently by_age on public.account (age)",
    "comment on index public.by_age is 'Age'",
  ]);
  await settled(project);
});

test("keys get an index that was built ahead", async (t) => {
  const project = await online(t, { "schema/account.sql": "create table account (id bigint, email text);" });
  await project.save({
    "schema/account.sql":
      "create table account (id bigint primary key, email text, constraint one unique nulls not distinct (email) deferrable initially deferred);",
  });
  assert.deepEqual(
    statements(await project.assemble()).filter((text) => /index/.test(text)),
    [
      "create unique index concurrently account_pkey__howdah on public.account (id)",
      "create unique index concurrently one__howdah on public.account (email) nulls not distinct",
      "alter table public.account\n  add constraint account_pkey primary key using index account_pkey__howdah",
      "alter table public.account\n  add constraint one unique using index one__howdah deferrable initially deferred",
    ],
  );
  assert.deepEqual(await leftovers(project), []);
  await settled(project);
});

test("checks and foreign keys are made without a look at the rows, and validated behind", async (t) => {
  const project = await online(t, account("  age int,\n  friend bigint"));
  await project.connection.execute("insert into public.account values (1, 3, 1)");
  await project.save(account("  age int check (age > 0),\n  friend bigint references account"));
  assert.deepEqual(statements(await project.assemble()), [
    "alter table public.account\n  add constraint account_age_check check (age > 0) not valid",
    "alter table public.account\n  add constraint account_friend_fkey foreign key (friend) references public.account(id) not valid",
    "alter table public.account validate constraint account_age_check",
    "alter table public.account validate constraint account_friend_fkey",
  ]);
  await settled(project);
});

test("not null is proved by a check ahead of it", async (t) => {
  const project = await online(t, account("  name text"));
  await project.save(account("  name text not null"));
  assert.deepEqual(statements(await project.assemble()), [
    "alter table public.account\n  add constraint account_name_not_null__howdah check (name is not null) not valid",
    "alter table public.account validate constraint account_name_not_null__howdah",
    "alter table public.account alter column name set not null",
    "alter table public.account drop constraint if exists account_name_not_null__howdah",
  ]);
  assert.deepEqual(await leftovers(project), []);
  await settled(project);
});

test("not null with a value for the rows that have none fills them in batches", async (t) => {
  const project = await online(t, account("  name text"));
  await project.connection.execute(
    "insert into public.account select i, case when i % 2 = 0 then 'n' || i end from generate_series(1, 50000) as i",
  );
  await project.save(account("  -- @backfill 'm' || id\n  name text not null"));
  await project.assemble();
  const [row] = await rows(
    project,
    "select count(*) filter (where name = 'm' || id) as filled, count(*) as all from public.account",
  );
  assert.deepEqual(row, { filled: "25000", all: "50000" });
  assert.deepEqual(await leftovers(project), []);
  await settled(project);
});

test("a new column with a default of its own for each row is filled behind the transaction", async (t) => {
  const project = await online(t, account("  name text"));
  await project.connection.execute("insert into public.account select i, 'n' || i from generate_series(1, 50000) as i");
  const [before] = await rows(project, "select pg_relation_filenode('public.account') as node");
  await project.save(
    account(
      "  name text,\n  token uuid not null default gen_random_uuid(),\n  made timestamptz not null default now()",
    ),
  );
  const report = await project.assemble();
  assert.deepEqual(statements(report).slice(0, 3), [
    "alter table public.account add column token uuid",
    "alter table public.account alter column token set default gen_random_uuid()",
    "alter table public.account add column made timestamp with time zone not null default now()",
  ]);
  const [row] = await rows(
    project,
    "select count(distinct token)::int as tokens, pg_relation_filenode('public.account') as node from public.account",
  );
  assert.deepEqual(row, { tokens: 50_000, node: before?.["node"] });
  assert.deepEqual(await leftovers(project), []);
  await settled(project);
});

test("indexes and keys of a partitioned table are built partition by partition, and attached", async (t) => {
  const table =
    "create table log (at date, what text%) partition by range (at);\n" +
    "create table log_1 partition of log for values from ('2025-01-01') to ('2026-01-01');\n" +
    "create table log_2 partition of log for values from ('2026-01-01') to ('2027-01-01');\n";
  const project = await online(t, { "schema/log.sql": table.replace("%", "") });
  await project.connection.execute(
    "insert into public.log select date '2025-06-01' + i, 'x' from generate_series(1, 400) as i",
  );
  await project.save({ "schema/log.sql": `${table.replace("%", ", unique (at)")}create index by_what on log (what);` });
  const done = statements(await project.assemble());
  assert.equal(done.filter((text) => /index concurrently/.test(text)).length, 4);
  assert.equal(
    done.filter((text) => /^create (unique )?index (?!concurrently)/.test(text) && !/ on only /.test(text)).length,
    0,
  );
  assert.deepEqual(await rows(project, "select count(*)::int as count from pg_index where not indisvalid"), [
    { count: 0 },
  ]);
  assert.deepEqual(await leftovers(project), []);
  await settled(project);
});
