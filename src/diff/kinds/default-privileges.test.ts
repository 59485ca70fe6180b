import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair } from "../../../test/support/schema-pair.ts";

test("default privileges come, change and go by the privileges that differ", async (t) => {
  const { statements } = await schemaPair(t, {
    before: `
      create schema s;
      alter default privileges grant select on tables to public;
      alter default privileges in schema s grant insert, delete on tables to pg_monitor;
      alter default privileges revoke execute on functions from public`,
    after: `
      create schema s;
      alter default privileges grant select, insert on tables to public;
      alter default privileges in schema s grant insert on tables to pg_monitor with grant option;
      alter default privileges in schema s grant usage on sequences to pg_monitor;
      alter default privileges revoke usage on types from public`,
  });
  const short = statements.map((statement) => statement.replace(/ for role \S+/, ""));
  assert.deepEqual(short.toSorted(), [
    "alter default privileges grant execute on functions to public",
    "alter default privileges grant insert on tables to public",
    "alter default privileges in schema s grant insert on tables to pg_monitor with grant option",
    "alter default privileges in schema s grant usage on sequences to pg_monitor",
    "alter default privileges in schema s revoke delete on tables from pg_monitor",
    "alter default privileges revoke usage on types from public",
  ]);
});

test("what is made under default privileges ends with the privileges that are wanted", async (t) => {
  await schemaPair(t, {
    before: `
      alter default privileges grant select on tables to pg_monitor;
      alter default privileges in schema public grant execute on functions to pg_monitor`,
    after: `
      create view public.v as select 1 as a;
      create view public.w as select 1 as a;
      grant select on public.w to pg_monitor;
      alter default privileges grant insert on tables to public;
      create view public.x as select 1 as a`,
  });
});

test("a new schema has default privileges of its own", async (t) => {
  await schemaPair(t, {
    before: "",
    after: `
      create schema "S s";
      alter default privileges in schema "S s" grant select on tables to public;
      create view "S s".v as select 1 as a`,
  });
});
