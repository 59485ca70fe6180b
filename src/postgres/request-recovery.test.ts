import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { testProxy, type Proxy } from "../../test/support/proxy.ts";
import { testPool, type TestPool } from "../../test/support/request-pool.ts";
import { until } from "../../test/support/until.ts";
import { AppError } from "../errors/index.ts";
import type { RequestPool, RequestPoolOptions } from "./request-pool.ts";
import { sql } from "./sql.ts";

interface Recovery extends TestPool {
  readonly proxy: Proxy;
  readonly one: () => Promise<unknown>;
  readonly sleep: () => Promise<unknown>;
  readonly backends: () => Promise<number>;
}

async function throughProxy(t: TestContext, options: Partial<RequestPoolOptions> = {}): Promise<Recovery> {
  const made = await testPool(t);
  const proxy = await testProxy(t, made.target);
  const pool = made.another({ max: 3, ...options }, proxy.target);
  const run = (text: string): Promise<unknown> => pool.run(made.asAnon, [{ text, values: [] }]);
  return {
    ...made,
    pool,
    proxy,
    one: () => run("select 1"),
    sleep: () => run("select pg_sleep(60)"),
    backends: () => backends(made),
  };
}

async function backends({ admin, roles }: TestPool): Promise<number> {
  return (await admin.query(sql`select 1 from pg_stat_activity where usename = ${roles.authenticator}`)).length;
}

async function terminateAll({ admin, roles }: TestPool): Promise<void> {
  await admin.query(sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = ${roles.authenticator}`);
}

const busy = (pool: RequestPool, count: number) => (): boolean => pool.size.busy === count && pool.size.waiting === 0;

test("a killed backend fails the request under way with 503, and the next one is served", async (t) => {
  const made = await throughProxy(t);
  const running = [made.sleep(), made.sleep(), made.sleep()];
  const failed = Promise.all(
    running.map((run) => assert.rejects(run, { code: "WD201", detail: /administrator command/ })),
  );
  await until("all run", async () => busy(made.pool, 3)() && (await made.backends()) === 3);
  await terminateAll(made);
  await failed;
  await made.one();
  assert.equal(made.pool.size.open, 1);
});

test("idle connections that were killed are noticed and cost no request", async (t) => {
  const made = await throughProxy(t);
  await Promise.all([made.one(), made.one(), made.one()]);
  await until("they are idle", busy(made.pool, 0));
  // One that was still being opened when its request had been served by another is killed with the next round.
  await until("the pool knows", async () => {
    await terminateAll(made);
    return made.pool.size.open === 0;
  });
  await made.one();
});

test("a broken network fails what runs, and nothing is sent a second time", async (t) => {
  const made = await throughProxy(t);
  await made.admin.execute("create sequence calls; grant all on calls to public");
  const run = made.pool.run(made.asAnon, [{ text: "select nextval('calls'), pg_sleep(0.2)", values: [] }]);
  const failed = assert.rejects(run, { code: "WD201" });
  await until("it runs", async () => {
    const [row] = await made.admin.query<{ called: boolean }>(sql`select is_called as called from calls`);
    return row?.called === true;
  });
  made.proxy.drop();
  await failed;
  await made.one();
  assert.deepEqual(await made.admin.query(sql`select last_value::int as last from calls`), [{ last: 1 }]);
});

test("a request whose answer was lost on the way is rejected, though it was committed", async (t) => {
  const made = await throughProxy(t);
  await made.admin.execute("create table entry (id int); grant all on entry to public");
  await made.one();
  await until("it is idle", busy(made.pool, 0));
  made.proxy.mute(true);
  const run = made.pool.run(made.asAnon, [{ text: "insert into entry values (1)", values: [] }]);
  const failed = assert.rejects(run, { code: "WD201" });
  await until("it is committed", async () => (await made.admin.query(sql`select from entry`)).length === 1);
  made.proxy.drop();
  made.proxy.mute(false);
  await failed;
  await made.one();
  assert.equal((await made.admin.query(sql`select from entry`)).length, 1);
});

test("while Postgres is away requests wait, then get 503 that says so", async (t) => {
  const made = await throughProxy(t, { acquireTimeoutMs: 100 });
  await made.one();
  await made.proxy.stop();
  await assert.rejects(made.one(), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "WD201");
    assert.match(error.detail ?? "", /ECONNREFUSED|closed|ECONNRESET/);
    return true;
  });
  await Promise.all(Array.from({ length: 20 }, () => assert.rejects(made.one(), { code: "WD201" })));
  assert.equal(made.pool.size.open, 0);
});

test("requests that wait are served as soon as Postgres is back, and no connection is lost", async (t) => {
  const made = await throughProxy(t, { acquireTimeoutMs: 10_000 });
  await made.one();
  await made.proxy.stop();
  await until("the pool knows", () => made.pool.size.open === 0);
  const waiting = Array.from({ length: 30 }, () => made.one());
  const failures = (): number => made.events.filter((event) => event.kind === "unreachable").length;
  await until("it tried a few times", () => failures() >= 4);
  // One at a time, further and further apart, but never more than a second: that bounds the recovery.
  const delays = made.events.flatMap((event) => (event.kind === "unreachable" ? [event.retryInMs] : []));
  assert.deepEqual(delays.slice(0, 4), [50, 100, 200, 400]);
  assert.ok(delays.every((delay) => delay <= 1000));
  await made.proxy.start();
  await Promise.all(waiting);
  await until("all are idle", busy(made.pool, 0));
  assert.equal(await made.backends(), made.pool.size.open);
  assert.ok(made.pool.size.open <= 3);
});

test("a network that swallows everything is noticed, for the request and for the idle connections", async (t) => {
  const made = await throughProxy(t, { statementTimeoutMs: 100, connectTimeoutMs: 200 });
  await Promise.all([made.one(), made.one(), made.one()]);
  await until("they are idle", busy(made.pool, 0));
  made.proxy.blackhole(true);
  await assert.rejects(made.one(), { code: "WD201", detail: /stopped answering/ });
  assert.equal(made.pool.size.open, 0);
  made.proxy.blackhole(false);
  await made.one();
});

test("a Postgres that takes connections and says nothing keeps no request beyond its waiting time", async (t) => {
  const made = await throughProxy(t, { acquireTimeoutMs: 150, connectTimeoutMs: 100 });
  made.proxy.blackhole(true);
  await assert.rejects(made.one(), { code: "WD201" });
  made.proxy.blackhole(false);
  // A busy machine may need longer than these 100 ms for a connection.
  await until("it serves again", () =>
    made.one().then(
      () => true,
      () => false,
    ),
  );
});

test("a pool can be closed while Postgres is away, and while it says nothing", async (t) => {
  const away = await throughProxy(t, { acquireTimeoutMs: 100 });
  await away.one();
  await away.proxy.stop();
  const late = assert.rejects(away.one(), { code: "WD201" });
  await away.pool.close();
  await late;
  const silent = await throughProxy(t, { connectTimeoutMs: 100 });
  await silent.one();
  await until("it is idle", busy(silent.pool, 0));
  silent.proxy.blackhole(true);
  await silent.pool.close();
  assert.deepEqual(silent.pool.size, { open: 0, busy: 0, waiting: 0 });
});

test("a storm of kills, breaks, aborts and errors leaks no connection and mixes up no answer", async (t) => {
  const made = await throughProxy(t, { max: 4, statementTimeoutMs: 2000 });
  const end = performance.now() + 1500;
  let answered = 0;
  const caller = async (id: number): Promise<void> => {
    for (let n = 0; performance.now() < end; n++) {
      const value = `${id}.${n}`;
      const signal = n % 7 === 0 ? AbortSignal.timeout(n % 3) : undefined;
      const text = n % 5 === 0 ? "select $1::text, 1/0" : "select $1::text";
      const run = made.pool.run(made.asAnon, [{ text, values: [value] }], { signal });
      const rows = await run.then(
        ([result]) => result?.rows,
        (error: AppError) => assert.match(error.code, /^WD20[1378]$/),
      );
      if (rows !== undefined) assert.equal(String(rows[0]?.[0]), value);
      if (rows !== undefined) answered++;
    }
  };
  const trouble = async (): Promise<void> => {
    while (performance.now() < end) {
      await terminateAll(made);
      await made.admin.query(sql`select pg_sleep(0.05)`);
      made.proxy.drop();
      await made.admin.query(sql`select pg_sleep(0.05)`);
    }
  };
  await Promise.all([trouble(), ...Array.from({ length: 12 }, (_, id) => caller(id))]);
  await made.one();
  await until("all are idle", busy(made.pool, 0));
  await until("Postgres agrees on the count", async () => (await made.backends()) === made.pool.size.open);
  assert.ok(made.pool.size.open <= 4);
  assert.ok(answered > 5, `${answered} answered`);
});
