import assert from "node:assert/strict";
import { test } from "node:test";
import { testPool } from "../../test/support/request-pool.ts";
import { until } from "../../test/support/until.ts";
import { AppError } from "../errors/index.ts";
import { StatementError } from "./driver-error.ts";
import { sql } from "./sql.ts";

test("NUL characters are refused and cost nothing", async (t) => {
  const { pool, asAnon, ask } = await testPool(t);
  const [[pid] = []] = await ask("select pg_backend_pid()");
  await assert.rejects(ask("select $1::text", "a\0b"), (error) => {
    return error instanceof StatementError && error.postgres?.sqlstate === "22021";
  });
  await assert.rejects(ask("select 'a\0b'"), { code: "WD211" });
  const settings = { "request.path": "/\0" };
  await assert.rejects(pool.run({ ...asAnon, settings }, [{ text: "select 1", values: [] }]), { code: "WD209" });
  assert.deepEqual(await ask("select pg_backend_pid()"), [[pid]]);
});

test("requests and answers beyond maxBytes are refused, the connection or its successor serves on", async (t) => {
  const { pool, asAnon, ask, admin } = await testPool(t, { maxBytes: 100_000 });
  await admin.execute("create table entry (id int); grant all on entry to public");
  await assert.rejects(ask("select length($1)", "x".repeat(100_001)), { code: "WD212" });
  await assert.rejects(ask("select length($1)", "é".repeat(60_000)), { code: "WD212" });
  await assert.rejects(ask("select repeat('x', 100001)"), { code: "WD212" });
  const endless = { text: "select repeat('x', 1000) from generate_series(1, 10000000)", values: [] };
  const write = { text: "insert into entry values (1)", values: [] };
  await assert.rejects(pool.run(asAnon, [write, endless]), {
    code: "WD212",
    detail: "it was cancelled and rolled back",
  });
  assert.deepEqual(await ask("select count(*) from entry"), [["0"]]);
  assert.deepEqual(await ask("select length(repeat('x', 90000))"), [["90000"]]);
});

test("more parameters than the protocol counts are refused", async (t) => {
  const { pool, asAnon, ask } = await testPool(t);
  const values = Array.from({ length: 65_536 }, () => "1");
  await assert.rejects(pool.run(asAnon, [{ text: "select 1", values }]), { code: "WD211" });
  assert.deepEqual(await ask("select 1"), [["1"]]);
});

test("an aborted request is cancelled in Postgres and rolled back, and the connection returns clean", async (t) => {
  const { pool, asAnon, ask, admin } = await testPool(t);
  const [[pid] = []] = await ask("select pg_backend_pid()");
  const abort = new AbortController();
  const run = pool.run(asAnon, [{ text: "select pg_sleep(60)", values: [] }], { signal: abort.signal });
  await until("it sleeps", async () => {
    const [row] = await admin.query(sql`select 1 from pg_stat_activity where pid = ${pid} and wait_event = 'PgSleep'`);
    return row !== undefined;
  });
  abort.abort();
  await assert.rejects(run, { code: "WD207" });
  assert.deepEqual(await ask("select pg_backend_pid()"), [[pid]]);
});

test("an abort that comes at any moment leaves the next request untouched", async (t) => {
  const { pool, asAnon, ask } = await testPool(t);
  for (let round = 0; round < 60; round++) {
    const abort = new AbortController();
    const run = pool.run(asAnon, [{ text: "select 1", values: [] }], { signal: abort.signal });
    const ended = run.then(
      () => "done",
      (error: unknown) => (error as AppError).code,
    );
    for (let tick = 0; tick < round % 6; tick++) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    // Right behind it, on the one connection: a cancel request gone astray would hit this.
    assert.deepEqual(await ask("select count(*) from generate_series(1, 20000)"), [["20000"]]);
    assert.match(await ended, /^(done|WD207)$/);
  }
});

test("an aborted signal is not even sent, and leaves no listener behind", async (t) => {
  const { pool, asAnon } = await testPool(t);
  const query = { text: "select 1", values: [] };
  await assert.rejects(pool.run(asAnon, [query], { signal: AbortSignal.abort() }), { code: "WD207" });
  const { signal } = new AbortController();
  let listeners = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...all: Parameters<typeof add>) => (listeners++, add(...all));
  signal.removeEventListener = (...all: Parameters<typeof remove>) => (listeners--, remove(...all));
  for (let i = 0; i < 3; i++) await pool.run(asAnon, [query], { signal });
  assert.equal(listeners, 0);
});

test("a request that takes too long is cancelled: one statement, or all of them together", async (t) => {
  const { pool, asAnon, ask } = await testPool(t, { statementTimeoutMs: 300 });
  await assert.rejects(ask("select pg_sleep(60)"), { code: "WD208" });
  const short = { text: "select pg_sleep(0.2)", values: [] };
  await assert.rejects(pool.run(asAnon, [short, short, short, short, short]), { code: "WD208" });
  const escape = { text: "select set_config('statement_timeout', '0', true)", values: [] };
  await assert.rejects(pool.run(asAnon, [escape, { text: "select pg_sleep(60)", values: [] }]), { code: "WD208" });
  assert.deepEqual(await ask("select 1"), [["1"]]);
});

test("a statement that somebody else cancelled is not called a timeout", async (t) => {
  const { ask, admin } = await testPool(t);
  const [[pid] = []] = await ask("select pg_backend_pid()");
  const run = ask("select pg_sleep(60)");
  const failed = assert.rejects(
    run,
    (error) => error instanceof StatementError && error.postgres?.sqlstate === "57014",
  );
  await until("it could be cancelled", async () => {
    const [row] = await admin.query(sql`
      select pg_cancel_backend(pid) from pg_stat_activity where pid = ${pid} and wait_event = 'PgSleep'`);
    return row !== undefined;
  });
  await failed;
});

test("requests that find no connection are served in the order they came", async (t) => {
  const { ask, pool } = await testPool(t);
  const order: number[] = [];
  const runs = Array.from({ length: 20 }, (_, i) => ask("select pg_sleep(0.001)").then(() => order.push(i)));
  await until("they wait", () => pool.size.waiting >= 19);
  await Promise.all(runs);
  assert.deepEqual(order, [...order.keys()]);
  assert.deepEqual(pool.size, { open: 1, busy: pool.size.busy, waiting: 0 });
});

test("who waits too long is turned away with 503, and an aborted one leaves the line", async (t) => {
  const { ask, pool, asAnon } = await testPool(t, { acquireTimeoutMs: 500 });
  await ask("select 1");
  await until("the connection is free again", () => pool.size.busy === 0);
  const slow = ask("select pg_sleep(1.5)");
  const abort = new AbortController();
  const gone = pool.run(asAnon, [{ text: "select 1", values: [] }], { signal: abort.signal });
  const late = ask("select 2");
  abort.abort();
  await assert.rejects(gone, { code: "WD207" });
  await assert.rejects(late, { code: "WD205" });
  await slow;
  await until("the connection is free again", () => pool.size.busy === 0);
  assert.deepEqual(await ask("select 3"), [["3"]]);
});

test("a full line turns the next one away at once", async (t) => {
  const { ask, pool } = await testPool(t, { maxWaiting: 2 });
  await ask("select 1");
  await until("the connection is free again", () => pool.size.busy === 0);
  const slow = ask("select pg_sleep(0.3)");
  const waiting = [ask("select 1"), ask("select 2")];
  assert.equal(pool.size.waiting, 2);
  await assert.rejects(ask("select 3"), { code: "WD206" });
  await Promise.all([slow, ...waiting]);
});

test("connections are opened when needed, up to max, and closed down to min when idle", async (t) => {
  const { pool, asAnon } = await testPool(t, { max: 4, min: 1, idleTimeoutMs: 50 });
  await until("min is open", () => pool.size.open === 1);
  const sleep = { text: "select pg_sleep(0.2)", values: [] };
  const seen = await Promise.all(
    Array.from({ length: 12 }, () => pool.run(asAnon, [sleep]).then(() => pool.size.open)),
  );
  assert.equal(Math.max(...seen), 4);
  await until("one is left", () => pool.size.open === 1);
});

test("a pool without work opens nothing", async (t) => {
  const { pool } = await testPool(t);
  assert.deepEqual(pool.size, { open: 0, busy: 0, waiting: 0 });
});

test("close waits for what runs and waits, and takes nothing new", async (t) => {
  const { ask, pool, admin, roles } = await testPool(t);
  const running = [ask("select pg_sleep(0.1)"), ask("select 'waited'")];
  const closed = pool.close();
  await assert.rejects(ask("select 1"), { code: "WD210" });
  await closed;
  assert.deepEqual((await Promise.all(running))[1], [["waited"]]);
  assert.deepEqual(pool.size, { open: 0, busy: 0, waiting: 0 });
  await until("Postgres has no connection of it left", async () => {
    const rows = await admin.query(sql`select 1 from pg_stat_activity where usename = ${roles.authenticator}`);
    return rows.length === 0;
  });
});

test("a login that is refused is WD202 at once, not after the waiting time", async (t) => {
  const { another, target, asAnon } = await testPool(t);
  const pool = another({ acquireTimeoutMs: 60_000 }, { ...target, database: "nowhere" });
  await assert.rejects(pool.run(asAnon, [{ text: "select 1", values: [] }]), { code: "WD202", detail: /nowhere/ });
});
