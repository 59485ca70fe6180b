import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair } from "../../../test/support/schema-pair.ts";

test("a changed body is replaced in place: privileges, comment and what calls it stay", async (t) => {
  const rest = `
    revoke all on function public.f(integer) from public;
    comment on function public.f(integer) is 'f';
    create view public.v as select public.f(1) as f`;
  const { statements } = await schemaPair(t, {
    before: `create function public.f(a integer) returns integer language sql as 'select 1'; ${rest}`,
    after: `create function public.f(a integer) returns integer language plpgsql
      stable strict leakproof parallel safe cost 7 set work_mem = '5MB' as 'begin return 2; end'; ${rest}`,
  });
  assert.equal(statements.length, 1);
  assert.match(statements[0] ?? "", /^CREATE OR REPLACE FUNCTION public\.f\(a integer\)/);
});

test("what CREATE OR REPLACE refuses is made again, and what uses it with it", async (t) => {
  const view = "create view public.v as select public.f(1) is null as f; comment on view public.v is 'v';";
  const body = "language plpgsql as 'begin end'";
  const variants: readonly (readonly [string, string])[] = [
    ["(a integer) returns integer", "(a integer) returns bigint"],
    ["(a integer) returns integer", "(b integer) returns integer"],
    ["(a integer) returns integer", "(integer) returns integer"],
    ["(a integer default 1) returns integer", "(a integer) returns integer"],
    ["(a integer, out b integer, out c text)", "(a integer, out b integer, out d text)"],
    ["(a anyelement, b anyelement default 1) returns integer", "(a anyelement, b anyelement default '') returns text"],
  ];
  for (const [before, after] of variants) {
    const { statements } = await schemaPair(t, {
      before: `create function public.f${before} ${body}; ${view}`,
      after: `create function public.f${after} ${body}; ${view}`,
    });
    assert.equal(statements[0], "drop view public.v");
    assert.match(statements[1] ?? "", /^drop function public\.f/);
  }
});

test("what CREATE OR REPLACE takes needs no drop", async (t) => {
  const view = "create view public.v as select public.f(1) as f;";
  const second = "create view public.v as select public.f(1, 2) as f;";
  const body = "language sql as 'select 1'";
  const variants: readonly (readonly [string, string])[] = [
    ["(integer) returns integer", "(a integer) returns integer"],
    ["(a integer) returns integer", "(a integer default 4) returns integer"],
    ["(a integer default 4) returns integer", "(a integer default 5) returns integer"],
    [
      "(a anyelement, b anyelement default 1) returns integer",
      "(a anyelement, b anyelement default 1) returns integer stable",
    ],
  ];
  for (const [before, after] of variants) {
    const { statements } = await schemaPair(t, {
      before: `create function public.f${before} ${body}; ${before.includes("b any") ? second : view}`,
      after: `create function public.f${after} ${body}; ${before.includes("b any") ? second : view}`,
    });
    assert.equal(statements.length, 1);
  }
});

test("routines of one name are told apart by their arguments", async (t) => {
  const { statements } = await schemaPair(t, {
    before: `
      create function public.f() returns integer language sql as 'select 1';
      create function public.f(integer) returns integer language sql as 'select 1';
      create function public.f(variadic text[]) returns integer language sql as 'select 1';
      create procedure public.p(a integer, out b integer) language plpgsql as 'begin end';
      create procedure public.p(a integer, b integer) language plpgsql as 'begin end'`,
    after: `
      create function public.f(integer) returns integer language sql as 'select 2';
      create function public.f(text[]) returns integer language sql as 'select 1';
      create function public.f(integer, integer) returns integer language sql as 'select 1';
      create procedure public.p(a integer, b integer) language plpgsql as 'begin end';
      comment on procedure public.p(integer, integer) is 'two'`,
  });
  assert.ok(statements.includes("drop function public.f()"));
  assert.ok(statements.includes("drop procedure public.p(in integer)"));
});

test("a function becomes a procedure, a window function or an aggregate of the same name", async (t) => {
  const variants = [
    "create function public.f(integer) returns bigint language sql as 'select 1'",
    "create procedure public.f(integer) language sql as 'select 1'",
    "create function public.f(integer) returns bigint window language internal as 'window_row_number'",
    "create aggregate public.f(integer) (sfunc = int4_sum, stype = bigint)",
  ];
  for (const [index, after] of variants.entries()) {
    await schemaPair(t, { before: variants.at(index - 1) ?? "", after });
  }
});

test("a procedure gets output arguments, or loses them", async (t) => {
  const without = "create procedure public.p(a integer) language plpgsql as 'begin end'";
  const withThem = "create procedure public.p(a integer, out b integer) language plpgsql as 'begin end'";
  await schemaPair(t, { before: without, after: withThem });
  await schemaPair(t, { before: withThem, after: without });
});

test("routines with SQL bodies follow what they call, in the order of their needs", async (t) => {
  const chain = (type: string): string => `
    create function public.z() returns ${type} begin atomic select 1; end;
    create function public.a() returns text begin atomic select public.z()::text; end;
    create procedure public.b() begin atomic select public.a(); end;`;
  const { statements } = await schemaPair(t, { before: chain("integer"), after: chain("bigint") });
  assert.deepEqual(statements.slice(0, 3), [
    "drop procedure public.b()",
    "drop function public.a()",
    "drop function public.z()",
  ]);
});

test("functions in C and internal ones keep their symbols, support functions and settings", async (t) => {
  await schemaPair(t, {
    before: "",
    after: `
      create function public.plain(cstring) returns integer immutable strict language internal as 'int4in';
      create function public.near(text, text) returns boolean
        immutable language internal as 'texteq' support pg_catalog.generate_series_int4_support;
      create function public.set_of(out a integer, out b text) returns setof record
        rows 7 language sql set search_path = 'public', 'pg_temp' security definer as 'select 1, ''x''';
      create function public.tab(x integer) returns table (a integer, "b c" text) language sql as 'select 1, ''x''';
      create function public.inout(inout a integer, b text = E'a\\\\b''c') language sql as 'select 1';
      create function public."Odd ""name"""("Ä" integer) returns integer language sql as 'select 1';
      create function public.trans(integer) returns integer language sql as 'select 1'`,
  });
});

test("aggregates of every kind come out as they went in, and change in place where Postgres lets them", async (t) => {
  const others = `
    create aggregate public.pct(double precision order by anyelement)
      (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra, finalfunc_modify = read_write);
    create aggregate public.hyp(variadic "any" order by variadic "any")
      (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical);
    create aggregate public.many(variadic integer[]) (sfunc = array_cat, stype = integer[], initcond = '{}');
    create aggregate public.least(integer) (sfunc = int4smaller, stype = integer, sortop = <, combinefunc = int4smaller, parallel = safe);
    create aggregate public.moving(integer)
      (sfunc = int4_avg_accum, stype = int8[], sspace = 8, finalfunc = int8_avg, initcond = '{0,0}',
       msfunc = int4_avg_accum, minvfunc = int4_avg_accum_inv, mstype = int8[], msspace = 9, mfinalfunc = int8_avg,
       minitcond = '{0,0}', combinefunc = int4_avg_combine);
    create aggregate public.wide(numeric)
      (sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg, combinefunc = numeric_avg_combine,
       serialfunc = numeric_avg_serialize, deserialfunc = numeric_avg_deserialize);`;
  const rest = `
    comment on aggregate public.num(*) is 'n';
    revoke all on function public.num() from public;`;
  const { statements } = await schemaPair(t, {
    before: `create aggregate public.num(*) (sfunc = int8inc, stype = int8, initcond = '0'); ${rest}`,
    after: `create aggregate public.num(*) (sfunc = int8inc, stype = int8, initcond = '5'); ${rest} ${others}`,
  });
  assert.ok(statements.some((text) => text.startsWith("create or replace aggregate public.num(*) (\n")));
  await schemaPair(t, { before: others, after: "" });
});

test("an aggregate with another result is made again after what its steps need, and views follow", async (t) => {
  const made = (type: string): string => `
    create function public.step(${type}, integer) returns ${type} language sql as 'select $1 + $2';
    create aggregate public.total(integer) (sfunc = public.step, stype = ${type}, initcond = '0');
    create view public.v as select public.total(x) is null as t from generate_series(1, 2) as x`;
  await schemaPair(t, { before: made("integer"), after: made("bigint") });
});

test("owner, privileges and comment of a routine survive its being made again", async (t) => {
  const made = (result: string): string => `
    create function public.f(a integer) returns ${result} language plpgsql as 'begin end';
    alter function public.f(integer) owner to pg_database_owner;
    revoke all on function public.f(integer) from public;
    grant execute on function public.f(integer) to pg_monitor with grant option;
    comment on function public.f(integer) is 'mine'`;
  await schemaPair(t, { before: made("integer"), after: made("text"), options: { role: "postgres" } });
});

test("a function is renamed and moved by a hint, under what uses it", async (t) => {
  const { statements } = await schemaPair(t, {
    before: `create schema s; create function public.f(a integer) returns integer language sql as 'select 1';
      create view public.v as select public.f(1) as f`,
    after: `create schema s; create function s.g(a integer) returns integer language sql as 'select 1';
      create view public.v as select s.g(1) as f`,
    renames: [{ from: "function public.f(integer)", to: "function s.g(integer)" }],
  });
  assert.deepEqual(statements, [
    "alter function public.f(integer) set schema s",
    "alter function s.f(integer) rename to g",
  ]);
});
