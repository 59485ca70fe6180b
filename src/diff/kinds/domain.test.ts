import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair, schemaPairBothWays } from "../../../test/support/schema-pair.ts";
import { testDatabase } from "../../../test/support/database.ts";
import { planDiff, readModel, type Model } from "../index.ts";
import type { Connection } from "../../postgres/index.ts";

test("a domain with everything is one statement", async (t) => {
  const { forward } = await schemaPairBothWays(t, {
    before: "create schema s",
    after: `create schema s;
      create domain s."Email" as varchar(100) collate "C" default 'a' || 'B' not null
        constraint "check" check (value like '%@VALUE' and length(value) > 3);
      comment on domain s."Email" is 'e'; comment on constraint "check" on domain s."Email" is 'c';
      create domain s.list as s."Email"[]; create table s.t (a s."Email", b s.list);
      revoke usage on domain s.list from public`,
  });
  assert.match(
    forward.statements[0] ?? "",
    /^create domain s\."Email" as character varying\(100\)\n  collate .*"C"\n  default .*'a'::text \|\| 'B'::text.*\n  not null\n  constraint "check" check \(/,
  );
});

test("default, not null and checks change in place under columns with rows", async (t) => {
  const table = "create table public.t (a public.d, b public.other[]); create domain public.e as public.d";
  await schemaPairBothWays(t, {
    before: `create domain public.other as text; create domain public.d as integer constraint a check (value > 0) constraint x check (value < 100); ${table}`,
    data: "insert into public.t values (1, '{1,2}'), (2, null)",
    after: `create domain public.other as text; create domain public.d as integer default 7 not null constraint b check (value > 0) constraint x check (value < 99); ${table}`,
    expect: { untouched: ["public.t"] },
  });
});

test("a domain gets stricter although arrays and composites hold its values", async (t) => {
  const rest = `create type public.pair as (one public.d, two integer);
    create table public.t (a public.d, b public.d[], p public.pair); create table public.u (p public.pair[])`;
  await schemaPairBothWays(t, {
    before: `create domain public.d as integer; ${rest}`,
    data: "insert into public.t values (1, '{1,2}', row(3, 4)); insert into public.u values (array[row(5, 6)::public.pair])",
    after: `create domain public.d as integer not null check (value > 0); ${rest}`,
    expect: { checks: ['(select (t.*)::text = \'(1,"{1,2}","(3,4)")\' from public.t)'] },
  });
});

test("a check that is not valid is validated", async (t) => {
  const make = (state: string): string =>
    `create domain public.d as integer; alter domain public.d add constraint a check (value > 0) ${state}; create table public.t (a public.d)`;
  const { forward } = await schemaPairBothWays(t, {
    before: make("not valid"),
    data: "insert into public.t values (1)",
    after: make(""),
  });
  assert.deepEqual(forward.statements, ["alter domain public.d validate constraint a"]);
});

test("another base type takes columns, arrays, domains over it, composites and their rows along", async (t) => {
  const rest = `create domain public.over as public.d check (value is not null);
    create type public.pair as (one public.d, two integer);
    create table public.t (id integer primary key, a public.d default 3, b public.d[], c public.over, p public.pair);
    create index i on public.t (a); create view public.v as select a, c from public.t`;
  await schemaPair(t, {
    before: `create domain public.d as integer default 5 check (value > 0); ${rest}`,
    data: "insert into public.t values (1, 1, '{1,2}', 4, row(5, 6))",
    after: `create domain public.d as bigint default 5 check (value > 0); ${rest}`,
    expect: {
      changed: ["public.t"],
      checks: ['(select (a, b, c, p)::text = \'(1,"{1,2}",4,"(5,6)")\' from public.t)'],
    },
  });
});

test("a named NOT NULL of a domain comes and goes", async (t) => {
  await schemaPairBothWays(t, {
    before:
      "create domain public.d as integer not null; create domain public.e as integer; create table public.t (a public.d, b public.e)",
    after: `create domain public.d as integer constraint n not null; create domain public.e as integer constraint m not null;
      create domain public.f as integer constraint o not null check (value > 0); create table public.t (a public.d, b public.e)`,
  });
});

test("values that a changed domain forbids are found before, in every column of it and of those over it", async (t) => {
  const rest = 'create domain public.over as public.d; create table public.t (a public.d, "B b" public.over)';
  const [{ connection: live }, { connection: wanted }] = [await testDatabase(t), await testDatabase(t)];
  await live.execute(`create domain public.d as integer; ${rest}; insert into public.t values (-1, -2), (null, 4)`);
  await wanted.execute(`create domain public.d as integer not null constraint c check (value > 0); ${rest}`);
  const read = async (connection: Connection): Promise<Model> => await connection.transaction((tx) => readModel(tx));
  const { actions } = planDiff(await read(live), await read(wanted));
  const found: (string | undefined)[] = [];
  for (const { sql } of actions.flatMap((action) => action.probes)) {
    const [row] = await live.query<{ row: string }>({ text: sql, values: [] });
    found.push(row?.row);
  }
  const [first, second] = ['{"a": -1, "B b": -2}', '{"a": null, "B b": 4}'];
  assert.deepEqual(found.toSorted(), [first, first, second, undefined]);
});
