import assert from "node:assert/strict";
import { test } from "node:test";
import { quoteIdentifier } from "../postgres/index.ts";
import { said, testAssembly, told } from "../../test/support/assembly.ts";

const table = {
  "migrations/1_item.sql":
    "create table item (id int primary key, name text, price int); alter table item enable row level security;",
};

test("objects are made in the order of their needs, whatever files they stand in", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    ...table,
    "functions/a.sql": "create view cheap as select * from priced where double(price) < 10;",
    "functions/b.sql": "create view priced as select * from item where price is not null;",
    "functions/c.sql": `
      create function total() returns setof cheap begin atomic select * from cheap; end;
      create function double(n int) returns int language sql as 'select helper(n)';`,
    "functions/z.sql": "create function helper(n int) returns int language sql as 'select n * 2';",
  });
  assert.deepEqual(said(await assemble()), [
    "migrate migrations/1_item.sql",
    "create view public.priced",
    "create function public.double(int4)",
    "create view public.cheap",
    "create function public.total()",
    "create function public.helper(int4)",
  ]);
  assert.deepEqual(await rows("select double(4)"), [{ double: 8 }]);
});

test("only what changed is replaced, and a layout or place of another kind is none", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    "functions/one.sql": "create function one() returns int language sql as 'select 1';",
    "functions/two.sql": "create function two() returns int language sql as 'select 2';",
  });
  await assemble();
  const before = await rows("select oid, xmin from pg_proc where proname in ('one', 'two') order by proname");
  const moved = await assemble({
    "functions/one.sql": null,
    "functions/two.sql": "-- both\nCREATE OR REPLACE FUNCTION two() returns int language sql as 'select 2';",
    "functions/deep/er.sql": "\n\n  create function one()\n  returns int language sql as 'select 1'; -- moved\n",
  });
  assert.deepEqual(said(moved), ["replace function public.two()"]);
  assert.deepEqual(await rows("select key, file, line, column_number from howdah.object order by key"), [
    { key: "routine public.one()", file: "functions/deep/er.sql", line: 3, column_number: 3 },
    { key: "routine public.two()", file: "functions/two.sql", line: 2, column_number: 1 },
  ]);
  const after = await rows("select oid, xmin from pg_proc where proname in ('one', 'two') order by proname");
  assert.deepEqual(after[0], before[0], "one() was not touched");
  assert.equal(after[1]?.["oid"], before[1]?.["oid"], "two() was replaced in place");
  assert.notEqual(after[1]?.["xmin"], before[1]?.["xmin"]);
});

test("a removed definition takes its object with it, and nothing else", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    ...table,
    "functions/a.sql": `
      create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
      create trigger touched before insert on item for each row execute function touch();
      create policy visible on item using (true);
      create view names as select name from item;
      create materialized view counted as select count(*) as n from item;
      create unique index counted_n on counted (n);
      create procedure nothing() language sql as 'select 1';
      create aggregate summed(int) (sfunc = int4pl, stype = int);`,
  });
  await assemble();
  const report = await assemble({ "functions/a.sql": "create view names as select name from item;" });
  assert.deepEqual(
    said(report).toSorted(),
    [
      "drop aggregate public.summed(int4)",
      "drop function public.touch()",
      "drop index public.counted_n",
      "drop materialized view public.counted",
      "drop policy visible on public.item",
      "drop procedure public.nothing()",
      "drop trigger touched on public.item",
    ].toSorted(),
  );
  assert.deepEqual(await rows("select key from howdah.object"), [{ key: "relation public.names" }]);
  assert.deepEqual(await rows("select count(*)::int as n from pg_proc where pronamespace = 'public'::regnamespace"), [
    { n: 0 },
  ]);
  assert.deepEqual(await rows("select count(*)::int as n from pg_trigger where not tgisinternal"), [{ n: 0 }]);
  assert.deepEqual(await rows("select count(*)::int as n from pg_policy"), [{ n: 0 }]);
});

test("a routine whose signature changes is made anew, and its dependents of ours are put back with what others gave them", async (t) => {
  const { assemble, rows, roles, connection } = await testAssembly(t, {
    ...table,
    "functions/a.sql": "create function rate(n int) returns int language sql as 'select n * 2';",
    "functions/b.sql": `
      create view rated as select id, rate(price) as rate, price from item;
      grant select (id) on rated to $anon;
      comment on view rated is 'from the file';`,
    "functions/c.sql": "create view best as select * from rated where rate > 10;",
  });
  await assemble();
  await connection.execute(`
    grant select on rated to ${roles.authenticated};
    grant update (price) on rated to ${roles.serviceRole} with grant option;
    grant execute on function rate(int) to ${roles.authenticated};
    comment on column rated.price is 'by ''hand'' \\ too';
    comment on function rate(int) is 'a rate';`);
  const report = await assemble({
    "functions/a.sql": "create function rate(n int) returns numeric language sql as 'select n * 2.5';",
  });
  assert.deepEqual(
    said(report).map((line) => line.replace(/[0-9a-f]{12}/, "…")),
    [
      "detach view public.best",
      "detach view public.rated",
      "replace function public.rate(int4)",
      "create view public.rated",
      "create view public.best",
      "create grant … on relation public.rated",
      "create comment on relation public.rated",
    ],
  );
  assert.deepEqual(
    await rows(
      `
      select
        has_table_privilege($1, 'rated', 'select') as authenticated_reads,
        has_column_privilege($2, 'rated', 'price', 'update with grant option') as admin_updates,
        has_column_privilege($3, 'rated', 'id', 'select') as anon_reads,
        has_table_privilege($3, 'rated', 'select') as anon_reads_all,
        has_function_privilege($1, 'rate(int)', 'execute') as authenticated_calls,
        has_function_privilege($3, 'rate(int)', 'execute') as anon_calls,
        obj_description('rated'::regclass) as of_view,
        col_description('rated'::regclass, 3) as of_column,
        obj_description('rate(int)'::regprocedure) as of_function`,
      roles.authenticated,
      roles.serviceRole,
      roles.anon,
    ),
    [
      {
        authenticated_reads: true,
        admin_updates: true,
        anon_reads: true,
        anon_reads_all: false,
        authenticated_calls: true,
        anon_calls: false,
        of_view: "from the file",
        of_column: "by 'hand' \\ too",
        of_function: "a rate",
      },
    ],
  );
  assert.deepEqual(
    await rows("select pg_get_userbyid(proowner) = $1 as owned from pg_proc where proname = 'rate'", roles.owner),
    [{ owned: true }],
  );
});

test("other arguments are another routine: the old overload goes, those who call it by name follow", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    ...table,
    "functions/a.sql": "create function rate(n int) returns int language sql as 'select n * 2';",
    "functions/b.sql": "create view rated as select rate(price) as rate from item;",
  });
  await assemble();
  const report = await assemble({
    "functions/a.sql": "create function rate(n bigint) returns int language sql as 'select 1';",
  });
  assert.deepEqual(said(report), [
    "detach view public.rated",
    "drop function public.rate(int4)",
    "create function public.rate(int8)",
    "create view public.rated",
  ]);
  assert.deepEqual(await rows("select proargtypes::text from pg_proc where proname = 'rate'"), [{ proargtypes: "20" }]);
});

test("functions become procedures, views become materialized, and names of arguments change", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    ...table,
    "functions/a.sql": `
      create function f(a int) returns int language sql as 'select a';
      create function g() returns int language sql as 'select 1';
      create view v as select id from item;`,
  });
  await assemble();
  await assemble({
    "functions/a.sql": `
      create function f(b int) returns int language sql as 'select b';
      create procedure g() language sql as 'select 1';
      create materialized view v as select id from item;`,
  });
  assert.deepEqual(
    await rows("select proname, prokind, proargnames from pg_proc where proname in ('f', 'g') order by 1"),
    [
      { proname: "f", prokind: "f", proargnames: ["b"] },
      { proname: "g", prokind: "p", proargnames: null },
    ],
  );
  assert.deepEqual(await rows("select relkind from pg_class where relname = 'v'"), [{ relkind: "m" }]);
});

test("what is not howdah's and depends on an object keeps it from being dropped, and is named", async (t) => {
  const { assemble, errors, connection, rows } = await testAssembly(t, {
    ...table,
    "functions/a.sql": `
      create function code() returns text language sql as $$ select 'x' $$;
      create function norm(t text) returns text immutable language sql as $$ select lower(t) $$;
      create view v as select id from item;`,
  });
  await assemble();
  await connection.execute(`
    alter table item add column code text default code();
    create index item_norm on item (norm(name));
    alter table item add column normed text generated always as (norm(name)) stored;
    create view by_hand as select * from v;
    create function silent() returns trigger language plpgsql as 'begin return null; end';
    create trigger by_hand instead of insert on v for each row execute function silent();`);
  const found = await errors({
    "functions/a.sql": `
      create function code() returns int language sql as $$ select 1 $$;
      create function norm(t text) returns int immutable language sql as $$ select 1 $$;
      create view v as select name from item;`,
  });
  assert.deepEqual(
    found.map((error) => [told(error), error.detail?.split("\n").toSorted()]),
    [
      [
        "WD416 functions/a.sql:2:7 public.code() can't be dropped: others depend on it",
        ["default value for column code of table item"],
      ],
      [
        "WD416 functions/a.sql:3:7 public.norm(text) can't be dropped: others depend on it",
        ["default value for column normed of table item", "index item_norm"],
      ],
      [
        "WD416 functions/a.sql:4:7 public.v can't be dropped: others depend on it",
        ["trigger by_hand on view v", "view by_hand"],
      ],
    ],
  );
  const [removed] = await errors({ "functions/a.sql": "create view v as select id from item;" });
  assert.equal(removed?.code, "WD416");
  assert.equal(removed?.position?.file, "functions/a.sql");
  assert.deepEqual(await rows("select code()"), [{ code: "x" }]);
});

test("an object that no file made is never overwritten, unless its file says @adopt", async (t) => {
  const { assemble, errors, connection, rows, roles } = await testAssembly(t, {
    "migrations/1_a.sql":
      "create function from_migration() returns int language sql as 'select 1'; create table item (id int); alter table item enable row level security; create policy p on item using (true);",
  });
  await assemble();
  await connection.execute("create view by_hand as select 1 as a");
  const files = {
    "functions/a.sql": `
      create or replace function from_migration() returns int language sql as 'select 2';
      create view by_hand as select 2 as b;
      create policy p on item using (false);`,
  };
  assert.deepEqual((await errors(files)).map(told), [
    "WD415 functions/a.sql:2:7 function public.from_migration() exists already, and no file made it",
    "WD415 functions/a.sql:3:7 view public.by_hand exists already, and no file made it",
    "WD415 functions/a.sql:4:7 policy p on public.item exists already, and no file made it",
  ]);
  await connection.execute(`alter view by_hand owner to ${quoteIdentifier(roles.owner)}`);
  const adopted = Object.fromEntries(
    Object.entries(files).map(([file, text]) => [file, text.replaceAll("create ", "-- @adopt\ncreate ")]),
  );
  await assemble(adopted);
  assert.deepEqual(await rows("select from_migration(), b from by_hand"), [{ from_migration: 2, b: 2 }]);
});

test("one object defined twice is an error that names both places", async (t) => {
  const { errors } = await testAssembly(t, {
    "functions/a.sql": "create function f(a int, out b text) language sql as $$ select 'x' $$;",
    "functions/b.sql":
      "\ncreate function public.f(other integer) returns int language sql as 'select 1';\ncreate view f as select 1 as a;",
    "functions/c.sql":
      "create materialized view f as select 1 as a; create procedure f(int4) language sql as 'select 1';",
  });
  assert.deepEqual(
    (await errors()).map((error) => [told(error), error.detail]),
    [
      [
        "WD413 functions/b.sql:2:1 function public.f(int4) is defined twice",
        "it is defined in functions/a.sql:1:1 already",
      ],
      [
        "WD413 functions/c.sql:1:1 materialized view public.f is defined twice",
        "it is defined in functions/b.sql:3:1 already",
      ],
      [
        "WD413 functions/c.sql:1:46 procedure public.f(int4) is defined twice",
        "it is defined in functions/a.sql:1:1 already",
      ],
    ],
  );
});

test("a circle of views is told with all its members; routines in quotes may call each other", async (t) => {
  const { errors, assemble, rows } = await testAssembly(t, {
    "functions/a.sql": "create view a as select * from b;",
    "functions/b.sql": "create view b as select * from c;",
    "functions/c.sql": "create view c as with b as (select 1 as x) select a.* from a, b;",
  });
  const [circle] = await errors();
  assert.equal(told(circle!), "WD414 functions/a.sql:1:1 view public.a needs itself");
  assert.equal(
    circle?.detail,
    "view public.a (functions/a.sql:1:1)\nneeds view public.b (functions/b.sql:1:1)\nneeds view public.c (functions/c.sql:1:1)\nneeds view public.a again",
  );
  await assemble({
    "functions/a.sql": "create function even(n int) returns boolean language sql as 'select n = 0 or odd(n - 1)';",
    "functions/b.sql": "create function odd(n int) returns boolean language sql as 'select n <> 0 and even(n - 1)';",
    "functions/c.sql": "create view c as with c as (select 1 as even) select c.even from c;",
  });
  assert.deepEqual(await rows("select odd(7), even from c"), [{ odd: true, even: 1 }]);
});

test("what belongs elsewhere is refused where it stands, and so is a file that nothing reads", async (t) => {
  const { errors } = await testAssembly(t, {
    "functions/b.py": "def f(): pass",
    "functions/README.md": "words",
  });
  assert.deepEqual((await errors()).map(told), [
    "WD421 functions/b.py:1:1 functions/b.py is in no language that functions/ can be written in",
  ]);
  const found = await errors({
    "functions/b.py": null,
    "schema/item.sql": null,
    "functions/a.sql": `create table t (id int);
insert into t values (1);
drop function f();
begin;
set search_path = x;
grant select on t to $anon;
comment on table t is 'x';
create temp view v as select 1;
create function howdah.f() returns int language sql as 'select 1';
alter table t enable row level security;
create index on t (id);
create function f(a t.id%type) returns int language sql as 'select 1';
grant usage on schema public to $anon;`,
  });
  assert.deepEqual(
    found.map((error) => told(error).split(" ").slice(0, 2).join(" ")),
    [
      ...[1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13].map((line) => `WD412 functions/a.sql:${line}:1`),
      "WD417 functions/a.sql:6:1",
    ],
  );
});

test("names and types of every spelling lead to the same object again", async (t) => {
  const types = [
    "int",
    "integer[]",
    "int array",
    "_text",
    "text[][]",
    "char(3)",
    '"char"',
    "varchar(5)",
    "character varying",
    "bit varying(3)",
    "double precision",
    "float",
    "real",
    "decimal(5,2)",
    "timestamp with time zone",
    "timestamptz(3)",
    "time",
    "interval year to month",
    "pg_catalog.int8",
    "public.mood",
    "mood",
    "mood[]",
    '"Odd.Type"',
    'other."Odd ""quoted"" Type"[]',
    "item",
    "other.thing",
    "item[]",
    "json",
    "name",
    "regclass",
    "anyelement",
    "national character(2)",
  ];
  const functions = types
    .map((type, n) => `create function f${n}(a ${type}, out o int) language sql as 'select 1';`)
    .join("\n");
  const odd = `
    create function "Odd.Name"("Ä" int, variadic "select" text[]) returns int language sql as 'select 1';
    comment on function "Odd.Name"(int, text[]) is 'odd';
    create procedure p(a int, out b int, inout c text) language plpgsql as 'begin b := 1; end';
    create aggregate counted(*) (sfunc = int8inc, stype = int8, initcond = '0');
    create view other."View ""of"" all.things" as select 1 as a;
    grant select on other."View ""of"" all.things" to $anon;
    create trigger "Odd Trigger" before insert on other.thing for each row execute function other."T"();
    create function other."T"() returns trigger language plpgsql as 'begin return new; end';
    create policy "Odd on Policy" on other.thing using (true);`;
  const { assemble, rows } = await testAssembly(t, {
    "migrations/1_types.sql": `
      create schema other; create type mood as enum ('good'); create type "Odd.Type" as (a int); create type other."Odd ""quoted"" Type" as (a int);
      create table item (id int); create table other.thing (id int); alter table other.thing enable row level security;`,
    "functions/a.sql": functions,
    "functions/b.sql": odd,
  });
  await assemble();
  const objects = () => rows("select count(*)::int as n from howdah.object");
  const [before] = await objects();
  const report = await assemble({ "functions/c.sql": "create function c() returns int language sql as 'select 1';" });
  assert.deepEqual(said(report), ["create function public.c()"]);
  await assemble({ "functions/a.sql": null, "functions/b.sql": null, "functions/c.sql": null });
  assert.deepEqual(await objects(), [{ n: 0 }]);
  assert.deepEqual(
    await rows("select proname from pg_proc where pronamespace in ('public'::regnamespace, 'other'::regnamespace)"),
    [],
  );
  assert.equal(before?.["n"], types.length + 9);
});

test("a replaced definition that fails points into its file as it is written", async (t) => {
  const { assemble, errors } = await testAssembly(t, {
    "functions/a.sql":
      "create view v as select 1 as a;\ncreate function f(a int) returns int language sql as 'select 1';",
  });
  await assemble();
  const found = await errors({
    "functions/a.sql":
      "/* ü */ create view v as select 1 as a, ö;\ncreate function f(a int default nothing) returns int language sql as 'select 1';",
  });
  assert.deepEqual(found.map(told), [
    'WD411 functions/a.sql:1:41 column "ö" does not exist',
    'WD411 functions/a.sql:2:33 column "nothing" does not exist',
  ]);
});

test("views that one error hides are not reported for it", async (t) => {
  const { errors } = await testAssembly(t, {
    "functions/a.sql":
      "create view a as select nothing; create view b as select * from a; create view c as select * from b; create view d as select other;",
  });
  assert.deepEqual((await errors()).map(told), [
    'WD411 functions/a.sql:1:25 column "nothing" does not exist',
    'WD411 functions/a.sql:1:126 column "other" does not exist',
  ]);
});
