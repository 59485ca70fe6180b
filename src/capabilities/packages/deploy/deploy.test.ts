import assert from "node:assert/strict";
import { test } from "node:test";
import { deployBench, testPackage } from "../../../../test/support/sql-package.ts";
import { AppError } from "../../../errors/index.ts";

const returns = (value: number): string =>
  `create or replace function f() returns int language sql as 'select ${value}';\n`;

/** The original's layout, untouched. */
const original = {
  "config.json": JSON.stringify({
    name: "a",
    version: "01_09_00",
    subclass: "versioned",
    class: "ignored",
    functions_path: [".", "functions"],
    types_path: "types",
    views_path: "views",
    tables_path: "tables",
    triggers_path: "triggers",
  }),
  "types/item.sql": "create type item as (mood mood, amount int);",
  "types/mood.sql": "create type mood as enum ('good', 'bad');",
  "tables/1_entry.sql": "create table entry (id int primary key, item item);",
  "functions/f.sql": returns(1),
  "functions/more/g.sql":
    "create or replace function g(i item) returns int language plpgsql as $$ begin return f(); end; $$;",
  "touch.sql": "create or replace function touch() returns trigger language plpgsql as $$ begin return new; end; $$;",
  "views/entries.sql": "create or replace view entries as select id, f() as f from entry;",
  "triggers/touch.sql": "create trigger touch before update on entry for each row execute procedure touch();",
};

test("a package of the original's layout deploys unchanged: a schema, one row, one event", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder } = await testPackage(t, "a", "01_09_00", original);
  const report = await deploy(folder, { references: { vcsRef: "0123abc" } });
  assert.equal(report.changed, true);
  assert.deepEqual(await rows("select a_01_09_00.f() as f, (select count(*)::int from a_01_09_00.entries) as n"), [
    { f: 1, n: 0 },
  ]);
  assert.deepEqual(await rows("select name, version, version_text, schema_name, status from _pgpm.packages"), [
    { name: "a", version: "1.9.0", version_text: "01_09_00", schema_name: "a_01_09_00", status: "ADDED" },
  ]);
  assert.deepEqual(await rows("select mode, vcs_ref from _pgpm.deployment_events"), [
    { mode: "safe", vcs_ref: "0123abc" },
  ]);
});

test("deployed again it is unchanged, without a new event", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder } = await testPackage(t, "a", "01_09_00", original);
  await deploy(folder);
  const report = await deploy(folder);
  assert.equal(report.changed, false);
  assert.deepEqual(
    report.packages.map(({ verdict, actions }) => ({ verdict, actions })),
    [{ verdict: "unchanged", actions: [] }],
  );
  assert.deepEqual(await rows("select count(*)::int as n from _pgpm.deployment_events"), [{ n: 1 }]);
});

test("an edited function under the same version is refused by name, and the database untouched", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder, write } = await testPackage(t, "a", "1.0.0", {
    "functions/f.sql": returns(1),
    "functions/g.sql": "create function g() returns int language sql as 'select 1'",
  });
  await deploy(folder);
  await write({ "functions/f.sql": returns(2), "functions/g.sql": null });
  await assert.rejects(deploy(folder), {
    code: "WD643",
    detail: "functions/f.sql: edited\nfunctions/g.sql: removed",
    position: { file: "functions/f.sql", line: 1, column: 1 },
  });
  assert.deepEqual(await rows("select a_1_0_0.f() as f, a_1_0_0.g() as g"), [{ f: 1, g: 1 }]);
});

test("a new version stands beside the old one, which goes on as it was", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder, write } = await testPackage(t, "a", "01_09_00", { "functions/f.sql": returns(1) });
  await deploy(folder);
  await write({ "howdah.toml": '[package]\nname = "a"\nversion = "01_10_00"\n', "functions/f.sql": returns(2) });
  await deploy(folder);
  assert.deepEqual(await rows("select a_01_09_00.f() as old, a_01_10_00.f() as new"), [{ old: 1, new: 2 }]);
  await rows("select _pgpm.set_search_path('a', '1.9.x')");
  assert.deepEqual(await rows("select f() as f"), [{ f: 1 }]);
  await rows("select _pgpm.set_search_path('a', 'x')");
  assert.deepEqual(await rows("select f() as f, current_setting('search_path') as path"), [
    { f: 2, path: "a_01_10_00, public" },
  ]);
});

test("moderate sets the schema aside under a number, again and again", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder } = await testPackage(t, "a", "01_09_00", original);
  await deploy(folder);
  await deploy(folder, { mode: "moderate" });
  await deploy(folder, { mode: "moderate" });
  assert.deepEqual(await rows("select schema_name, old_revision from _pgpm.packages order by schema_name"), [
    { schema_name: "a_01_09_00", old_revision: null },
    { schema_name: "a_01_09_00_0", old_revision: 0 },
    { schema_name: "a_01_09_00_1", old_revision: 1 },
  ]);
  assert.deepEqual(
    await rows(
      "select count(*)::int as n from a_01_09_00.entries, a_01_09_00_0.entries as e, a_01_09_00_1.entries as f",
    ),
    [{ n: 0 }],
  );
  // What has run in the new schema is known there, too.
  assert.equal((await deploy(folder)).changed, false);
});

test("moderate refuses to part objects outside from the package, unless that is allowed", async (t) => {
  const { deploy, plan, rows, connection } = await deployBench(t);
  const { folder, write } = await testPackage(t, "a", "1.0.0", { "functions/f.sql": returns(1) });
  await deploy(folder);
  await connection.execute(`
    create view public.v as select a_1_0_0.f() as f;
    create function public.caller() returns int language plpgsql as 'begin return a_1_0_0.f(); end';`);
  await write({ "functions/f.sql": returns(2) });
  await assert.rejects(deploy(folder, { mode: "moderate" }), { code: "WD644", detail: "view public.v" });
  const [planned] = await plan(folder, { mode: "moderate", allowSplit: true });
  assert.deepEqual([planned?.outsiders, planned?.textual], [["view public.v"], ["public.caller()"]]);
  await deploy(folder, { mode: "moderate", allowSplit: true });
  assert.deepEqual(await rows("select f as bound, public.caller() as textual from public.v"), [
    { bound: 1, textual: 2 },
  ]);
});

test("unsafe refuses to drop a column of a table outside, and says which", async (t) => {
  const { deploy, rows, connection } = await deployBench(t);
  const { folder } = await testPackage(t, "a", "1.0.0", { "types/t.sql": "create type t as enum ('x')" });
  await deploy(folder);
  await connection.execute("create table public.tt (id int, c a_1_0_0.t)");
  await assert.rejects(deploy(folder, { mode: "unsafe" }), { code: "WD644", detail: "table column public.tt.c" });
  await deploy(folder, { mode: "unsafe", cascadeExternal: true });
  assert.deepEqual(
    await rows(
      "select attname from pg_attribute where attrelid = 'public.tt'::regclass and attnum > 0 and not attisdropped",
    ),
    [{ attname: "id" }],
  );
});

test("unsafe refuses to drop tables with rows", async (t) => {
  const { deploy, rows, connection } = await deployBench(t);
  const { folder } = await testPackage(t, "a", "01_09_00", original);
  await deploy(folder);
  await deploy(folder, { mode: "unsafe" });
  await connection.execute("insert into a_01_09_00.entry (id) values (1)");
  await assert.rejects(deploy(folder, { mode: "unsafe" }), { code: "WD649", detail: "a_01_09_00.entry" });
  await deploy(folder, { mode: "unsafe", dropData: true });
  assert.deepEqual(await rows("select count(*)::int as n from a_01_09_00.entry"), [{ n: 0 }]);
});

test("overwrite keeps a function that the files no longer define, and says so; --prune drops it", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder, write } = await testPackage(t, "a", "1.0.0", {
    "types/mood.sql": "create type mood as enum ('x')",
    "tables/1.sql": "create table t (id int)",
    "functions/f.sql": returns(1),
    "functions/g.sql": "create or replace function g(m mood) returns int language sql as 'select 1'",
  });
  await deploy(folder);
  await write({
    "functions/f.sql": returns(2),
    "functions/g.sql": "create or replace function g(i int) returns int language sql as 'select 1'",
  });
  const kept = await deploy(folder, { mode: "overwrite" });
  assert.deepEqual(kept.packages[0]?.leftover, ["function a_1_0_0.g(m a_1_0_0.mood)"]);
  assert.deepEqual(await rows("select a_1_0_0.f() as f, a_1_0_0.g('x'::a_1_0_0.mood) as g"), [{ f: 2, g: 1 }]);
  const pruned = await deploy(folder, { mode: "overwrite", prune: true });
  assert.deepEqual(pruned.packages[0]?.leftover, []);
  assert.deepEqual(
    await rows("select proname, pronargs from pg_proc where pronamespace = 'a_1_0_0'::regnamespace order by proname"),
    [
      { proname: "f", pronargs: 0 },
      { proname: "g", pronargs: 1 },
    ],
  );
  assert.equal((await deploy(folder)).changed, false);
});

test("when the second table script fails there is no schema and no row", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder } = await testPackage(t, "a", "1.0.0", {
    "tables/1.sql": "create table t (id int);",
    "tables/2.sql": "-- the second\nalter table t add column missing nothing;",
  });
  await assert.rejects(deploy(folder), { code: "WD411", position: { file: "tables/2.sql", line: 2, column: 34 } });
  assert.deepEqual(await rows("select to_regnamespace('a_1_0_0') as schema, to_regclass('_pgpm.packages') as ledger"), [
    { schema: null, ledger: null },
  ]);
});

test("a table script that was edited after it ran is refused with both hashes", async (t) => {
  const { deploy } = await deployBench(t);
  const { folder, write } = await testPackage(t, "a", "1.0.0", { "tables/1.sql": "create table t (id int);" });
  await deploy(folder);
  await write({ "tables/1.sql": "create table t (id bigint);" });
  for (const mode of ["safe", "overwrite"] as const) {
    await assert.rejects(deploy(folder, { mode }), {
      code: "WD645",
      detail: /^tables\/1\.sql: ran as [0-9a-f]{64}, is now [0-9a-f]{64}$/,
    });
  }
});

test("table scripts run by number: 1, 2, 10, and a new one alone when the rest has run", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder, write } = await testPackage(t, "a", "1.0.0", {
    "tables/1.sql": "create table t (id int generated always as identity, n int); insert into t (n) values (1)",
    "tables/10.sql": "insert into t (n) values (10)",
    "tables/2.sql": "insert into t (n) values (2)",
  });
  await deploy(folder);
  await write({ "tables/11.sql": "insert into t (n) values (11)" });
  await deploy(folder, { mode: "overwrite" });
  assert.deepEqual(
    (await rows("select n from a_1_0_0.t order by id")).map(({ n }) => n),
    [1, 2, 10, 11],
  );
});

test("two files of one name in two folders both run", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder } = await testPackage(t, "a", "1.0.0", {
    "functions/x/a.sql": "create function x() returns int language sql as 'select 1'",
    "functions/y/a.sql": "create function y() returns int language sql as 'select 2'",
  });
  await deploy(folder);
  assert.deepEqual(await rows("select a_1_0_0.x() as x, a_1_0_0.y() as y"), [{ x: 1, y: 2 }]);
});

test("types are made in the order of their needs whatever their files; a circle is named", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder, write } = await testPackage(t, "a", "1.0.0", {
    "types/1_b.sql": "comment on type c is 'last'; create type b as (one a, many a[]);",
    "types/2_a.sql": "create domain c as b; create type a as (n int);",
  });
  await deploy(folder);
  assert.deepEqual(await rows("select (((row(row(1), null)::a_1_0_0.b)::a_1_0_0.c).one).n as n"), [{ n: 1 }]);
  await write({
    "howdah.toml": '[package]\nname = "a"\nversion = "2.0.0"\n',
    "types/2_a.sql": "create type c as (n int);\ncreate type a as (b b);",
  });
  const started = performance.now();
  await assert.rejects(deploy(folder), {
    code: "WD646",
    message: "types need each other in a circle: b needs a needs b",
    detail: "b (types/1_b.sql:1:30)\na (types/2_a.sql:2:1)",
  });
  assert.ok(performance.now() - started < 1_000);
});

test("functions, views and triggers may name each other in any order of files", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder } = await testPackage(t, "a", "1.0.0", {
    "functions/1.sql": "create function first() returns setof v language sql begin atomic select * from v; end;",
    "functions/2.sql": "create function later() returns int language sql begin atomic select 7; end;",
    "views/v.sql": "create view v as select w.n from w",
    "views/w.sql": "create view w as select later() as n",
  });
  await deploy(folder);
  assert.deepEqual(await rows("select n from a_1_0_0.first()"), [{ n: 7 }]);
});

test("a body that names a missing table is refused before the commit, at its place", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder } = await testPackage(t, "a", "1.0.0", {
    "functions/f.sql": "create function f() returns bigint language sql as $$\n  select count(*) from nowhere\n$$;",
    "functions/g.sql": "create function g() returns int language plpgsql as $$\nbegin\n  retrun 1;\nend;\n$$;",
  });
  await assert.rejects(deploy(folder), (error: unknown) => {
    assert.ok(error instanceof AppError && "errors" in error);
    const errors = error.errors as readonly AppError[];
    assert.deepEqual(
      errors.map(({ message, position, detail }) => ({ message, position, detail })),
      [
        {
          message: 'relation "nowhere" does not exist',
          position: { file: "functions/f.sql", line: 2, column: 24 },
          detail: "in the routine f",
        },
        {
          message: 'syntax error at or near "retrun"',
          position: { file: "functions/g.sql", line: 3, column: 3 },
          detail: "in the routine g",
        },
      ],
    );
    return true;
  });
  assert.deepEqual(await rows("select to_regnamespace('a_1_0_0') as schema"), [{ schema: null }]);
});

test("an error while a script runs points into its file, and names the routine's line", async (t) => {
  const { deploy } = await deployBench(t);
  const { folder } = await testPackage(t, "a", "1.0.0", {
    "functions/1.sql":
      "create function fails() returns int language plpgsql as $$\nbegin\n  raise exception 'no';\nend;\n$$;",
    "functions/2.sql": "select fails();",
  });
  await assert.rejects(deploy(folder), {
    code: "WD411",
    message: "no",
    position: { file: "functions/1.sql", line: 3, column: 3 },
  });
});

test("only usage roles may execute; the owner owns everything", async (t) => {
  const { deploy, rows, connection, target } = await deployBench(t);
  const [app, other, owner] = ["app", "other", "own"].map((name) => `${target.database}_${name}`);
  await connection.execute(`create role ${app}; create role ${other}; create role ${owner};
    grant ${app}, ${other}, ${owner} to current_user; grant create on database ${target.database} to ${owner}`);
  const { folder } = await testPackage(t, "a", "1.0.0", {
    ...original,
    "config.json": JSON.stringify({
      ...(JSON.parse(original["config.json"]) as object),
      owner_role: owner,
      usage_roles: [app],
    }),
  });
  await deploy(folder);
  assert.deepEqual(
    await rows(
      "select distinct rolname from pg_class join pg_roles on pg_roles.oid = relowner where relnamespace = 'a_01_09_00'::regnamespace",
    ),
    [{ rolname: owner }],
  );
  await connection.execute(`set role ${app}`);
  assert.deepEqual(await rows("select a_01_09_00.f() as f"), [{ f: 1 }]);
  await rows("select _pgpm.set_search_path('a', '^1.9')");
  assert.deepEqual(await rows("select f() as f"), [{ f: 1 }]);
  await connection.execute(`reset role; grant usage on schema a_01_09_00 to ${other}; set role ${other}`);
  await assert.rejects(rows("select a_01_09_00.f() as f"), { postgres: { sqlstate: "42501", severity: "ERROR" } });
  await connection.execute("reset role");
});

test("a role that does not exist is refused before anything runs", async (t) => {
  const { deploy } = await deployBench(t);
  const { folder } = await testPackage(t, "a", "1.0.0", {
    "howdah.toml": '[package]\nname = "a"\nversion = "1.0.0"\nusage = ["nobody_of_this_name"]\n',
  });
  await assert.rejects(deploy(folder), { code: "WD651", position: { file: "howdah.toml", line: 4, column: 1 } });
});

test("a name of a schema that Postgres would cut off is refused", async (t) => {
  const { deploy } = await deployBench(t);
  const { folder } = await testPackage(t, "a".repeat(60), "1.10.00");
  await assert.rejects(deploy(folder), { code: "WD641", position: { file: "howdah.toml", line: 2, column: 1 } });
});

test("single files run over a package that is there, and nothing else does", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder, write } = await testPackage(t, "a", "1.0.0", {
    "functions/f.sql": returns(1),
    "functions/g.sql": "create or replace function g() returns int language sql as 'select 1'",
  });
  await assert.rejects(deploy(folder, { files: ["functions/f.sql"] }), { code: "WD648" });
  await deploy(folder);
  await write({
    "functions/f.sql": returns(2),
    "functions/g.sql": "create or replace function g() returns int language sql as 'select 2'",
  });
  await assert.rejects(deploy(folder, { files: ["functions/h.sql"] }), { code: "WD642" });
  const report = await deploy(folder, { files: ["functions/f.sql"] });
  assert.deepEqual(report.packages[0]?.actions, [
    { kind: "script", phase: "function", file: "functions/f.sql", statements: 1 },
  ]);
  assert.deepEqual(await rows("select a_1_0_0.f() as f, a_1_0_0.g() as g"), [{ f: 2, g: 1 }]);
  await assert.rejects(deploy(folder), { code: "WD643", detail: "functions/g.sql: edited" });
});

test("a basic package has one schema of its name, whatever its version", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const toml = (version: string): string => `[package]\nname = "my-lib"\nversion = "${version}"\nkind = "basic"\n`;
  const { folder, write } = await testPackage(t, "my-lib", "1.0.0", {
    "howdah.toml": toml("1.0.0"),
    "tables/1.sql": "create table t (id int)",
    "functions/f.sql": returns(1),
  });
  await deploy(folder);
  await write({ "howdah.toml": toml("2.0.0"), "functions/f.sql": returns(2) });
  await assert.rejects(deploy(folder), { code: "WD643", detail: /^version: 1\.0\.0 is deployed, this is 2\.0\.0/ });
  await deploy(folder, { mode: "overwrite" });
  assert.deepEqual(await rows("select version, schema_name, my_lib.f() as f from _pgpm.packages"), [
    { version: "2.0.0", schema_name: "my_lib", f: 2 },
  ]);
  // Set aside, it gets its tables again.
  await deploy(folder, { mode: "moderate" });
  assert.deepEqual(await rows("select count(*)::int as n from my_lib.t, my_lib_0.t as old"), [{ n: 0 }]);
});

test("a package of scope database says itself where its objects go", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder } = await testPackage(t, "wide", "1.0.0", {
    "config.json":
      '{"name": "wide", "version": "1_0_0", "subclass": "basic", "scope": "DATABASE", "functions_path": "functions"}',
    "functions/f.sql":
      "create schema s; create function s.f() returns int language sql as 'select 3'; create function f() returns int language sql as 'select 4'",
  });
  await deploy(folder);
  assert.deepEqual(await rows("select s.f() as s, public.f() as p"), [{ s: 3, p: 4 }]);
  assert.equal((await deploy(folder)).changed, false);
});
