import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../postgres/index.ts";
import { said, testAssembly, told } from "../../test/support/assembly.ts";

const files = {
  "migrations/1_item.sql": `
    create table item (id int primary key, name text, price int);
    insert into item values (1, 'a', 10);
    alter table item enable row level security;`,
  "functions/a.sql": `
    create view named as select id, name from item;
    create view priced as select id, price from item;
    create view doubled as select id, price * 2 as price from priced;
    create policy cheap on item using (price < 100);
    create function best() returns setof doubled begin atomic select * from doubled; end;
    grant select on doubled to $anon;`,
};

test("what stands in the way of a migration is detached and put back, and nothing else", async (t) => {
  const { assemble, plan, rows, connection, roles } = await testAssembly(t, files);
  await assemble();
  await connection.execute(`grant select on priced to ${roles.authenticated}`);
  const [before] = await rows("select 'named'::regclass::oid as named");
  const retype = { "migrations/2_retype.sql": "alter table item alter column price type numeric;" };
  const detached = [
    "detach function public.best()",
    "detach policy cheap on public.item",
    "detach view public.doubled",
    "detach view public.priced",
  ];
  assert.deepEqual(
    said(await plan(retype))
      .filter((line) => line.startsWith("detach"))
      .toSorted(),
    detached,
  );
  const report = await assemble();
  assert.deepEqual(
    said(report)
      .filter((line) => line.startsWith("detach"))
      .toSorted(),
    detached,
  );
  assert.deepEqual(
    said(report)
      .filter((line) => !line.startsWith("detach"))
      .map((line) => line.replace(/[0-9a-f]{12}/, "…")),
    [
      "migrate migrations/2_retype.sql",
      "create view public.priced",
      "create view public.doubled",
      "create policy cheap on public.item",
      "create function public.best()",
      "create grant … on relation public.doubled",
    ],
  );
  assert.deepEqual(await rows("select price::text, (select pg_typeof(price)::text from best()) as type from doubled"), [
    { price: "20", type: "numeric" },
  ]);
  assert.deepEqual(
    await rows(
      "select has_table_privilege($1, 'doubled', 'select') as file, has_table_privilege($2, 'priced', 'select') as hand",
      roles.anon,
      roles.authenticated,
    ),
    [{ file: true, hand: true }],
  );
  assert.deepEqual((await rows("select 'named'::regclass::oid as named"))[0], before);
});

test("a column, a table, a type and a schema can be renamed, dropped and moved under reloadable objects", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    "migrations/1_m.sql": `
      create schema old; create type mood as enum ('good'); create table old.item (id int primary key, name text, gone int, feeling mood);
      alter table old.item enable row level security;`,
    "functions/a.sql": `
      create view v as select id, name, feeling from old.item;
      create view g as select gone from old.item;
      create function f(m mood) returns mood language sql as 'select m';
      create policy p on old.item using (f(feeling) = 'good');
      create function t() returns trigger language plpgsql as 'begin return new; end';
      create trigger t before update of gone on old.item for each row execute function t();`,
  });
  await assemble();
  await assemble({
    "migrations/2_m.sql": `
      alter table old.item rename column name to title;
      alter table old.item drop column gone;
      alter table old.item rename to thing;
      alter schema old rename to new;
      alter type mood rename to feeling;
      alter table new.thing set schema public;`,
    "functions/a.sql": `
      create view v as select id, title, feeling from thing;
      create function f(m feeling) returns feeling language sql as 'select m';
      create policy p on thing using (f(feeling) = 'good');
      create function t() returns trigger language plpgsql as 'begin return new; end';
      create trigger t before update of title on thing for each row execute function t();`,
  });
  assert.deepEqual(await rows("select key from howdah.object order by key"), [
    { key: "policy p on public.thing" },
    { key: "relation public.v" },
    { key: "routine public.f(feeling)" },
    { key: "routine public.t()" },
    { key: "trigger t on public.thing" },
  ]);
  assert.deepEqual(
    await rows("select to_regclass('g') as g, (select count(*)::int from pg_proc where proname = 'f') as f"),
    [{ g: null, f: 1 }],
  );
  const before = await rows("select 'v'::regclass::oid as v");
  await assemble({
    "migrations/3_m.sql": "do $$ begin execute 'alter table public.thing alter column title type varchar(50)'; end $$;",
  });
  assert.notDeepEqual(
    await rows("select 'v'::regclass::oid as v"),
    before,
    "a DO block that names the table is feared",
  );
});

test("a migration that fails leaves what was detached where it was", async (t) => {
  const { assemble, errors, rows } = await testAssembly(t, files);
  await assemble();
  const before = await rows(
    "select oid, relname from pg_class where relname in ('priced', 'doubled', 'named') order by 1",
  );
  const [error] = await errors({
    "migrations/2_m.sql": "alter table item alter column price type numeric;\nselect 1 / 0;",
  });
  assert.equal(told(error!), "WD411 migrations/2_m.sql:2:1 division by zero");
  assert.deepEqual(
    await rows("select oid, relname from pg_class where relname in ('priced', 'doubled', 'named') order by 1"),
    before,
  );
});

test("a file that still needs what a migration dropped is an error that points into it", async (t) => {
  const { assemble, errors } = await testAssembly(t, files);
  await assemble();
  const found = await errors({ "migrations/2_m.sql": "alter table item drop column price;" });
  assert.deepEqual(found.map(told), [
    'WD411 functions/a.sql:3:38 column "price" does not exist',
    // Postgres tells no position inside a policy: its statement it is.
    'WD411 functions/a.sql:5:5 column "price" does not exist',
  ]);
});

test("a view by hand over one of ours keeps ours, and the migration's own error tells of it", async (t) => {
  const { assemble, errors, connection } = await testAssembly(t, files);
  await assemble();
  await connection.execute("create view by_hand as select * from priced");
  const [error] = await errors({ "migrations/2_m.sql": "alter table item alter column price type numeric;" });
  assert.equal(told(error!), "WD411 migrations/2_m.sql:1:1 cannot alter type of a column used by a view or rule");
  assert.match(error?.detail ?? "", /view priced/);
});

test("a view that selects * gains the column that a migration adds, as on a fresh database", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    "migrations/1_m.sql": "create table item (id int)",
    "functions/a.sql":
      "create view every as select * from item; create view above as select * from every; create view named as select id from item;",
  });
  await assemble();
  const report = await assemble({ "migrations/2_m.sql": "alter table item add column name text" });
  assert.deepEqual(said(report), [
    "migrate migrations/2_m.sql",
    "replace view public.every",
    "replace view public.above",
  ]);
  assert.deepEqual(await rows("select attname from pg_attribute where attrelid = 'above'::regclass order by attnum"), [
    { attname: "id" },
    { attname: "name" },
  ]);
});

test("a definition that moves from functions/ into a migration does not stand in its way", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    "functions/a.sql": "create function f() returns int language sql as 'select 1'",
  });
  await assemble();
  await assemble({
    "functions/a.sql": null,
    "migrations/1_m.sql":
      "create function f() returns int language sql as 'select 2'; create table t (id int default f())",
  });
  assert.deepEqual(await rows("select f(), (select count(*)::int from howdah.object) as ours"), [{ f: 2, ours: 0 }]);
});

test("a trigger that was disabled by hand stays so when it is put back", async (t) => {
  const { assemble, connection, rows } = await testAssembly(t, {
    "migrations/1_m.sql": 'create table "Odd Table" (id int)',
    "functions/a.sql": `
      create function f() returns trigger language plpgsql as 'begin return new; end';
      create trigger "One on" before update of id on "Odd Table" for each row execute function f();
      create trigger two before update of id on "Odd Table" for each row execute function f();`,
  });
  await assemble();
  await connection.execute('alter table "Odd Table" disable trigger "One on"');
  await assemble({ "migrations/2_m.sql": 'alter table "Odd Table" alter column id type bigint' });
  assert.deepEqual(await rows("select tgname, tgenabled from pg_trigger where not tgisinternal order by 1"), [
    { tgname: "One on", tgenabled: "D" },
    { tgname: "two", tgenabled: "O" },
  ]);
});

test("a name that is only a constant (regclass) counts as a need", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    "functions/a.sql": `

      create view v as select oid from pg_class where oid = 'z'::regclass;`,
    "functions/z.sql": "create view z as select 1 as a; grant select on v to $anon;",
  });
  await assemble();
  await assemble({ "functions/z.sql": "create view z as select 'x'::text as b; grant select on v to $anon;" });
  assert.deepEqual(await rows("select (select count(*)::int from v) as n, (select b from z) as b"), [{ n: 1, b: "x" }]);
});

test("a view by hand that bears the name of a new definition is not taken for ours", async (t) => {
  const { assemble, errors, connection, rows } = await testAssembly(t, {
    "migrations/1_m.sql": "create table item (id int, price int)",
    "functions/a.sql": "create view priced as select price from item;",
  });
  await assemble();
  await connection.execute("create view more as select price as mine from priced");
  const changes = {
    "migrations/2_m.sql": "alter table item alter column price type numeric",
    "functions/b.sql": "create view more as select price from priced;",
  };
  assert.deepEqual(
    (await errors(changes)).map((error) => error.code),
    ["WD411"],
  );
  assert.deepEqual(
    (await errors({ "migrations/2_m.sql": "select 1" })).map((error) => error.code),
    ["WD415"],
  );
  assert.deepEqual(await rows("select mine from more"), []);
});

test("a grant to a role that is gone is taken back without it", async (t) => {
  const { assemble, connection, target } = await testAssembly(t, {});
  const role = `${target.database}_brief`;
  await using admin = await connect(target);
  await admin.execute(`create role ${role}`);
  const f = "create function f() returns int language sql as 'select 1';";
  await assemble({ "functions/a.sql": `${f} grant execute on function f to ${role};` });
  await connection.execute(`revoke all on function f from ${role}`);
  await admin.execute(`drop role ${role}`);
  assert.deepEqual(said(await assemble({ "functions/a.sql": f })).length, 1);
});
