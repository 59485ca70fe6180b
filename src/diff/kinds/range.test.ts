import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair } from "../../../test/support/schema-pair.ts";

function users(options: string): string {
  return `
    create function public.gap(numeric, numeric) returns double precision immutable language sql as 'select ($1 - $2)::float8';
    create type public.span as range (${options});
    comment on type public.span is 's';
    create table public.stay (id integer primary key, span public.span, spans public.span[], many public.span_multirange,
      constraint apart exclude using gist (span with &&));
    create view public.v as select public.span(1, 2) as made, lower(span) as low, many from public.stay;
    create function public.width(public.span_multirange) returns integer language sql as 'select 1';`;
}

const data = `
  insert into public.stay values (1, '[1,3)', '{"[1,2]","(,5)"}', '{[1,2],[4,5]}'), (2, null, null, null), (3, 'empty', '{}', '{}')`;

test("a range in use gets other options: rows, arrays and multiranges keep their values", async (t) => {
  const { rowsOf } = await schemaPair(t, {
    before: users("subtype = numeric, multirange_type_name = span_multirange"),
    after: users("subtype = numeric, subtype_diff = public.gap, multirange_type_name = span_multirange"),
    data,
  });
  assert.deepEqual(await rowsOf("select span::text, spans::text, many::text from public.stay where id = 1"), [
    { span: "[1,3)", spans: '{"[1,2]","(,5)"}', many: "{[1,2],[4,5]}" },
  ]);
});

test("ranges come and go with collation, operator class and a multirange in another schema", async (t) => {
  const after = `
    create schema s;
    create type public.words as range (subtype = text, collation = "C", subtype_opclass = text_pattern_ops,
      multirange_type_name = s."Many words")`;
  await schemaPair(t, { before: "create schema s", after });
  await schemaPair(t, { before: after, after: "create schema s" });
});

test("a range is renamed by a hint, its constructors with it", async (t) => {
  const made = (schema: string, name: string): string => `
    create schema s;
    create type ${schema}.${name} as range (subtype = integer);
    create table public.t (r ${schema}.${name}, m ${schema}.${name}_multirange);
    create view public.v as select ${schema}.${name}(1, 2) as r;`;
  await schemaPair(t, {
    before: made("public", "span"),
    after: made("s", "stretch"),
    renames: [{ from: "range public.span", to: "range s.stretch" }],
    data: "insert into public.t values ('[1,2]', '{[1,2]}')",
    expect: { untouched: ["public.t"] },
  });
});

test("two ranges exchange their names, their multiranges and constructors with them", async (t) => {
  const made = (one: string, other: string): string => `
    create type ${one} as range (subtype = integer);
    create type ${other} as range (subtype = numeric);
    create table t (a ${one}, b ${other}, c ${one}_multirange);
    create view v as select ${one}(1, 2) as a, ${other}(1, 2) as b;`;
  await schemaPair(t, {
    before: made("one", "other"),
    after: made("other", "one"),
    renames: [
      { from: "range public.one", to: "range public.other" },
      { from: "range public.other", to: "range public.one" },
    ],
    data: "insert into t values ('[1,2]', '[1,2]', '{[1,2]}')",
    expect: { untouched: ["public.t"] },
  });
});
