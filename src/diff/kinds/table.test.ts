import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair, schemaPairBothWays } from "../../../test/support/schema-pair.ts";

test("tables come and go, counted", async (t) => {
  const { forward } = await schemaPairBothWays(
    t,
    {
      before: `create schema x; create table public.account (id integer primary key, name text); create view public.v as select * from public.account`,
      data: `insert into public.account values (1, 'a')`,
      after: `create schema x; create table x."Group" (id integer, "order" text default 'a' not null, primary key (id)); create unlogged table x.fast () with (fillfactor = 50, toast.autovacuum_enabled = false)`,
      expect: { lost: ["public.account"] },
    },
    { expect: { lost: ['x."Group"', "x.fast"] } },
  );
  assert.deepEqual(
    forward.actions.flatMap(({ loss }) => loss ?? []),
    [{ what: "table", name: "public.account", count: "select pg_catalog.count(*) as count from only public.account" }],
  );
  assert.ok(
    forward.statements.includes(`create table x."Group" (
  id integer not null,
  "order" text not null default 'a'::text,
  constraint "Group_pkey" primary key (id)
)`),
  );
});

test("what is set on a table changes and its rows stay", async (t) => {
  await schemaPairBothWays(t, {
    before: `create table public.a (id integer primary key, name text) with (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false);
      create unique index a_name on public.a (name); alter table public.a alter column name set not null; alter table public.a replica identity full; create unlogged table public.u (id integer)`,
    data: `insert into public.a values (1, 'x'); insert into public.u values (1)`,
    after: `create table public.a (id integer primary key, name text not null) with (fillfactor = 80, toast.autovacuum_vacuum_threshold = 500);
      create unique index a_name on public.a (name); alter table public.a replica identity using index a_name; alter table public.a cluster on a_pkey;
      alter table public.a enable row level security; alter table public.a force row level security; create table public.u (id integer); alter table public.u replica identity nothing`,
    expect: { untouched: ["public.a"] },
  });
});

test("a plain table becomes partitioned and keeps rows, keys, identity, and what looks at it", async (t) => {
  const rest = `
    create index on public.log (note);
    create view public.notes as select note from public.log;
    create function public.nothing() returns trigger language plpgsql as 'begin new.note := new.note || ''!''; return new; end';
    create trigger touch before insert on public.log for each row execute function public.nothing();
    alter table public.log enable row level security;
    create policy own on public.log using (id > 0);
    comment on table public.log is 'all of it';
    grant select on public.log to public;
    comment on column public.log.note is 'n';
    create table public.tag (log_id bigint, day date, foreign key (log_id, day) references public.log);
    create statistics public.both on day, note from public.log;
  `;
  await schemaPairBothWays(t, {
    before: `create table public.log (id bigint generated always as identity, day date not null, note text, seq serial, twice bigint generated always as (id * 2) stored, primary key (id, day)); ${rest}`,
    data: `insert into public.log (day, note) values ('2024-01-01', 'a'), ('2025-01-01', 'b'); insert into public.tag select id, day from public.log`,
    after: `create table public.log (id bigint generated always as identity, day date not null, note text, seq serial, twice bigint generated always as (id * 2) stored, primary key (id, day)) partition by range (day);
      create table public.log_2024 partition of public.log for values from ('2024-01-01') to ('2025-01-01');
      create table public.log_rest partition of public.log default; ${rest}`,
    expect: {
      checks: [
        "(select count(*) = 1 from public.log_2024)",
        "(select last_value = 2 from public.log_id_seq)",
        "(select last_value = 2 from public.log_seq_seq)",
      ],
    },
  });
});

test("a partitioned table is partitioned otherwise and keeps its rows", async (t) => {
  await schemaPairBothWays(
    t,
    {
      before: `create table public.log (day date, kind integer, note text) partition by range (day);
      create table public.log_a partition of public.log for values from ('2024-01-01') to ('2025-01-01');
      create table public.log_b partition of public.log for values from ('2025-01-01') to ('2026-01-01') partition by list (kind);
      create table public.log_b1 partition of public.log_b default;
      create index on public.log (note)`,
      data: `insert into public.log values ('2024-03-03', 1, 'x'), ('2025-03-03', 2, 'y')`,
      after: `create table public.log (day date, kind integer, note text) partition by list (kind);
      create table public.log_a partition of public.log for values in (1);
      create table public.log_c partition of public.log for values in (2) partition by list (note);
      create table public.log_c1 partition of public.log_c default;
      create index on public.log (note)`,
      expect: {
        checks: ["(select count(*) = 2 from public.log)", "(select count(*) = 1 from public.log_c1)"],
        lost: ["public.log_a", "public.log_b1"],
      },
    },
    { expect: { checks: ["(select count(*) = 2 from public.log)"], lost: ["public.log_a", "public.log_c1"] } },
  );
});

test("a column of the partition key changes its type", async (t) => {
  await schemaPairBothWays(t, {
    before: `create table public.log (day date, note text) partition by range (day); create table public.log_a partition of public.log for values from ('2024-01-01') to ('2025-01-01')`,
    data: `insert into public.log values ('2024-03-03', 'x')`,
    after: `create table public.log (day timestamp, note text) partition by range (day); create table public.log_a partition of public.log for values from ('2024-01-01') to ('2025-01-01')`,
    expect: { checks: ["(select count(*) = 1 from public.log_a)"] },
  });
});

test("a partition becomes partitioned itself", async (t) => {
  await schemaPairBothWays(
    t,
    {
      before: `create table public.log (day date, kind integer) partition by range (day); create table public.log_a partition of public.log for values from ('2024-01-01') to ('2025-01-01'); create index on public.log (kind)`,
      data: `insert into public.log values ('2024-03-03', 1)`,
      after: `create table public.log (day date, kind integer) partition by range (day); create table public.log_a partition of public.log for values from ('2024-01-01') to ('2025-01-01') partition by list (kind); create table public.log_a1 partition of public.log_a for values in (1); create index on public.log (kind)`,
      expect: { checks: ["(select count(*) = 1 from public.log_a1)"] },
    },
    { expect: { checks: ["(select count(*) = 1 from public.log_a)"] } },
  );
});

test("a table gets another name and another schema with all that hangs on it", async (t) => {
  const { statements } = await schemaPair(t, {
    before: `create schema x; create table public.account (id serial primary key, name text default 'a'); create index account_name on public.account (name);
      create table public.post (account_id integer references public.account); create view public.v as select name from public.account`,
    data: `insert into public.account default values; insert into public.post values (1)`,
    after: `create schema x; create table x.person (id integer not null, name text default 'a'); create sequence x.account_id_seq as integer owned by x.person.id; alter table x.person alter column id set default nextval('x.account_id_seq');
      alter table x.person add constraint account_pkey primary key (id); create index account_name on x.person (name);
      create table public.post (account_id integer references x.person); create view public.v as select name from x.person`,
    renames: [{ from: "table public.account", to: "table x.person" }],
    expect: { lost: ["public.account_id_seq"], checks: ["(select last_value = 1 from x.account_id_seq)"] },
  });
  assert.deepEqual(statements.filter(isNoName), [
    "alter table public.account set schema x",
    "alter table x.account rename to person",
  ]);
});

test("a table's sequences follow its owner", async (t) => {
  const before = `create table public.account (id serial, number integer generated always as identity); grant select on all sequences in schema public to public;`;
  const { forward } = await schemaPairBothWays(t, {
    before,
    after: `${before} alter table public.account owner to pg_monitor;
      create table public.other (id serial, number integer generated always as identity); grant usage on all sequences in schema public to public;
      alter table public.other owner to pg_monitor`,
    options: { role: "postgres" },
  });
  assert.ok(!forward.statements.includes("alter sequence public.account_id_seq owner to pg_monitor"));
});

test("tables of a type take their columns from it", async (t) => {
  await schemaPairBothWays(t, {
    before: `create type public.shape as (x integer, y text)`,
    after: `create type public.shape as (x integer, y text); create table public.one of public.shape; create table public.two of public.shape (x with options not null default 3, primary key (x))`,
  });
});

test("foreign tables come, change and go", async (t) => {
  const server = `create foreign data wrapper nowhere; create server s1 foreign data wrapper nowhere; create server s2 foreign data wrapper nowhere;`;
  await schemaPairBothWays(t, {
    before: `${server} create foreign table public.far (id integer options (a '1', b '2'), name text) server s1 options (x '1')`,
    after: `${server} create foreign table public.far (id integer options (b '3', c '4') not null, name varchar(10) default 'x', more text) server s1 options (y '2');
      create foreign table public.other ("Id" integer) server s2; comment on foreign table public.other is 'o'; grant select on public.other to public`,
  });
  await schemaPairBothWays(t, {
    before: `${server} create foreign table public.far (id integer) server s1; create view public.v as select * from public.far`,
    after: `${server} create foreign table public.far (id integer) server s2; create view public.v as select * from public.far`,
  });
});

/** From 18 on NOT NULL has a name, which is made of the table's. */
function isNoName(statement: string): boolean {
  return !statement.includes("rename constraint");
}
