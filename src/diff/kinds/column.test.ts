import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair, schemaPairBothWays } from "../../../test/support/schema-pair.ts";

test("columns come and go, those of names that need quotes as well", async (t) => {
  const { forward } = await schemaPairBothWays(
    t,
    {
      before: `create table public."Order" ("select" integer, "a""b" text, "Ünï" text, kept text)`,
      data: `insert into public."Order" values (1, 'x', 'y', 'z')`,
      after: `create table public."Order" ("order" bigint default 7 not null, "from me" text collate "C" default 'it''s', kept text)`,
      expect: { lost: [`public."Order"`] },
    },
    { expect: { lost: [`public."Order"`] } },
  );
  const losses = forward.actions.flatMap(({ loss }) => (loss === undefined ? [] : [loss]));
  assert.deepEqual(
    losses.map(({ what, name }) => `${what} ${name}`).toSorted(),
    ['column public."Order"."a""b"', 'column public."Order".select', 'column public."Order"."Ünï"'].toSorted(),
  );
  const added = `alter table public."Order" add column "order" bigint not null default 7`;
  assert.ok(forward.statements.includes(added), forward.statements.join("\n"));
});

test("a column that goes is counted", async (t) => {
  const { actions, rowsOf } = await schemaPair(t, {
    before: `create table public.account (id integer, email text)`,
    data: `insert into public.account values (1, 'a'), (2, null), (3, 'c')`,
    after: `create table public.account (id integer)`,
  });
  const [loss] = actions.flatMap((action) => action.loss ?? []);
  assert.deepEqual(loss, {
    what: "column",
    name: "public.account.email",
    count: "select pg_catalog.count(email) as count from public.account",
  });
  assert.equal((await rowsOf("select 1 from public.account")).length, 3);
});

test("a column that is not null and has no default is filled in by @backfill", async (t) => {
  const { statements, rowsOf } = await schemaPair(t, {
    before: `create table public.account (id integer)`,
    data: `insert into public.account values (1), (2)`,
    after: `create table public.account (id integer, email text not null)`,
    backfill: { "column public.account.email": "'user' || id" },
  });
  assert.deepEqual(statements, [
    "alter table public.account add column email text",
    "update public.account set email = 'user' || id",
    "alter table public.account alter column email set not null",
  ]);
  assert.deepEqual(await rowsOf("select email from public.account order by id"), [
    { email: "user1" },
    { email: "user2" },
  ]);
});

test("without @backfill a probe finds the rows in the way of a new column that is not null", async (t) => {
  const { actions, connection } = await schemaPair(t, {
    before: `create table public.account (id integer)`,
    after: `create table public.account (id integer, email text not null)`,
  });
  const [probe] = actions.flatMap(({ probes }) => probes);
  assert.ok(probe);
  assert.match(probe.message, /-- @backfill/);
  assert.deepEqual(await connection.query({ text: probe.sql, values: [] }), []);
  await connection.execute("insert into public.account values (7, 'x')");
  assert.deepEqual(await connection.query({ text: probe.sql, values: [] }), [{ row: "(7,x)" }]);
});

test("a column becomes not null and may be null again, a probe finds its nulls", async (t) => {
  const { forward } = await schemaPairBothWays(t, {
    before: `create table public.account (id integer, email text)`,
    data: `insert into public.account values (1, 'x')`,
    after: `create table public.account (id integer, email text not null)`,
    expect: { untouched: ["public.account"] },
  });
  const [probe] = forward.actions.flatMap(({ probes }) => probes);
  assert.equal(probe?.what, "null");
});

test("a wider type keeps rows, index, default, check, foreign key, and what looks at the column", async (t) => {
  await schemaPairBothWays(
    t,
    {
      before: `
      create table public.account (
        id integer primary key,
        age integer default 5 check (age > 0),
        twice integer generated always as (id * 2) stored
      );
      create index on public.account (age) where age > 18;
      create table public.post (id integer, account_id integer references public.account);
      create view public.adult as select id, age from public.account where age > 18;
      create materialized view public.elder as select * from public.adult;
      create unique index on public.elder (id);
      create function public.ages() returns bigint begin atomic select sum(age) from public.account; end;
      create policy own on public.account using (id > 0);
      create rule quiet as on delete to public.account where old.id > 100 do instead nothing;
      create function public.nothing() returns trigger language plpgsql as 'begin return new; end';
      create trigger watch after update of id on public.account for each row when (new.id > 1) execute function public.nothing();
    `,
      data: `insert into public.account values (1, 20), (2, 30); insert into public.post values (1, 1), (2, 2)`,
      after: `
      create table public.account (
        id bigint primary key,
        age bigint default 5 check (age > 0),
        twice bigint generated always as (id * 2) stored
      );
      create index on public.account (age) where age > 18;
      create table public.post (id integer, account_id bigint references public.account);
      create view public.adult as select id, age from public.account where age > 18;
      create materialized view public.elder as select * from public.adult;
      create unique index on public.elder (id);
      create function public.ages() returns bigint begin atomic select sum(age)::bigint from public.account; end;
      create policy own on public.account using (id > 0);
      create rule quiet as on delete to public.account where old.id > 100 do instead nothing;
      create function public.nothing() returns trigger language plpgsql as 'begin return new; end';
      create trigger watch after update of id on public.account for each row when (new.id > 1) execute function public.nothing();
    `,
      expect: { changed: ["public.elder"] },
    },
    { expect: { changed: ["public.elder"] } },
  );
});

test("both ends of a foreign key change to a type that has no operator in common with the old one", async (t) => {
  await schemaPair(t, {
    before: `
      create table public.account (id text primary key);
      create table public.post (id integer, account_id text references public.account);
    `,
    data: `
      insert into public.account values ('5f4b2b5a-0000-0000-0000-000000000001');
      insert into public.post values (1, '5f4b2b5a-0000-0000-0000-000000000001');
    `,
    after: `
      create table public.account (id uuid primary key);
      create table public.post (id integer, account_id uuid references public.account);
    `,
    expect: { plan: [/alter column id type uuid using id::uuid/] },
  });
});

test("a default that can't be cast is taken away meanwhile", async (t) => {
  await schemaPairBothWays(t, {
    before: `create table public.account (age text default '0', state text default 'on'); create type public.state as enum ('on', 'off')`,
    data: `insert into public.account values ('12', 'off')`,
    after: `create type public.state as enum ('on', 'off'); create table public.account (age integer default 0, state public.state default 'on')`,
  });
});

test("values of one enum become values of another, in arrays as well", async (t) => {
  const { rowsOf } = await schemaPair(t, {
    before: `
      create type public.a as enum ('x', 'y');
      create type public.b as enum ('y', 'x');
      create table public.t (one public.a default 'x', many public.a[], said text[])`,
    data: `insert into public.t values ('y', '{x,y}', '{x}')`,
    after: `
      create type public.a as enum ('x', 'y');
      create type public.b as enum ('y', 'x');
      create table public.t (one public.b default 'x', many public.b[], said public.b[])`,
  });
  assert.deepEqual(await rowsOf("select one::text, many::text, said::text from public.t"), [
    { one: "y", many: "{x,y}", said: "{x}" },
  ]);
});

test("@using says how values are converted", async (t) => {
  const { rowsOf, actions } = await schemaPair(t, {
    before: `create table public.account (age text)`,
    data: `insert into public.account values ('12 years')`,
    after: `create table public.account (age integer)`,
    using: { "column public.account.age": "split_part(age, ' ', 1)::integer" },
  });
  assert.deepEqual(await rowsOf("select age from public.account"), [{ age: 12 }]);
  assert.deepEqual(
    actions.flatMap(({ loss, probes }) => [loss, ...probes]),
    [undefined],
  );
});

test("a collation of one's own comes and goes", async (t) => {
  await schemaPairBothWays(t, {
    before: `create table public.account (name text, code varchar(10) collate "C"); create index on public.account (name)`,
    data: `insert into public.account values ('a', 'b')`,
    after: `create table public.account (name text collate "C", code varchar(20)); create index on public.account (name)`,
  });
});

test("generated columns come, go, and are computed anew", async (t) => {
  await schemaPairBothWays(
    t,
    {
      before: `
      create table public.item (price integer, tax integer generated always as (price / 10) stored, note text);
      create index on public.item (tax);
      create view public.taxed as select tax from public.item`,
      data: `insert into public.item (price, note) values (100, 'x'), (200, 'y')`,
      after: `
      create table public.item (price integer, tax integer generated always as (price / 5) stored, note text, loud text generated always as (upper(note)) stored);
      create index on public.item (tax);
      create view public.taxed as select tax from public.item`,
      expect: { changed: ["public.item.tax"], checks: ["(select sum(tax) = 60 from public.item)"] },
    },
    {
      expect: {
        changed: ["public.item.tax"],
        lost: ["public.item"],
        checks: ["(select sum(tax) = 30 from public.item)"],
      },
    },
  );
});

test("a generated column becomes a plain one and keeps its values", async (t) => {
  const { actions } = await schemaPair(t, {
    before: `create table public.item (price integer, tax integer generated always as (price / 10) stored)`,
    data: `insert into public.item (price) values (100)`,
    after: `create table public.item (price integer, tax integer)`,
    expect: { checks: ["(select tax = 10 from public.item)"] },
  });
  assert.deepEqual(
    actions.flatMap(({ statements }) => statements),
    ["alter table public.item alter column tax drop expression"],
  );
});

test("a plain column that becomes a generated one loses its values, which is said", async (t) => {
  const { actions } = await schemaPair(t, {
    before: `create table public.item (price integer, tax integer)`,
    data: `insert into public.item values (100, 7)`,
    after: `create table public.item (price integer, tax integer generated always as (price / 10) stored)`,
    expect: { lost: ["public.item"], changed: ["public.item.tax"] },
  });
  assert.deepEqual(
    actions.flatMap(({ loss }) => loss?.name ?? []),
    ["public.item.tax"],
  );
});

test("storage, compression, statistics and options are set and reset", async (t) => {
  await schemaPairBothWays(t, {
    before: `create table public.doc (id integer, body text, title text);
      alter table public.doc alter column title set storage main, alter column title set statistics 50`,
    data: `insert into public.doc values (1, 'x', 'y')`,
    after: `create table public.doc (id integer, body text compression pglz, title text);
      alter table public.doc alter column body set storage external, alter column id set (n_distinct = 5), alter column id set statistics 0;
      create table public.other (body text compression pglz); alter table public.other alter column body set storage plain;
      create materialized view public.seen as select * from public.doc; alter materialized view public.seen alter column body set statistics 10`,
    expect: { untouched: ["public.doc"] },
  });
});

test("a column that gets another type is stored as it was", async (t) => {
  await schemaPairBothWays(
    t,
    {
      before: `create type public.mood as enum ('a', 'b'); create table public.doc (body text compression pglz, note varchar(10), mood public.mood default 'a');
      alter table public.doc alter column body set storage external, alter column note set storage main, alter column note set statistics 7;
      alter table public.doc alter column mood set statistics 9`,
      data: `insert into public.doc values ('x', 'y', 'a')`,
      after: `create type public.mood as enum ('b', 'a', 'c'); create table public.doc (body varchar(100) compression pglz, note varchar(20) collate "C", mood public.mood default 'a');
      alter table public.doc alter column body set storage external, alter column note set storage main, alter column note set statistics 7;
      alter table public.doc alter column mood set statistics 9`,
    },
    { expect: {} },
  );
});

test("columns of views have comments, privileges and defaults of their own", async (t) => {
  await schemaPairBothWays(t, {
    before: `create table public.t (a integer, b text); create view public.v as select a, b from public.t`,
    data: `insert into public.t values (1, 'x')`,
    after: `create table public.t (a integer, b text); create view public.v as select a, b from public.t;
      comment on column public.v.a is 'first'; grant select (b) on public.v to public; alter view public.v alter column b set default 'x';
      create view public.w as select a as c from public.t; comment on column public.w.c is 'c'; alter view public.w alter column c set default 3;
      grant update (b), select (a) on public.t to public`,
  });
});

test("1,600 columns are made and one of them changed", async (t) => {
  const columns = Array.from({ length: 1600 }, (_, index) => `c${index} boolean`);
  const { statements } = await schemaPair(t, {
    before: `create table public.wide (${columns.join(", ")})`,
    after: `create table public.wide (${columns.join(", ").replace("c7 boolean", "c7 boolean not null")}); create table public.more (${columns.join(", ")})`,
  });
  assert.equal(statements.length, 2);
});

test("columns change their names and keep what they hold", async (t) => {
  const { statements } = await schemaPair(t, {
    before: `create table public.account (id integer, name text default 'x' not null, other text);
      create view public.v as select name from public.account; create index on public.account (name)`,
    data: `insert into public.account values (1, 'a', 'b')`,
    after: `create table public.account (id integer, full_name text not null, other text);
      create view public.v as select full_name as name from public.account; create index account_name_idx on public.account (full_name)`,
    renames: [{ from: "column public.account.name", to: "column public.account.full_name" }],
    expect: { untouched: ["public.account"], checks: ["(select full_name = 'a' from public.account)"] },
  });
  // From 18 on NOT NULL has a name, which is made of the column's.
  const changes = statements.filter((statement) => !statement.includes("rename constraint"));
  assert.deepEqual(changes, [
    "alter table public.account rename column name to full_name",
    "alter table public.account alter column full_name drop default",
  ]);
});

test("two columns exchange their names", async (t) => {
  await schemaPair(t, {
    before: `create table public.t (a integer, b integer)`,
    data: `insert into public.t values (1, 2)`,
    after: `create table public.t (b integer, a integer)`,
    renames: [
      { from: "column public.t.a", to: "column public.t.b" },
      { from: "column public.t.b", to: "column public.t.a" },
    ],
    expect: { checks: ["(select a = 2 and b = 1 from public.t)"], changed: ["public.t"] },
  });
});

test("narrowing is a loss, counted by the values that do not fit, and found by a probe", async (t) => {
  const { actions, connection } = await schemaPair(t, {
    before: `create table public.account (name varchar(50), size bigint, price numeric(10,2), at timestamp)`,
    after: `create table public.account (name varchar(3), size integer, price numeric(10,1), at date)`,
  });
  const losses = actions.flatMap(({ loss }) => loss ?? []);
  const probes = actions.flatMap((action) => action.probes);
  assert.deepEqual(
    losses.map(({ what, name }) => `${what} ${name}`),
    [
      "narrowing public.account.name",
      "narrowing public.account.size",
      "narrowing public.account.price",
      "narrowing public.account.at",
    ],
  );
  await connection.execute(`
    drop table public.account;
    create table public.account (name varchar(50), size bigint, price numeric(10,2), at timestamp);
    insert into public.account values ('ab', 1, 1.5, '2024-01-01'), ('long', 5000000000, 1.55, '2024-01-01 10:00'), (null, null, null, null);
  `);
  for (const { count } of losses) {
    assert.deepEqual(await connection.query({ text: `${count}`, values: [] }), [{ count: "1" }], count);
  }
  assert.equal(probes.length, 2);
  for (const { sql } of probes) {
    assert.deepEqual(await connection.query({ text: sql, values: [] }), [
      { row: '(long,5000000000,1.55,"2024-01-01 10:00:00")' },
    ]);
  }
});
