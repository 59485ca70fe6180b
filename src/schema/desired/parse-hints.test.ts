import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SourceText } from "../source-text.ts";
import { loadUnits } from "./load-units.ts";
import { AppError, AppErrors } from "../../errors/index.ts";
import type { Hint } from "./hint.ts";

async function hintsOf(text: string, file = "schema/a.sql"): Promise<readonly Hint[]> {
  const source = new SourceText(file, text);
  return (await loadUnits({ migrations: [], schema: [source], functions: [] })).hints;
}

/** `renamed column public.t.a from b (line:column)` */
async function told(text: string): Promise<readonly string[]> {
  return (await hintsOf(text)).map(({ kind, target, from, fromSchema, expression, position }) => {
    const name = [target.schema, target.relation, target.name].filter((part) => part !== null).join(".");
    const old = from === undefined ? "" : ` from ${fromSchema === undefined ? "" : `${fromSchema}.`}${from}`;
    return `${kind} ${target.kind} ${name}${old}${expression === undefined ? "" : ` ${expression}`} (${position.line}:${position.column})`;
  });
}

async function errorsOf(text: string): Promise<readonly AppError[]> {
  try {
    await hintsOf(text);
  } catch (error) {
    if (error instanceof AppErrors) return error.errors;
    if (error instanceof AppError) return [error];
    throw error;
  }
  throw new Error("the hints are fine");
}

async function wrong(text: string): Promise<readonly string[]> {
  const errors = await errorsOf(text);
  return errors.map(
    ({ code, message, position, hint }) => `${code} ${position?.line}:${position?.column} ${message} (${hint})`,
  );
}

suite("hints", () => {
  test("stand before what they are about, or at the end of its line", async () => {
    assert.deepEqual(
      await told(`
-- The people. ü😀
-- @renamed from=person
create table account (
  id bigint primary key, -- @renamed from="Id"
  -- where mail goes
  -- @renamed from = mail
  -- @backfill lower(name) || '@x'
  email text not null
    check (email <> ''), -- @using email::text
  age int,
  constraint adult check (age > 17), -- @renamed from=grown
  -- @renamed from=one_mail
  constraint unique_mail unique (email)
);`),
      [
        "renamed table public.account from person (3:4)",
        "renamed column public.account.id from Id (5:29)",
        "renamed column public.account.email from mail (7:6)",
        "backfill column public.account.email lower(name) || '@x' (8:6)",
        "using column public.account.email email::text (10:29)",
        "renamed constraint public.account.adult from grown (12:41)",
        "renamed constraint public.account.unique_mail from one_mail (13:6)",
      ],
    );
  });

  test("may follow commas that lead a line, and stand on the first line of a statement", async () => {
    assert.deepEqual(
      await told(`create table t ( -- @renamed from=old.t
  a int
  -- @renamed from=c
  , b int
);
create index i on t (a); -- @renamed from=j`),
      [
        "renamed table public.t from old.t (1:21)",
        "renamed column public.t.b from c (3:6)",
        "renamed index public.t.i from j (6:29)",
      ],
    );
  });

  test("are about labels, attributes, types, views, sequences, functions, schemas and what a file's search_path says", async () => {
    assert.deepEqual(
      await told(`
-- @renamed from=shop
create schema store;
set search_path = store;
-- @renamed from=public.feeling
create type mood as enum (
  'sad', -- @renamed from='un happy'
  -- @renamed from=glad
  'happy'
);
-- @renamed from=pair
create type couple as (one int, -- @renamed from=first
  two int);
-- @renamed from=word
create domain public.slug as text;
-- @renamed from=v
create view w as select 1 as a;
-- @renamed from=s
create sequence r;
-- @renamed from=g
create function f(int) returns int language sql return 1;`),
      [
        "renamed schema store from shop (2:4)",
        "renamed enum store.mood from public.feeling (5:4)",
        "renamed label store.mood.sad from un happy (7:13)",
        "renamed label store.mood.happy from glad (8:6)",
        "renamed composite type store.couple from pair (11:4)",
        "renamed attribute store.couple.one from first (12:36)",
        "renamed domain public.slug from word (14:4)",
        "renamed view store.w from v (16:4)",
        "renamed sequence store.r from s (18:4)",
        "renamed function store.f from g (20:4)",
      ],
    );
  });

  test("name what they are about where nothing else does", async () => {
    assert.deepEqual(
      await told(`
-- @drop column public.t.old
-- @drop table t
-- @drop table "My App"."Old Table"
-- @drop label public.mood.sad use=happy
-- @drop label mood.'very sad' use='so so'
-- @drop index public.t_idx
-- @drop constraint public.t.positive
-- @drop materialized view app.m
-- @drop schema old_app
-- @renamed column public.t.a from=b
-- @renamed table a.x from=b.y
-- @renamed label public.mood.glad from=happy
-- @using column public.t.c c::int + 1
-- @backfill column t.d 'x -- y'`),
      [
        "drop column public.t.old (2:4)",
        "drop table public.t (3:4)",
        "drop table My App.Old Table (4:4)",
        "drop label public.mood.sad happy (5:4)",
        "drop label public.mood.very sad so so (6:4)",
        "drop index public.t_idx (7:4)",
        "drop constraint public.t.positive (8:4)",
        "drop materialized view app.m (9:4)",
        "drop schema old_app (10:4)",
        "renamed column public.t.a from b (11:4)",
        "renamed table a.x from b.y (12:4)",
        "renamed label public.mood.glad from happy (13:4)",
        "using column public.t.c c::int + 1 (14:4)",
        "backfill column public.t.d 'x -- y' (15:4)",
      ],
    );
  });

  test("in strings, bodies and block comments are none", async () => {
    const text = `/* -- @renamed from=x */
create table t (a text default '-- @drop table t');
comment on table t is '
-- @nonsense';
create function f() returns int language plpgsql as $$ begin
  -- @drop everything
  return 1; end $$;
-- mail me @ home, or a@b.c`;
    assert.deepEqual(await told(text), []);
  });

  test("that are not understood are refused, with the nearest word", async () => {
    assert.deepEqual(
      await wrong(`
-- @rename from=x
create table t (
  a int, -- @renamed form=b
  b int -- @renamed
);
-- @drop colum public.t.x
-- @drop
-- @drop column
-- @drop table a.b.c.d
-- @using column public.t.a a::
-- @using table public.t 1
-- @renamed column public.t.a from=x y
-- @drop label public.mood.sad use=`),
      [
        'WD446 2:5 there is no hint @rename (did you mean "renamed"?)',
        'WD446 4:22 @renamed needs the old name: from=old_name (did you mean "from"?)',
        "WD446 5:20 @renamed needs the old name: from=old_name (undefined)",
        'WD446 7:10 @drop knows no colum (did you mean "column"?)',
        "WD446 8:9 @drop needs what may go (write it in full: @drop column public.account.email)",
        "WD446 9:16 column needs a name: schema.relation.name (undefined)",
        "WD446 10:16 table needs a name: schema.name (undefined)",
        'WD446 11:32 the expression of @using can\'t be parsed: syntax error at or near ")" (undefined)',
        "WD446 12:11 @using is about columns (undefined)",
        "WD446 13:38 this is more than the hint can say: y (undefined)",
        "WD446 14:36 use= needs the label that takes its place (undefined)",
      ],
    );
  });

  test("where nothing bears them are refused", async () => {
    const placement =
      "write it on the line before a column, constraint, label or statement, at the end of its line, or name what it is about: @renamed column public.account.email from=mail";
    assert.deepEqual(
      await wrong(`create table t (
  a int
  -- @renamed from=z
);
-- @using a::text
create index on t (a);
create table u (
  -- @renamed from=x.y.z
  a int,
  -- @renamed from=c
  check (a > 1),
  -- @adopt
  b int
);
-- @renamed from=nothing`),
      [
        `WD446 3:6 @renamed stands where nothing bears it (${placement})`,
        "WD446 5:4 what follows @using has no name (give it a name: constraint NAME …)",
        "WD446 8:6 column a can't come from x.y.z (write its old name alone)",
        "WD446 10:6 what follows @renamed has no name (give it a name: constraint NAME …)",
        "WD446 12:6 @adopt is about whole statements (undefined)",
        `WD446 15:4 @renamed stands where nothing bears it (${placement})`,
      ],
    );
  });
});
