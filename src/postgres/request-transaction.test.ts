import assert from "node:assert/strict";
import { test } from "node:test";
import { testPool } from "../../test/support/request-pool.ts";
import { StatementError } from "./driver-error.ts";

const rowsOf = (results: readonly { readonly rows: readonly (readonly (Buffer | null)[])[] }[]): unknown =>
  results.map(({ rows }) => rows.map((row) => row.map(String)));

const withState =
  (sqlstate: string) =>
  (error: unknown): boolean =>
    error instanceof StatementError && error.postgres?.sqlstate === sqlstate;

test("a request that ends with rollback answers and leaves nothing", async (t) => {
  const { pool, asAnon, ask, admin } = await testPool(t);
  await admin.execute("create table entry (id int); grant all on entry to public");
  const insert = { text: "insert into entry values (1) returning id", values: [] };
  assert.deepEqual(rowsOf(await pool.run({ ...asAnon, end: "rollback" }, [insert])), [[["1"]]]);
  assert.deepEqual(await ask("select count(*) from entry"), [["0"]]);
});

test("a rollback still asks the constraints that were deferred", async (t) => {
  const { pool, asAnon, ask, admin } = await testPool(t);
  await admin.execute(`
    create table entry (id int constraint once unique deferrable initially deferred);
    grant all on entry to public`);
  const twice = { text: "insert into entry values (1), (1)", values: [] };
  const failed = pool.run({ ...asAnon, end: "rollback" }, [twice]);
  await assert.rejects(failed, withState("23505"));
  assert.deepEqual(await ask("select count(*) from entry"), [["0"]]);
});

for (const isolation of ["repeatable read", "serializable"] as const) {
  test(`a request runs ${isolation}, and the next one as ever`, async (t) => {
    const { pool, asAnon, ask } = await testPool(t);
    const look = { text: "select current_setting('transaction_isolation')", values: [] };
    assert.deepEqual(rowsOf(await pool.run({ ...asAnon, isolation }, [look])), [[[isolation]]]);
    assert.deepEqual(await ask(look.text), [["read committed"]]);
  });
}

test("a request that is serializable and read only can't write", async (t) => {
  const { pool, asAnon, admin } = await testPool(t);
  await admin.execute("create table entry (id int); grant all on entry to public");
  const failed = pool.run({ ...asAnon, isolation: "serializable", accessMode: "read only" }, [
    { text: "insert into entry values (1)", values: [] },
  ]);
  await assert.rejects(failed, withState("25006"));
});

test("after a failed block the same connection serves on", async (t) => {
  const { pool, asAnon, ask } = await testPool(t);
  const [[pid] = []] = await ask("select pg_backend_pid()");
  for (const end of ["commit", "rollback"] as const) {
    const failed = pool.run({ ...asAnon, isolation: "serializable", end }, [{ text: "select 1/0", values: [] }]);
    await assert.rejects(failed, { code: "WD203", index: 0 });
  }
  assert.deepEqual(await ask("select pg_backend_pid()"), [[pid]]);
});

test("a generic plan is for the query alone, not for what runs inside its functions", async (t) => {
  const { pool, asAnon, admin } = await testPool(t);
  await admin.execute(`create function mode() returns text language plpgsql as
    $$ begin return current_setting('plan_cache_mode'); end $$`);
  const query = {
    text: "select mode() || $1::text, (select generic_plans from pg_prepared_statements where statement like 'select mode%')",
    values: ["!"],
    plan: "generic" as const,
  };
  for (const planned of ["1", "2", "3"]) {
    assert.deepEqual(rowsOf(await pool.run(asAnon, [{ text: "select 1", values: [] }, query])), [
      [["1"]],
      [["auto!", planned]],
    ]);
  }
});

test("several queries of one request have generic plans", async (t) => {
  const { pool, asAnon, admin } = await testPool(t);
  await admin.execute(
    "create function mode() returns text language sql as $$ select current_setting('plan_cache_mode') $$",
  );
  const counted =
    "(select generic_plans from pg_prepared_statements where statement like 'select mode%' and statement like";
  const query = (name: string) => ({
    text: `select mode() || $1::text, ${counted} '%${name}%') as ${name}`,
    values: ["!"],
    plan: "generic" as const,
  });
  const both = [query("first"), query("second")];
  assert.deepEqual(rowsOf(await pool.run(asAnon, both)), [[["auto!", "1"]], [["auto!", "1"]]]);
  assert.deepEqual(rowsOf(await pool.run(asAnon, both)), [[["auto!", "2"]], [["auto!", "2"]]]);
});

test("what fails in a query with a generic plan is told as its own, whether planning or running it", async (t) => {
  const { pool, asAnon, ask } = await testPool(t);
  const failed = async (text: string, values: readonly string[] = []): Promise<void> => {
    const run = pool.run(asAnon, [
      { text: "select 1", values: [] },
      { text, values, plan: "generic" },
    ]);
    await assert.rejects(run, { code: "WD203", index: 1 });
  };
  await failed("select nothing");
  await failed("select 1/0");
  await failed("select $1::int", ["x"]);
  await failed("select 1 / (select 0 from pg_sleep(0))");
  assert.deepEqual(await ask("select 1"), [["1"]]);
});

test("a query with a generic plan is prepared anew when its table changes", async (t) => {
  const { pool, asAnon, admin } = await testPool(t);
  await admin.execute("create table entry (id int); grant all on entry to public; insert into entry values (1)");
  const query = { text: "select * from entry", values: [], plan: "generic" as const };
  assert.deepEqual(rowsOf(await pool.run(asAnon, [query])), [[["1"]]]);
  await admin.execute("alter table entry add name text default 'x'");
  assert.deepEqual(rowsOf(await pool.run(asAnon, [query])), [[["1", "x"]]]);
});

test("without a limit a request takes as long as it likes, and its role's own limit holds", async (t) => {
  const { another, asAnon } = await testPool(t);
  const pool = another({ statementTimeoutMs: 0 });
  const sleep = { text: "select pg_sleep(0.4)", values: [] };
  assert.equal((await pool.run(asAnon, [sleep])).length, 1);
  const limited = pool.run({ ...asAnon, settings: { statement_timeout: "50ms" } }, [sleep]);
  await assert.rejects(limited, withState("57014"));
});

test("a pool of somebody else's login takes it with the settings that it has, and leaves them", async (t) => {
  const { another, roles, admin, asAnon } = await testPool(t);
  await admin.execute(`alter role ${roles.authenticator} set lock_timeout = '8s'`);
  const pool = another({ roleSettings: "any" });
  assert.deepEqual(rowsOf(await pool.run(asAnon, [{ text: "show lock_timeout", values: [] }])), [[["8s"]]]);
});
