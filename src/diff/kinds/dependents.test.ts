import { test } from "node:test";
import { needsSuperuser } from "../../../test/support/database.ts";
import { schemaPair } from "../../../test/support/schema-pair.ts";

const above = `
  alter table public.account enable row level security;
  alter table public.account force row level security;
  create policy own on public.account using (age > 3) with check (age < 99);
  comment on policy own on public.account is 'own';
  create function public.pass() returns trigger language plpgsql as 'begin return new; end';
  create trigger aged before update of age on public.account for each row when (new.age > 1) execute function public.pass();
  alter table public.account disable trigger aged;
  create rule quiet as on delete to public.account where old.age > 9 do instead nothing;
  alter table public.account disable rule quiet;
  create view public.v with (security_invoker = true, security_barrier = on) as select id, age from public.account;
  grant select on public.v to pg_monitor;
  comment on column public.v.age is 'years';
  create view public.w as select age from public.v;
  create materialized view public.m as select id, age from public.account;
  create unique index m_id on public.m (id);
  comment on index public.m_id is 'one each';
  create materialized view public.n as select age from public.m with no data;
  create publication p for table public.account (id, age) where (id > 1);
  grant select (id, age), update (age) on public.account to pg_monitor;
  grant select on public.m to pg_monitor with grant option;`;

test("a retyped column takes all that hangs on it through, as it was", { skip: needsSuperuser }, async (t) => {
  const { connection } = await schemaPair(t, {
    before: `create table public.account (id integer primary key, age integer); ${above}`,
    after: `create table public.account (id integer primary key, age bigint); ${above}`,
    data: "insert into public.account values (1, 7), (2, 8); refresh materialized view public.m",
    expect: { checks: ["(select count(*) = 2 from public.m)"] },
  });
  await connection.execute("refresh materialized view concurrently public.m");
});

test("privileges on columns survive those on their table that are revoked", async (t) => {
  const table = "create table public.t (id integer primary key, a text, b text);";
  await schemaPair(t, {
    before: `${table}
      grant select, update on public.t to pg_monitor;
      grant select (a), update (b) on public.t to pg_monitor;
      create view public.v as select a, b from public.t;
      grant select on public.v to public;
      grant select (a) on public.v to public, pg_monitor`,
    after: `${table}
      grant insert on public.t to pg_monitor;
      grant select (a, b) on public.t to pg_monitor;
      create view public.v as select a, b from public.t;
      grant select (a) on public.v to public;
      grant update (b) on public.v to pg_monitor with grant option`,
  });
});

test("comments on everything come, change and go", { skip: needsSuperuser }, async (t) => {
  const objects = `
    create schema s;
    create view s.v as select 1 as a;
    create materialized view s.m as select 1 as a;
    create table s.t (id integer);
    create policy o on s.t using (true);
    create rule r as on delete to s.t do instead nothing;
    create function s.f() returns trigger language plpgsql as 'begin return new; end';
    create trigger g before insert on s.t for each row execute function s.f();
    create publication p;
    create foreign data wrapper w;
    create server x foreign data wrapper w;`;
  const comments = (text: string): string =>
    ["schema s", "view s.v", "materialized view s.m", "policy o on s.t", "rule r on s.t", "trigger g on s.t"]
      .concat("publication p", "foreign data wrapper w", "server x", "column s.v.a", "column s.m.a")
      .map((noun) => `comment on ${noun} is ${text};`)
      .join("\n");
  await schemaPair(t, { before: objects, after: objects + comments("'one'") });
  await schemaPair(t, { before: objects + comments("'one'"), after: objects + comments("E'it''s \\\\ two\\n'") });
  await schemaPair(t, { before: objects + comments("'one'"), after: objects });
});

test("owners change, and those of what depends on it", { skip: needsSuperuser }, async (t) => {
  const objects = `
    create schema s;
    create table s.t (id integer);
    create view s.v as select id from s.t;
    create materialized view s.m as select id from s.t;
    create function s.f() returns integer return 1;
    grant select on s.t to pg_monitor;`;
  await schemaPair(t, {
    before: objects,
    after: `${objects}
      alter table s.t owner to pg_monitor;
      alter view s.v owner to pg_monitor;
      alter materialized view s.m owner to pg_monitor;
      alter function s.f() owner to pg_monitor;
      grant insert on s.t to public`,
    options: { role: "postgres" },
  });
});
