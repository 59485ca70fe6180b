import assert from "node:assert/strict";
import { test } from "node:test";
import { testDatabase } from "../../../test/support/database.ts";
import { readModel } from "../index.ts";
import type { Context } from "../kind.ts";
import type { Model } from "../model.ts";
import { changing, converted, failing, isComparable, isNarrower } from "./value-cast.ts";

/** Value, its type, the type wanted, and what comes of it: it stays, comes out as another, or is refused. */
const cases: readonly (readonly [string, string, string, "kept" | "changed" | "refused"])[] = [
  ["'abc'", "character varying(10)", "character varying(2)", "refused"],
  ["'ab   '", "character varying(10)", "character varying(2)", "kept"],
  ["'abc'", "text", "character varying(3)", "kept"],
  ["'abc'", "character(3)", "text", "kept"],
  ["70000", "integer", "smallint", "refused"],
  ["7", "integer", "smallint", "kept"],
  ["2147483648", "bigint", "integer", "refused"],
  ["2147483647", "bigint", "integer", "kept"],
  ["5", "smallint", "bigint", "kept"],
  ["1.5", "numeric(10,2)", "integer", "changed"],
  ["1.00", "numeric(10,2)", "integer", "kept"],
  ["'NaN'", "double precision", "integer", "refused"],
  ["1e30", "double precision", "bigint", "refused"],
  ["12345.67", "numeric(10,2)", "numeric(6,2)", "refused"],
  ["1234.56", "numeric(10,2)", "numeric(6,2)", "kept"],
  ["1.25", "numeric(10,2)", "numeric(10,1)", "changed"],
  ["1.25", "numeric", "numeric(10,2)", "kept"],
  ["1.256", "numeric", "numeric(10,2)", "changed"],
  ["0.1", "double precision", "real", "changed"],
  ["9007199254740993", "bigint", "double precision", "changed"],
  ["16777217", "integer", "real", "changed"],
  ["16", "integer", "real", "kept"],
  ["'2024-01-01 10:00Z'", "timestamp with time zone", "date", "changed"],
  ["'2024-01-01'", "date", "timestamp without time zone", "kept"],
  ["'2024-01-01 10:00:00.123456'", "timestamp without time zone", "timestamp(3) without time zone", "changed"],
  ["'12'", "text", "integer", "kept"],
  ["'12 years'", "text", "integer", "refused"],
  ["'x'", "text", "numeric", "refused"],
  ["'x'", "text", "uuid", "refused"],
  ["1", "integer", "boolean", "kept"],
  ["2", "integer", "boolean", "changed"],
  ["'sad'", "text", "public.mood", "kept"],
  ["'glad'", "text", "public.mood", "refused"],
  ["'sad'", "public.mood", "public.humour", "kept"],
  ["'happy'", "public.mood", "public.humour", "refused"],
  ["'{sad}'", "text[]", "public.mood[]", "kept"],
  ["'-5'", "text", "public.amount", "kept"],
  ["'5'", "integer", "public.amount", "kept"],
  ["'{\"a\":1}'", "json", "jsonb", "kept"],
  ["'[1]'", "json", "jsonb", "kept"],
  ['\'{"a":1,"a":2}\'', "json", "jsonb", "changed"],
  ["'abc'", "text", "name", "kept"],
  ["repeat('č', 40)", "text", "name", "changed"],
  ["'7'", "jsonb", "integer", "kept"],
  ["'10.0.0.1/8'", "inet", "text", "kept"],
];

test("what becomes of a value is foretold", async (t) => {
  const { connection } = await testDatabase(t);
  await connection.execute(`
    set timezone = 'UTC';
    create type public.mood as enum ('sad', 'happy');
    create type public.humour as enum ('sad', 'dry');
    create domain public.amount as integer;
  `);
  const model = await connection.transaction((tx) => readModel(tx));
  for (const [value, from, to, expected] of cases) {
    const cast = { value: "v", from, to, context: contextOf(model) };
    await connection.execute(`create table public.t (v ${from}); insert into public.t values (${value})`);
    const ask = async (condition: string | undefined): Promise<boolean> => {
      if (condition === undefined) return false;
      const rows = await connection.query({ text: `select from public.t where ${condition}`, values: [] });
      return rows.length > 0;
    };
    const [fails, changes] = [await ask(failing(cast)), await ask(changing(cast))];
    const using = converted(cast) === "v" ? "" : ` using ${converted(cast)}`;
    const alter = connection.execute(`alter table public.t alter column v type ${to}${using}`);
    const applied = await alter.then(
      () => true,
      () => false,
    );
    const seen = fails ? "refused" : changes ? "changed" : "kept";
    assert.deepEqual([seen, applied], [expected, expected !== "refused"], `${value}: ${from} to ${to}${using}`);
    await connection.execute("drop table public.t");
  }
});

test("a type that holds less of the same is narrower, another kind of type is not", () => {
  const narrower = (from: string, to: string): boolean =>
    isNarrower({ value: "v", from, to, context: contextOf(emptyModel) });
  assert.ok(narrower("character varying(50)", "character varying(10)"));
  assert.ok(narrower("bigint", "integer"));
  assert.ok(narrower("numeric(10,2)", "numeric(8,2)"));
  assert.ok(narrower("timestamp with time zone", "date"));
  assert.ok(narrower("text", "character varying(10)"));
  assert.ok(!narrower("character varying(10)", "character varying(50)"));
  assert.ok(!narrower("integer", "bigint"));
  assert.ok(!narrower("integer", "numeric(12,2)"));
  assert.ok(!narrower("integer", "text"));
  assert.ok(!narrower("text", "integer"));
  assert.ok(narrower("text", "name"));
  assert.ok(!narrower("character varying(10)", "name"));
  assert.ok(narrower("json", "jsonb"));
  assert.ok(!narrower("jsonb", "json"));
  assert.ok(!narrower("timestamp without time zone", "timestamp with time zone"));
  assert.ok(!narrower("text[]", "character varying(10)[]"));
});

test("foreign keys stand between integers of any width, and between texts", () => {
  assert.ok(isComparable("integer", "bigint"));
  assert.ok(isComparable("character varying(10)", "text"));
  assert.ok(isComparable("numeric(10,2)", "numeric(8,1)"));
  assert.ok(!isComparable("text", "uuid"));
  assert.ok(!isComparable("integer", "integer[]"));
});

const emptyModel: Model = {
  major: 16,
  facts: new Map(),
  needs: new Map(),
  neededBy: new Map(),
  parts: new Map(),
  unmodelled: [],
  defaultPrivileges: [],
};

function contextOf(model: Model): Context {
  return {
    from: model,
    to: model,
    options: {},
    inlined: () => [],
    using: new Map(),
    backfill: new Map(),
    isMade: () => false,
    stands: () => true,
  };
}
