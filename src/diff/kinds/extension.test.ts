import assert from "node:assert/strict";
import { test } from "node:test";
import { needsSuperuser } from "../../../test/support/database.ts";
import { schemaPair } from "../../../test/support/schema-pair.ts";

test(
  "extensions come in their version, move, are updated and go; their members are left alone",
  { skip: needsSuperuser },
  async (t) => {
    const { statements } = await schemaPair(t, {
      before: `
      create schema a;
      create extension hstore schema a;
      create extension citext schema public version '1.4';
      create extension tcn schema public`,
      after: `
      create schema "B b";
      create extension hstore schema "B b";
      create extension citext schema public version '1.6';
      create extension unaccent schema public version '1.1';
      comment on extension unaccent is 'mine'`,
    });
    assert.deepEqual(statements.filter((statement) => statement.includes("extension")).toSorted(), [
      "alter extension citext update to '1.6'",
      'alter extension hstore set schema "B b"',
      "comment on extension unaccent is 'mine'",
      "create extension unaccent with schema public version '1.1'",
      "drop extension tcn",
    ]);
  },
);

test("what uses an extension comes after it and goes before it", { skip: needsSuperuser }, async (t) => {
  await schemaPair(t, {
    before: `create extension citext schema public; create view public.v as select 'a'::public.citext as a`,
    after: `create extension hstore schema public; create view public.w as select 'a=>1'::public.hstore as a`,
  });
});
