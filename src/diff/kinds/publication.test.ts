import assert from "node:assert/strict";
import { test } from "node:test";
import { needsSuperuser } from "../../../test/support/database.ts";
import { schemaPair } from "../../../test/support/schema-pair.ts";

const common = `
  create table public.t (id integer primary key, a text, b integer);
  create table public.u (id integer primary key);
  create schema s;`;

const skip = needsSuperuser;

test("a new publication names its tables, columns, rows and schemas at once", { skip }, async (t) => {
  const { statements } = await schemaPair(t, {
    before: common,
    after: `${common}
      create publication "P p" for table public.u, public.t where (b > 1), tables in schema s
        with (publish = 'insert, truncate', publish_via_partition_root)`,
  });
  assert.deepEqual(statements, [
    `create publication "P p"\n  for table public.t where (b > 1), table public.u, tables in schema s\n` +
      "  with (publish = 'insert, truncate', publish_via_partition_root = true)",
  ]);
});

test("tables and schemas join and leave a publication that stands", { skip }, async (t) => {
  const { statements } = await schemaPair(t, {
    before: `${common}
      create publication p for table public.u;
      create publication q for tables in schema s;
      comment on publication p is 'p'`,
    after: `${common}
      create publication p for table public.t (id, b);
      create publication q for tables in schema public with (publish = 'delete');
      comment on publication p is 'p'`,
  });
  assert.deepEqual(statements.toSorted(), [
    "alter publication p add table public.t (b, id)",
    "alter publication p drop table public.u",
    "alter publication q add tables in schema public",
    "alter publication q drop tables in schema s",
    "alter publication q set (publish = 'delete')",
  ]);
});

test("other columns and rows of a table are published without touching the other tables", { skip }, async (t) => {
  const { statements } = await schemaPair(t, {
    before: `${common} create publication p for table public.t (id, a) where (id > 1), public.u`,
    after: `${common} create publication p for table public.t (id, b) where (id > 2), public.u`,
  });
  assert.deepEqual(statements, [
    "alter publication p drop table public.t",
    "alter publication p add table public.t (b, id) where (id > 2)",
  ]);
});

test("a publication of all tables is made again for some, and the other way round", { skip }, async (t) => {
  await schemaPair(t, {
    before: `${common} create publication p for all tables; create publication q for table public.t`,
    after: `${common} create publication p for table public.t; create publication q for all tables`,
  });
});
