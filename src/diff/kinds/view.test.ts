import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { testDatabase } from "../../../test/support/database.ts";
import { schemaPair, type Passage, type SchemaPair } from "../../../test/support/schema-pair.ts";
import { planDiff, readModel } from "../index.ts";

const common = `
  create table public.account (id integer primary key, email text, age integer);
  create function public.pass() returns trigger language plpgsql as 'begin return new; end';`;

async function change(t: TestContext, pair: SchemaPair): Promise<Passage> {
  return await schemaPair(t, { ...pair, before: `${common}${pair.before}`, after: `${common}${pair.after}` });
}

test("a view with more columns at its end is replaced: what hangs on it stays", async (t) => {
  const { statements } = await change(t, {
    before: `
      create view public.v as select id from public.account;
      alter view public.v alter column id set default 7;
      grant select on public.v to public;
      comment on view public.v is 'seen';
      create view public.w as select * from public.v`,
    after: `
      create view public.v as select id, email from public.account;
      alter view public.v alter column id set default 7;
      grant select on public.v to public;
      comment on view public.v is 'seen';
      create view public.w as select v.id from public.v`,
  });
  assert.equal(statements.length, 1);
  assert.match(statements[0] ?? "", /^create or replace view public\.v as\n/);
});

test("a retyped column of a view takes the views, triggers, rules, grants and comments above it along", async (t) => {
  const above = `
    create view public.w with (check_option = local) as select * from public.v where id > 0;
    create trigger i instead of insert on public.v for each row execute function public.pass();
    comment on trigger i on public.v is 'i';
    create rule r as on delete to public.v do instead nothing;
    comment on rule r on public.v is 'r';
    grant select on public.v to public;
    grant update (id) on public.w to public;
    comment on view public.w is 'w'`;
  await change(t, {
    before: `create view public.v as select id, email from public.account; ${above}`,
    after: `create view public.v as select id::bigint as id, email from public.account; ${above}`,
  });
});

test("a view that loses a column, or calls it otherwise, is made again", async (t) => {
  for (const query of ["select id from public.account", "select id, email as mail from public.account"]) {
    const { statements } = await change(t, {
      before: "create view public.v as select id, email from public.account",
      after: `create view public.v as ${query}`,
    });
    assert.equal(statements[0], "drop view public.v");
  }
});

test("options of a view are set and reset without touching its query", async (t) => {
  const { statements } = await change(t, {
    before: "create view public.v with (security_barrier) as select id from public.account",
    after: "create view public.v with (security_invoker = on) as select id from public.account",
  });
  assert.deepEqual(statements, [
    "alter view public.v set (security_invoker = on)",
    "alter view public.v reset (security_barrier)",
  ]);
});

test("options survive a new query: security_invoker is never lost", async (t) => {
  const { statements } = await change(t, {
    before: "create view public.v with (security_invoker, check_option = cascaded) as select id from public.account",
    after: `
      create view public.v with (security_invoker = 'true') as
        select id from public.account where age > 3
        with cascaded check option`,
  });
  assert.equal(statements.length, 1);
  assert.match(statements[0] ?? "", /with \(check_option = cascaded, security_invoker = true\)/);
});

test("recursive views and names that need quotes are views like others", async (t) => {
  await change(t, {
    before: `create view public."Old" as select 1 as "A b"`,
    after: `
      create schema "S s";
      create recursive view "S s"."select" (n) as values (1) union all select n + 1 from "select" where n < 9;
      create view public."Old" as select 1 as "A b", n as "Ü" from "S s"."select"`,
  });
});

test("a materialized view with another query comes back with its rows and its unique index", async (t) => {
  const { statements, rowsOf } = await change(t, {
    before: `
      create materialized view public.m with (fillfactor = 70) as select id from public.account;
      create unique index m_id on public.m (id);
      grant select on public.m to public;
      comment on materialized view public.m is 'm';
      create view public.v as select id from public.m`,
    after: `
      create materialized view public.m with (fillfactor = 70) as select id, email from public.account;
      create unique index m_id on public.m (id);
      grant select on public.m to public;
      comment on materialized view public.m is 'm';
      create view public.v as select id from public.m`,
    data: "insert into public.account (id, email) values (1, 'a'); refresh materialized view public.m",
  });
  assert.ok(statements.includes("drop materialized view public.m"));
  assert.deepEqual(await rowsOf("select id, email from public.m"), [{ id: 1, email: "a" }]);
});

test("a materialized view that was declared without rows keeps those that it has got", async (t) => {
  const [{ connection: live }, { connection: wanted }] = [await testDatabase(t), await testDatabase(t)];
  await live.execute(
    "create materialized view public.m as select 1 as a; create materialized view public.n as select 1 as a",
  );
  await wanted.execute(`
    create materialized view public.m as select 1 as a with no data;
    create materialized view public.n as select 2 as a with no data`);
  const [from, to] = [await live.transaction((tx) => readModel(tx)), await wanted.transaction((tx) => readModel(tx))];
  const statements = planDiff(from, to).actions.flatMap((action) => action.statements);
  assert.deepEqual(statements, [
    "drop materialized view public.n",
    "create materialized view public.n as\n SELECT 2 AS a",
  ]);
});

test("a materialized view without rows where some are wanted is refreshed; a new one has none where none are wanted", async (t) => {
  const { statements } = await change(t, {
    before: "create materialized view public.m as select id from public.account with no data",
    after: `
      create materialized view public.m as select id from public.account;
      create materialized view public.n as select id from public.account with no data`,
  });
  assert.ok(statements.includes("refresh materialized view public.m"));
});

test("storage parameters of a materialized view change in place, its toast's as well", async (t) => {
  const { statements } = await change(t, {
    before:
      "create materialized view public.m with (fillfactor = 70, autovacuum_enabled = off) as select email from public.account",
    after:
      "create materialized view public.m with (fillfactor = 80, toast.autovacuum_enabled = off) as select email from public.account",
  });
  assert.deepEqual(statements, [
    "alter materialized view public.m set (fillfactor = 80, toast.autovacuum_enabled = off)",
    "alter materialized view public.m reset (autovacuum_enabled)",
  ]);
});

test("a view becomes a materialized view, and the other way round", async (t) => {
  await change(t, {
    before: "create view public.a as select 1 as x; create materialized view public.b as select 1 as x",
    after: "create materialized view public.a as select 1 as x; create view public.b as select 1 as x",
  });
});
