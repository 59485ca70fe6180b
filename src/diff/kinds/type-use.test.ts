import { test } from "node:test";
import { schemaPair } from "../../../test/support/schema-pair.ts";

const places: Readonly<Record<string, { readonly sql: string; readonly data?: string }>> = {
  "a primary key and the foreign keys to it": {
    sql: `create table public.a (m public.mood primary key);
      create table public.b (m public.mood references public.a, n public.mood, foreign key (n) references public.a on delete cascade);`,
    data: "insert into public.a values ('ok'), ('happy'); insert into public.b values ('ok', 'happy')",
  },
  "a domain, its default and check": {
    sql: `create domain public.d as public.mood default 'ok' check (value <> 'happy');
      create table public.a (id integer, d public.d, e public.d[]);`,
    data: "insert into public.a values (1, 'ok', '{ok}')",
  },
  "a range of it": {
    sql: `create type public.moods as range (subtype = public.mood);
      create table public.a (id integer, r public.moods, exclude using gist (r with &&));`,
    data: "insert into public.a values (1, '[ok,ok]')",
  },
  "inherited columns": {
    sql: `create table public.a (id integer, m public.mood default 'ok');
      create table public.b (n public.mood[]) inherits (public.a);`,
    data: "insert into public.b values (1, 'ok', '{happy}'); insert into public.a values (2, 'happy')",
  },
  "partitions by something else": {
    sql: `create table public.a (id integer, m public.mood not null, primary key (id)) partition by range (id);
      create table public.b partition of public.a for values from (0) to (10);
      create index on public.a (m);`,
    data: "insert into public.a values (1, 'ok')",
  },
  "generated columns": {
    sql: `create table public.a (id integer, m public.mood, g boolean generated always as (m = 'ok') stored,
      h public.mood generated always as (case when id > 1 then 'ok'::public.mood else m end) stored);`,
    data: "insert into public.a values (1, 'happy'), (2, null)",
  },
  "arguments with defaults, aggregates, operators and casts": {
    sql: `create function public.f(a public.mood default 'ok', variadic b public.mood[] default '{}') returns setof public.mood language sql as 'select a';
      create function public.later(public.mood, public.mood) returns public.mood immutable language sql as 'select $2';
      create aggregate public.last(public.mood) (sfunc = public.later, stype = public.mood, initcond = 'ok');
      create operator public.+ (function = public.later, leftarg = public.mood, rightarg = public.mood);
      create function public.as_int(public.mood) returns integer immutable language sql as 'select 1';
      create cast (public.mood as integer) with function public.as_int(public.mood);
      create view public.v as select public.last(m) over () as l, m operator(public.+) m as p, m::integer as i from (values ('ok'::public.mood)) as t(m);`,
  },
  "a foreign table and a view's default": {
    sql: `create foreign data wrapper w; create server s foreign data wrapper w;
      create foreign table public.f (m public.mood default 'ok') server s;
      create table public.a (m public.mood); create view public.v as select m from public.a; alter view public.v alter column m set default 'ok';`,
  },
};

for (const [place, { sql, data }] of Object.entries(places)) {
  test(`an enum loses a label and changes its order in ${place}`, async (t) => {
    const made = (labels: string): string => `create type public.mood as enum (${labels}); ${sql}`;
    await schemaPair(t, { before: made("'sad', 'ok', 'happy'"), after: made("'happy', 'ok'"), data });
  });
}
