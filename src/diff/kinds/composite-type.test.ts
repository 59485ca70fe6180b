import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair } from "../../../test/support/schema-pair.ts";

test("attributes come, go and change in place while no column uses the type, under what reads them", async (t) => {
  const made = (attributes: string): string => `
    create type public.point as (${attributes});
    comment on column public.point.x is 'x';
    comment on type public.point is 'p';
    create function public.f(p public.point) returns public.point begin atomic select row((p).x, null)::public.point; end;
    create view public.v as select (null::public.point).x as x;`;
  const { statements } = await schemaPair(t, {
    before: made("x integer, y integer"),
    after: made('x bigint, z text collate "C"'),
  });
  assert.ok(statements.includes("alter type public.point alter attribute x type bigint"));
  assert.ok(statements.includes("alter type public.point drop attribute y"));
  assert.ok(statements.includes('alter type public.point add attribute z text collate "C"'));
});

test("composite types are made in the order of their needs, empty ones as well", async (t) => {
  await schemaPair(t, {
    before: "",
    after: `
      create type public.nothing as ();
      create type public.z as enum ('a');
      create type public.y as ("Odd name" public.z, b numeric(10, 2)[], c text collate "C");
      create type public.x as (y public.y, n public.nothing, ys public.y[]);
      comment on column public.y."Odd name" is 'odd'`,
  });
});

test("an attribute is renamed by a hint", async (t) => {
  const { statements } = await schemaPair(t, {
    before: "create type public.p as (x integer); create view public.v as select (null::public.p).x as x",
    after: "create type public.p as (z integer); create view public.v as select (null::public.p).z as x",
    renames: [{ from: "attribute public.p.x", to: "attribute public.p.z" }],
  });
  assert.deepEqual(statements, ["alter type public.p rename attribute x to z"]);
});

function users(attributes: string): string {
  return `
    create type public.place as (${attributes});
    create table public.trip (id integer primary key, stop public.place, stops public.place[]);
    create view public.v as select id, stop, (stop).a as a, stops from public.trip;
    create materialized view public.w as select (stop).a from public.trip;
    create index on public.trip (((stop).a));
    create function public.of(public.place) returns text language sql immutable as 'select $1.a::text';
    create index on public.trip (public.of(stop));`;
}

const data = `
  insert into public.trip values (1, row(1, 'x')::public.place, array[row(2, 'a "quoted, text')::public.place]);
  insert into public.trip values (2, null, null), (3, row(null, null), '{}'), (4, row(5, ''), array[null::public.place])`;

test("an attribute of a type in use gets another type: rows and arrays keep their values", async (t) => {
  const { rowsOf } = await schemaPair(t, {
    before: users("a integer, b text"),
    after: users("a bigint, b text"),
    data,
    expect: { changed: ["public.trip.stop", "public.trip.stops"] },
  });
  assert.deepEqual(await rowsOf("select id, stop::text as stop, stops::text as stops from public.trip order by id"), [
    { id: 1, stop: "(1,x)", stops: '{"(2,\\"a \\"\\"quoted, text\\")"}' },
    { id: 2, stop: null, stops: null },
    { id: 3, stop: "(,)", stops: "{}" },
    { id: 4, stop: '(5,"")', stops: "{NULL}" },
  ]);
});

test("attributes of a type in use come and go in place, and what is lost is counted", async (t) => {
  const { actions } = await schemaPair(t, {
    before: users("a integer, b text"),
    after: users("a integer, c date"),
    data,
    expect: { untouched: ["public.trip"], changed: ["public.trip.stop", "public.trip.stops"] },
  });
  const [loss, ...others] = actions.flatMap((action) => action.loss ?? []);
  assert.equal(others.length, 0);
  assert.equal(loss?.name, "public.place.b");
});

test("attributes come and go while another gets a new type, wherever they stand", async (t) => {
  const { actions, rowsOf } = await schemaPair(t, {
    before: users("a integer, b text"),
    after: users("n text, a numeric, c date"),
    data,
    expect: { changed: ["public.trip.stop", "public.trip.stops"] },
  });
  assert.deepEqual(
    actions.flatMap(({ loss }) => loss?.name ?? []),
    ["public.place.b"],
  );
  assert.deepEqual(
    await rowsOf("select (stop).a as a, (stop).n as n, (stops[1]).a as first from public.trip where id = 1"),
    [{ a: "1", n: null, first: "2" }],
  );
});

test("an enum inside a composite type inside a column loses a label", async (t) => {
  const made = (labels: string): string => `
    create type public.mood as enum (${labels});
    create type public.entry as (mood public.mood, at date);
    create type public.page as (entries public.entry[], title text);
    create domain public.sheet as public.page;
    create table public.book (id integer, page public.page, entry public.entry, sheet public.sheet);`;
  await schemaPair(t, {
    before: made("'sad', 'ok'"),
    after: made("'ok'"),
    data: `insert into public.book values
      (1, row(array[row('ok', '2026-01-01')::public.entry], 't'), row('ok', null), row(null, 'x'))`,
  });
});

test("a composite type is renamed and moved by a hint", async (t) => {
  await schemaPair(t, {
    before: `create schema s; ${users("a integer, b text")}`,
    after: `create schema s; ${users("a integer, b text").replaceAll("public.place", "s.spot")}`,
    renames: [{ from: "composite type public.place", to: "composite type s.spot" }],
    data,
    expect: { untouched: ["public.trip"] },
  });
});

test("tables of a type follow its attributes", async (t) => {
  const made = (attributes: string): string => `
    create type public.row_of as (${attributes});
    create table public.typed of public.row_of;`;
  await schemaPair(t, {
    before: made("a integer, b text"),
    after: made("a bigint, b text, c date"),
    data: "insert into public.typed values (1, 'x')",
    expect: { changed: ["public.typed.a"] },
  });
});
