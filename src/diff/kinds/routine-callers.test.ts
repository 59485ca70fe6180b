import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair } from "../../../test/support/schema-pair.ts";

/** Everything that can call a function, and rows that it has touched. */
function callers(call: string): string {
  return `
    create table public.item (
      id integer primary key default ${call},
      size integer not null,
      double integer generated always as (size * 2) stored,
      constraint small check (size < ${call} + 1000),
      constraint spaced exclude using btree ((${call} + size) with =)
    );
    create index item_by on public.item ((size + ${call}));
    create index item_some on public.item (size) where size > ${call};
    create statistics public.st on (size + ${call}), id from public.item;
    create view public.v as select id, ${call} as n from public.item;
    create view public.vv as select * from public.v where n > 0;
    create materialized view public.m as select ${call} as n;
    create domain public.sized as integer default ${call} check (value < ${call} + 10);
    create rule r as on update to public.item where new.size = ${call} do also nothing;
    create policy p on public.item using (id > ${call});
    create function public.caller() returns integer begin atomic select ${call}; end;
    create trigger t before update on public.item for each row when (new.size > ${call})
      execute function suppress_redundant_updates_trigger();
    comment on view public.vv is 'vv';
    grant select on public.v to pg_monitor;`;
}

const rows = "insert into public.item (id, size) values (1, 5), (2, 6)";

test("a function with another result is made again under all that call it", async (t) => {
  const made = (result: string): string =>
    `create function public.n(a integer) returns ${result} immutable language sql as 'select $1::${result}';`;
  await schemaPair(t, {
    before: made("integer") + callers("public.n(1)::integer"),
    after: made("bigint") + callers("public.n(1)::integer"),
    data: rows,
  });
});

test("a function with another signature takes the place of the old one under all that call it", async (t) => {
  const body = "returns integer immutable language sql as 'select 7'";
  const { statements } = await schemaPair(t, {
    before: `create function public.n(a integer) ${body}; ${callers("public.n(1)")}`,
    after: `create function public.n(a integer, b text default 'x') ${body}; ${callers("public.n(1)")}`,
    data: rows,
  });
  assert.equal(statements.filter((text) => text.startsWith("drop function public.n")).length, 1);
});

test("a trigger's function is replaced under it, and made again with it when it has to be", async (t) => {
  const table = `create table public.t (id integer); create trigger t before insert on public.t for each row execute function public.act();
    alter table public.t disable trigger t;`;
  const act = (body: string): string =>
    `create function public.act() returns trigger language plpgsql as 'begin ${body} end';`;
  const { statements } = await schemaPair(t, {
    before: act("return new;") + table,
    after: act("return null;") + table,
  });
  assert.equal(statements.length, 1);
  await schemaPair(t, {
    before: `create function public.run() returns trigger language plpgsql as 'begin return new; end'; ${table.replaceAll("act", "run")}`,
    after: act("return new;") + table,
  });
});

test("routines that take or return rows of a table follow it in all that happens to it", async (t) => {
  const routines = (columns: string): string => `
    create function public.all_of() returns setof public.t stable language sql as 'select ${columns} from public.t';
    create function public.full(r public.t) returns text immutable language sql as 'select $1.a';
    create procedure public.put(r public.t) language plpgsql as 'begin end';
    create view public.v as select a, public.full(t) as f from public.t;`;
  await schemaPair(t, {
    before: `create table public.t (a text, b integer); ${routines("a, b")}`,
    after: `create table public.t (a text, c date, d text default 'x'); ${routines("a, c, d")}`,
    data: "insert into public.t values ('x', 1)",
    expect: { lost: ["public.t.b"] },
  });
});

test("routines that call each other by name alone, or take types that go, come out right", async (t) => {
  await schemaPair(t, {
    before: `
      create type public.old as enum ('a');
      create function public.f(public.old) returns integer language sql as 'select 1';
      create function public.g(a integer, b public.old default 'a') returns setof public.old language plpgsql as 'begin end';
      create procedure public.p(inout x public.old) language plpgsql as 'begin end'`,
    after: `
      create type public.new as (a integer);
      create function public.f(public.new) returns integer language sql as 'select 1';
      create function public.g(a integer, b public.new default null) returns setof public.new language plpgsql as 'begin end';
      create procedure public.p(inout x public.new) language plpgsql as 'begin end'`,
  });
});

test("privileges of overloads are told apart", async (t) => {
  const made = (first: string, second: string): string => `
    create function public.f(integer) returns integer language sql as 'select 1';
    create function public.f(text, variadic integer[]) returns integer language sql as 'select 1';
    create procedure public.f(integer, boolean) language sql as 'select 1';
    create aggregate public.f(numeric) (sfunc = numeric_add, stype = numeric);
    revoke all on function public.f(${first}) from public;
    grant execute on function public.f(${second}) to pg_monitor;
    revoke all on procedure public.f(integer, boolean) from public;
    comment on function public.f(${first}) is 'first';`;
  await schemaPair(t, { before: made("integer", "numeric"), after: made("text, integer[]", "integer") });
});

test("a domain's default calls another function, or the same with another result", async (t) => {
  const made = (result: string, value: string): string => `
    create function public.one() returns ${result} language sql as 'select 1::${result}';
    create function public.two() returns ${result} language sql as 'select 2::${result}';
    create domain public.d as bigint default ${value};
    create table public.t (id integer, d public.d);`;
  const data = "insert into public.t values (1, default)";
  const expect = { untouched: ["public.t"] };
  await schemaPair(t, { before: made("integer", "public.one()"), after: made("bigint", "public.two()"), data, expect });
  await schemaPair(t, {
    before: made("integer", "public.one() + public.two()"),
    after: made("bigint", "public.one() + public.two()"),
    ...{ data, expect },
  });
  await schemaPair(t, {
    before: made("integer", "public.one()"),
    after: "create domain public.d as bigint; create table public.t (id integer, d public.d)",
    ...{ data, expect },
  });
});
