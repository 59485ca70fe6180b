import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { homeOf, planProject, type AssemblyAction, type AssemblyPlan } from "../../src/application/index.ts";
import { prefixOf, scratchOf } from "../../src/application/desired.ts";
import { connect, sql } from "../../src/postgres/index.ts";
import { account, rows } from "../support/declared.ts";
import { testProject, type TestProject } from "../support/project.ts";

async function planOf(project: TestProject): Promise<AssemblyPlan> {
  const [opened, database] = await project.opened();
  return await planProject(opened, database, { mode: "development", compare: true, forecast: true });
}

type Change = Extract<AssemblyAction, { kind: "change" }>;

/** What is foreseen of each statement, in short: `lock table, rewrites table, scans table`. */
function foreseen({ actions }: AssemblyPlan): Record<string, string> {
  const changes = actions.filter((action): action is Change => action.kind === "change");
  return Object.fromEntries(
    changes.map(({ statements, forecast }) => {
      const { locks = [], rewrites = [], scans = [] } = forecast ?? {};
      const parts = [
        ...locks.map(({ relation, blocks }) => `${relation}: no ${blocks}`),
        ...rewrites.map((table) => `rewrites ${table}`),
        ...scans.map((table) => `scans ${table}`),
      ];
      return [statements.join("; ").replaceAll(/\s+/g, " "), parts.join(", ")];
    }),
  );
}

test("a plan tells which statement locks, rewrites and looks at which table, and changes nothing", async (t) => {
  const project = await testProject(t, account("  name text,\n  age int,\n  short varchar(10)"));
  await project.assemble();
  await project.connection.execute(
    "insert into public.account select i, 'n', i, 'x' from generate_series(1, 1000) as i; analyze public.account",
  );
  await project.save(
    account(
      "  name text not null,\n  age bigint,\n  short varchar(50),\n  token uuid default gen_random_uuid(),\n  at timestamptz default now()",
      "create index by_age on account (age);",
    ),
  );
  const plan = await planOf(project);
  assert.deepEqual(plan.warnings, []);
  const locked = "public.account: no reads and writes";
  assert.deepEqual(foreseen(plan), {
    "alter table public.account alter column age type bigint": `${locked}, rewrites public.account, scans public.account`,
    "alter table public.account alter column name set not null": `${locked}, scans public.account`,
    "alter table public.account alter column short type character varying(50)": locked,
    "alter table public.account add column token uuid default gen_random_uuid()": `${locked}, rewrites public.account, scans public.account`,
    "alter table public.account add column at timestamp with time zone default now()": locked,
    "create index by_age on public.account (age)": "public.account: no writes, scans public.account",
  });
  const lock = plan.actions.flatMap((action) => (action.kind === "change" ? (action.forecast?.locks ?? []) : []))[0];
  assert.deepEqual([lock?.rows, (lock?.bytes ?? 0) > 0], [1000, true]);
  assert.deepEqual(
    await rows(project, "select count(*)::int as count from information_schema.columns where table_name = 'account'"),
    [{ count: 4 }],
  );
});

test("online forms show in the forecast: nobody is kept from writing for longer than a moment", async (t) => {
  const project = await testProject(t, {
    "howdah.toml": "[schema]\nonline_above = 0\n",
    ...account("  name text,\n  age int"),
  });
  await project.assemble();
  await project.save(
    account("  name text not null,\n  age int unique check (age > 0)", "create index by_name on account (name);"),
  );
  const plan = await planOf(project);
  assert.deepEqual(plan.warnings, []);
  const long = plan.actions.filter(
    (action) =>
      action.kind === "change" &&
      (action.forecast?.scans.length ?? 0) > 0 &&
      action.forecast?.locks.some(({ blocks }) => /writes/.test(blocks)) === true,
  );
  assert.deepEqual(long, []);
  assert.ok(plan.actions.some((action) => action.kind === "change" && (action.forecast?.scans.length ?? 0) > 0));
});

test("a plan of pending migrations and what schema/ makes of them is tried out as a whole", async (t) => {
  const project = await testProject(t, {
    ...account("  name text"),
    "migrations/1_a.sql": "create type mood as enum ('a');",
  });
  await project.assemble();
  await project.save({
    "migrations/2_b.sql": "alter type mood add value 'b'; create table extra (id int primary key);",
    ...account(
      "  name text,\n  mood mood default 'a'",
      "create view everybody as select account.id, name, extra.id as other from account, extra;",
    ),
  });
  const plan = await planOf(project);
  assert.deepEqual(plan.warnings, []);
  assert.ok(plan.actions.filter(({ kind }) => kind === "change").every((action) => "forecast" in action));
});

test("a plan that is asked for again for the same schema is not tried again, after an edit it is", async (t) => {
  const project = await testProject(t, account("  name text"));
  await project.assemble();
  await project.save(account("  name text not null"));
  const first = await planOf(project);
  assert.deepEqual(Object.values(foreseen(first)), ["public.account: no reads and writes, scans public.account"]);
  const file = join(homeOf(await project.open()), "scratch-models", "trial.json");
  const kept = await readFile(file, "utf8");
  // Nobody else writes there: what it holds comes out only where it was read.
  await writeFile(file, kept.replaceAll("AccessExclusiveLock", "ShareLock"));
  assert.deepEqual(Object.values(foreseen(await planOf(project))), ["public.account: no writes, scans public.account"]);
  await project.save(account("  name text not null,\n  age int"));
  assert.deepEqual(foreseen(await planOf(project)), {
    "alter table public.account alter column name set not null":
      "public.account: no reads and writes, scans public.account",
    "alter table public.account add column age integer": "public.account: no reads and writes",
  });
});

test("a plan is tried on what it can touch: partitions, what points there and what is pointed to, and no copy of all tables", async (t) => {
  const tables = (id: string, rest: string): Record<string, string> => ({
    "schema/all.sql": `
      create table hub (id ${id} primary key);
      create table spoke (id int primary key, hub_id ${id} references hub);
      create table log (at date primary key) partition by range (at);
      create table log_1 partition of log for values from ('2020-01-01') to ('2021-01-01');
      create table aside (id int primary key);
      create view beside as select id from aside;
      ${rest}`,
  });
  const project = await testProject(t, tables("int", ""));
  await project.assemble();
  await project.save(tables("bigint", "create table page (at date references log);"));
  const plan = await planOf(project);
  assert.deepEqual(plan.warnings, []);
  const locked = Object.values(foreseen(plan)).join(", ").split(", ");
  for (const line of ["public.hub", "public.spoke"].map((name) => `${name}: no reads and writes`))
    assert.ok(locked.includes(line), line);
  assert.deepEqual(locked.filter((line) => /log/.test(line)).toSorted(), [
    "public.log: no writes",
    "public.log_1: no writes",
  ]);
  assert.deepEqual([(await databases(project, "bare")).length, await databases(project, "live")], [1, []]);
});

test("what only the text of a function names is found where the whole schema is tried", async (t) => {
  const project = await testProject(t, {
    ...account("  name text"),
    "functions/f.sql": `
      create function public.inner_part(text) returns text language sql immutable set search_path = '' return $1 || '!';
      create function public.outer_part(name text) returns text language sql immutable as 'select public.inner_part(name)';`,
  });
  await project.assemble();
  await project.save(account("  name text", "create index by_part on account (public.outer_part(name));"));
  const plan = await planOf(project);
  assert.deepEqual(plan.warnings, []);
  assert.deepEqual(Object.values(foreseen(plan)), ["public.account: no writes, scans public.account"]);
  assert.equal((await databases(project, "live")).length, 1);
});

/** The databases of the scratch server that are kept for this project, of one sort. */
async function databases(project: TestProject, sort: "bare" | "live"): Promise<readonly string[]> {
  const [opened, database] = await project.opened();
  const { target } = await scratchOf(opened, database);
  await using connection = await connect(target);
  const prefix = `${prefixOf(opened)}_${sort}_`;
  const found = await connection.query<{ name: string }>(
    sql`select datname as name from pg_database where starts_with(datname, ${prefix})`,
  );
  return found.map(({ name }) => name);
}
