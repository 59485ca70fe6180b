import assert from "node:assert/strict";
import { test } from "node:test";
import { testAssembly, told } from "../../test/support/assembly.ts";

test("migrations run in the order of their numbers, of any length and with leading zeros", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    "migrations/20230720120000_fourth.sql": "insert into log values ('fourth')",
    "migrations/10_third.sql": "insert into log values ('third')",
    "migrations/002_second.sql": "insert into log values ('second')",
    "migrations/1_first.sql": "create table log (line text, at serial); insert into log values ('first')",
    "migrations/99999999999999999999999999999999_last.sql": "insert into log values ('last')",
    "migrations/README.md": "not a migration",
  });
  await assemble();
  assert.deepEqual(
    (await rows("select line from public.log order by at")).map((row) => row["line"]),
    ["first", "second", "third", "fourth", "last"],
  );
  assert.deepEqual(await rows("select version::text, name, file from howdah.migration order by migration.version"), [
    { version: "1", name: "first", file: "migrations/1_first.sql" },
    { version: "2", name: "second", file: "migrations/002_second.sql" },
    { version: "10", name: "third", file: "migrations/10_third.sql" },
    { version: "20230720120000", name: "fourth", file: "migrations/20230720120000_fourth.sql" },
    {
      version: "99999999999999999999999999999999",
      name: "last",
      file: "migrations/99999999999999999999999999999999_last.sql",
    },
  ]);
});

test("two files of one number, and files that are not named as migrations, are refused together", async (t) => {
  const { errors } = await testAssembly(t, {
    "migrations/1_a.sql": "select 1",
    "migrations/01_b.sql": "select 1",
    "migrations/v2/3_c.sql": "select 1",
    "migrations/create.sql": "select 1",
    "migrations/4_d.SQL": "select 1",
  });
  const found = await errors();
  assert.deepEqual(found.map(told).toSorted(), [
    "WD401 migrations/4_d.SQL:1:1 migrations/4_d.SQL is not named as a migration",
    "WD401 migrations/create.sql:1:1 migrations/create.sql is not named as a migration",
    "WD401 migrations/v2/3_c.sql:1:1 migrations/v2/3_c.sql is not named as a migration",
    "WD402 migrations/1_a.sql:1:1 two migrations have the number 1",
  ]);
  assert.equal(found.find((error) => error.code === "WD402")?.detail, "migrations/01_b.sql\nmigrations/1_a.sql");
});

test("an applied migration runs once, and only what it runs counts as an edit", async (t) => {
  const { assemble, errors, rows } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a (id int);\ninsert into a values (1);",
  });
  await assemble();
  const reformatted =
    "-- said better\nCREATE TABLE a (\n  id int\n);\n\ninsert into a values (1); -- one\n-- @down\ndrop table a;";
  const report = await assemble({ "migrations/1_a.sql": reformatted });
  assert.deepEqual(report.actions, []);
  assert.deepEqual(await rows("select id from a"), [{ id: 1 }]);
  assert.deepEqual(await rows("select source from howdah.migration"), [{ source: reformatted }]);

  const [edited] = await errors({ "migrations/1_a.sql": "create table a (id int);\ninsert into a values (2);" });
  assert.equal(told(edited!), "WD403 migrations/1_a.sql:1:1 migrations/1_a.sql was edited after it ran");
  assert.match(edited!.hint ?? "", /--redo/);
  assert.deepEqual(await rows("select id from a"), [{ id: 1 }]);
});

test("an edited migration that is not the newest is not offered to be redone", async (t) => {
  const { assemble, errors } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a ()",
    "migrations/2_b.sql": "create table b ()",
  });
  await assemble();
  const [edited] = await errors({ "migrations/1_a.sql": "create table a (id int)" });
  assert.equal(edited?.code, "WD403");
  assert.doesNotMatch(edited?.hint ?? "", /--redo/);
});

test("a migration that has run and is missing stops the assembly", async (t) => {
  const { assemble, errors } = await testAssembly(t, { "migrations/1_a.sql": "create table a ()" });
  await assemble();
  const [missing] = await errors({ "migrations/1_a.sql": null });
  assert.equal(told(missing!), "WD404 migrations/1_a.sql has run here and is missing now");
});

test("a renamed migration is recorded under its new name and does not run again", async (t) => {
  const { assemble, rows } = await testAssembly(t, { "migrations/1_a.sql": "create table a ()" });
  await assemble();
  await assemble({ "migrations/1_a.sql": null, "migrations/01_better.sql": "create table a ()" });
  assert.deepEqual(await rows("select name, file from howdah.migration"), [
    { name: "better", file: "migrations/01_better.sql" },
  ]);
});

test("older migrations that arrive late run only when that is allowed, and are told apart", async (t) => {
  const { assemble, errors, plan } = await testAssembly(t, { "migrations/20_b.sql": "create table b ()" });
  await assemble();
  const late = { "migrations/5_a.sql": "create table a ()", "migrations/30_c.sql": "create table c ()" };
  const [error] = await errors(late);
  assert.equal(error?.code, "WD405");
  assert.equal(error?.detail, "migrations/5_a.sql");
  assert.match(error?.hint ?? "", /--allow-out-of-order/);
  const expected = [
    { kind: "migrate", file: "migrations/5_a.sql", version: "5", outOfOrder: true },
    { kind: "migrate", file: "migrations/30_c.sql", version: "30", outOfOrder: false },
  ];
  assert.deepEqual((await plan({}, { allowOutOfOrder: true })).actions, expected);
  assert.deepEqual((await assemble({}, { allowOutOfOrder: true })).actions, expected);
});

test("the newest migration is redone by the part that was recorded when it ran", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a ()",
    "migrations/2_b.sql": "create table b (id int) -- no semicolon\n-- @down\ndrop table b;",
  });
  await assemble();
  const edited = "create table b (id bigint);\n-- @down\ndrop table something_else;";
  const report = await assemble({ "migrations/2_b.sql": edited }, { redoNewest: true });
  assert.deepEqual(report.actions, [{ kind: "redo", file: "migrations/2_b.sql", version: "2" }]);
  assert.deepEqual(
    await rows(
      "select atttypid::regtype::text as type from pg_attribute where attrelid = 'b'::regclass and attname = 'id'",
    ),
    [{ type: "bigint" }],
  );
  assert.deepEqual(await rows("select version::text, source from howdah.migration where version = 2"), [
    { version: "2", source: edited },
  ]);
});

test("a migration that ran without a part that undoes it is redone by the one that its file has by now", async (t) => {
  const { assemble, rows } = await testAssembly(t, { "migrations/1_a.sql": "create table a ()\n-- @down\n-- later" });
  await assemble();
  const edited = { "migrations/1_a.sql": "create table a (id int);\n-- @down\ndrop table a;" };
  const report = await assemble(edited, { redoNewest: true });
  assert.deepEqual(report.actions, [{ kind: "redo", file: "migrations/1_a.sql", version: "1" }]);
  assert.deepEqual(await rows("select id from a"), []);
});

test("a migration without a part that undoes it can't be redone, and neither can one in production", async (t) => {
  const { assemble, errors } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a (note text default '-- @down')",
  });
  const [none] = await errors({ "migrations/1_a.sql": "create table a ()" }, { redoNewest: true });
  assert.equal(told(none!), "WD406 there is no applied migration to redo");
  await assemble();
  for (const down of ["", "\n-- @down\n-- nothing yet\n"]) {
    const [noDown] = await errors({ "migrations/1_a.sql": `create table a (id int);${down}` }, { redoNewest: true });
    assert.equal(
      told(noDown!),
      "WD406 migrations/1_a.sql:1:1 migrations/1_a.sql can't be redone: it has no -- @down part",
    );
  }
  const [production] = await errors({}, { redoNewest: true, mode: "production" });
  assert.equal(told(production!), "WD406 a migration can't be redone in production");
});

test("statements that can't be part of one transaction are refused where they stand, before anything runs", async (t) => {
  const { errors, rows } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a (id int);\nbegin;\ncommit;",
    "migrations/2_b.sql":
      "\n create index concurrently i on a (id);\nvacuum a; analyze a; reindex table a; refresh materialized view concurrently m",
    "migrations/3_c.sql":
      "alter table a detach partition b concurrently; reindex (concurrently) table a; drop index concurrently i",
    "migrations/4_d.sql": "create database x; alter system set work_mem = '1MB'; savepoint s",
  });
  assert.deepEqual(
    (await errors()).map((error) => told(error).replace(/ can't.*/, "")),
    [
      "WD407 migrations/1_a.sql:2:1 transaction control (begin, commit, savepoint …)",
      "WD407 migrations/1_a.sql:3:1 transaction control (begin, commit, savepoint …)",
      "WD407 migrations/2_b.sql:2:2 create index concurrently",
      "WD407 migrations/2_b.sql:3:1 vacuum",
      "WD407 migrations/3_c.sql:1:1 detach partition concurrently",
      "WD407 migrations/3_c.sql:1:48 reindex concurrently, or of more than a table,",
      "WD407 migrations/3_c.sql:1:80 drop index concurrently",
      "WD407 migrations/4_d.sql:1:1 create database",
      "WD407 migrations/4_d.sql:1:20 alter system",
      "WD407 migrations/4_d.sql:1:55 transaction control (begin, commit, savepoint …)",
    ],
  );
  assert.deepEqual(await rows("select to_regclass('public.a') as a, to_regnamespace('howdah') as howdah"), [
    { a: null, howdah: null },
  ]);
});

test("what a migration sets for its session is gone in the next file and after the assembly", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    "migrations/1_a.sql": `
      create schema app; set search_path = app; set timezone = 'Asia/Tokyo'; set check_function_bodies = on;
      select pg_catalog.set_config('search_path', '', false);
      create table app.a (id int);`,
    "migrations/2_b.sql": "create table b as select current_setting('timezone') as zone, current_user::text as who",
    "functions/f.sql":
      "create function f() returns int language sql as 'select g()'; create function g() returns int language sql as 'select 1'",
  });
  await assemble();
  assert.deepEqual(await rows("select zone, who like '%\\_owner' as owner from public.b"), [
    { zone: "UTC", owner: true },
  ]);
  assert.deepEqual(await rows("select public.f()"), [{ f: 1 }]);
});

test("a failing statement of a migration rolls back all of it and points to its line, non-ASCII text before it or not", async (t) => {
  const { errors, rows } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a (id int primary key);",
    "migrations/2_b.sql":
      "-- größer als 💥\ninsert into a values (1);\n  /* ü */ insert into a select größe from (select 'ä😀' as x) as y;",
  });
  const [error] = await errors();
  assert.equal(told(error!), 'WD411 migrations/2_b.sql:3:32 column "größe" does not exist');
  assert.equal(error?.postgres?.sqlstate, "42703");
  assert.match(error?.source ?? "", /^-- größer/);
  assert.deepEqual(await rows("select to_regclass('public.a') as a"), [{ a: null }]);
});

test("an error without a position of its own points to the statement", async (t) => {
  const { errors } = await testAssembly(t, {
    "migrations/1_a.sql":
      "create table a (id int constraint a_pkey primary key);\n\n  insert into a values (1);\n\n  insert into a values (1);\n",
  });
  const [error] = await errors();
  assert.equal(told(error!), 'WD411 migrations/1_a.sql:5:3 duplicate key value violates unique constraint "a_pkey"');
  assert.equal(error?.detail, "Key (id)=(1) already exists.");
  assert.equal(error?.postgres?.constraint, "a_pkey");
});

test("syntax errors of all files are found in one pass", async (t) => {
  const { errors } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a (id int);\ncrate table b ();",
    "migrations/2_b.sql": "-- ü\nselect 'open",
    "migrations/3_c.sql": "\\restrict x\nselect 1",
    "functions/f.sql":
      "create function f() returns int language sql as $$ select 1 $$;\n\ncreate view v as select from from;",
    "seeds/1.sql": "insert into values",
  });
  const found = await errors();
  assert.deepEqual(found.map(told), [
    'WD410 migrations/1_a.sql:2:1 syntax error at or near "crate"',
    'WD410 migrations/2_b.sql:2:8 unterminated quoted string at or near "\'open"',
    'WD410 migrations/3_c.sql:1:1 syntax error at or near "\\"',
    'WD410 functions/f.sql:3:30 syntax error at or near "from"',
    "WD410 seeds/1.sql:1:19 syntax error at end of input",
  ]);
  assert.match(found[2]?.hint ?? "", /psql/);
});

test("a file that is not UTF-8 is refused by name", async (t) => {
  const { errors, tree } = await testAssembly(t);
  tree.write("migrations/1_a.sql", Buffer.from([0x2d, 0x2d, 0xff, 0xfe]));
  const [error] = await errors();
  assert.equal(error?.code, "WD422");
  assert.match(error?.message ?? "", /migrations\/1_a\.sql/);
});

test("a byte order mark and Windows line ends disturb neither statements nor positions", async (t) => {
  const { errors, assemble, rows } = await testAssembly(t, {
    "migrations/1_a.sql": "\uFEFFcreate table a (id int);\r\ninsert into a values (1);\r\n",
  });
  await assemble();
  assert.deepEqual(await rows("select id from a"), [{ id: 1 }]);
  const [error] = await errors({ "migrations/2_b.sql": "\uFEFF-- x\r\nselect nothing;\r\n" });
  assert.equal(told(error!), 'WD411 migrations/2_b.sql:2:8 column "nothing" does not exist');
});
