import assert from "node:assert/strict";
import { test } from "node:test";
import { needsSuperuser } from "../../../test/support/database.ts";
import { schemaPair } from "../../../test/support/schema-pair.ts";

test("schemas come and go, with comments and privileges", async (t) => {
  const { statements } = await schemaPair(t, {
    before: `
      create schema gone;
      create view gone.v as select 1 as a;
      create schema stays;
      grant usage, create on schema stays to pg_monitor`,
    after: `
      create schema "New";
      comment on schema "New" is 'it''s \\ new';
      grant usage on schema "New" to public;
      create view "New".v as select 1 as a;
      create schema stays;
      grant usage on schema stays to pg_monitor with grant option`,
  });
  assert.ok(statements.indexOf("drop view gone.v") < statements.indexOf("drop schema gone"));
  assert.ok(statements.includes("revoke create on schema stays from pg_monitor"));
});

test("public is a schema like others: dropped and made where that is wanted", async (t) => {
  await schemaPair(t, { before: "", after: "drop schema public" });
  await schemaPair(t, { before: "drop schema public", after: "", options: { role: "postgres" } });
});

test("an owner takes the old one's privileges over, and no more", { skip: needsSuperuser }, async (t) => {
  const { statements } = await schemaPair(t, {
    before: `
      create schema s;
      create view public.v as select 1 as a;
      grant select on public.v to pg_monitor`,
    after: `
      create schema s authorization pg_monitor;
      grant usage on schema s to public;
      create view public.v as select 1 as a;
      alter view public.v owner to pg_monitor;
      revoke delete on public.v from pg_monitor;
      create view public.w as select 1 as a;
      alter view public.w owner to pg_monitor;
      grant select on public.w to public`,
    options: { role: "postgres" },
  });
  assert.ok(statements.includes("revoke delete on table public.v from pg_monitor"));
});
