import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { testDatabase, type TestDatabase } from "../../test/support/database.ts";
import { testProxy } from "../../test/support/proxy.ts";
import { until } from "../../test/support/until.ts";
import { listen, type Listening, type ListenOptions, type Notification } from "./listen.ts";
import { sql } from "./sql.ts";
import type { Target } from "./target.ts";

interface Heard {
  readonly database: TestDatabase;
  readonly notifications: Notification[];
  readonly gaps: () => number;
  readonly stop: () => void;
  readonly listening: Listening;
}

async function hear(
  t: TestContext,
  options: ListenOptions = {},
  through?: (target: Target) => Promise<Target>,
): Promise<Heard> {
  const database = await testDatabase(t);
  const target = (await through?.(database.target)) ?? database.target;
  const notifications: Notification[] = [];
  const abort = new AbortController();
  let gaps = 0;
  const listening = await listen(
    target,
    ["plain", 'odd "name"; --'],
    (heard) => notifications.push(heard),
    abort.signal,
    {
      ...options,
      onGap: () => gaps++,
    },
  );
  t.after(async () => {
    abort.abort();
    await listening.closed;
  });
  return { database, notifications, gaps: () => gaps, stop: () => abort.abort(), listening };
}

async function listeners({ connection, target }: TestDatabase): Promise<readonly number[]> {
  const rows = await connection.query<{ pid: number }>(
    sql`select pid from pg_stat_activity where datname = ${target.database} and application_name = 'howdah listen'`,
  );
  return rows.map((row) => row.pid);
}

test("what is notified on a channel arrives with its payload", async (t) => {
  const { database, notifications } = await hear(t);
  await database.connection.query(
    sql`select pg_notify('plain', 'héllo'), pg_notify('odd "name"; --', ''), pg_notify('other', 'x')`,
  );
  await until("both arrived", () => notifications.length === 2);
  assert.deepEqual(notifications, [
    { channel: "plain", payload: "héllo" },
    { channel: 'odd "name"; --', payload: "" },
  ]);
});

test("a killed session is replaced, and the gap is told once it listens again", async (t) => {
  const { database, notifications, gaps } = await hear(t);
  const [pid] = await listeners(database);
  await database.connection.query(sql`select pg_terminate_backend(${pid})`);
  await until("the gap is told", () => gaps() === 1);
  await database.connection.execute("notify plain, 'after'");
  await until("it is heard again", () => notifications.length === 1);
  assert.deepEqual(notifications, [{ channel: "plain", payload: "after" }]);
  assert.equal((await listeners(database)).length, 1);
});

test("it listens again when a server that was away for several attempts is back", async (t) => {
  let attempts = 0;
  let proxy: Awaited<ReturnType<typeof testProxy>> | undefined;
  const { gaps } = await hear(t, { onError: () => attempts++ }, async (target) => {
    proxy = await testProxy(t, target);
    return proxy.target;
  });
  await proxy?.stop();
  await until("it tried in vain", () => attempts >= 4);
  assert.equal(gaps(), 0);
  await proxy?.start();
  await until("it listens again", () => gaps() === 1);
});

test("a connection that leads nowhere is noticed by a ping", async (t) => {
  let proxy: Awaited<ReturnType<typeof testProxy>> | undefined;
  const errors: string[] = [];
  const { gaps } = await hear(
    t,
    { pingIntervalMs: 20, onError: (error) => errors.push(error.code) },
    async (target) => {
      proxy = await testProxy(t, target);
      return proxy.target;
    },
  );
  proxy?.blackhole(true);
  await until("the silence is noticed", () => errors.length > 0);
  proxy?.drop();
  proxy?.blackhole(false);
  await until("it listens again", () => gaps() === 1);
  assert.equal(errors[0], "WD201");
});

test("the signal ends it and closes its session", async (t) => {
  const { database, stop, listening, gaps } = await hear(t);
  stop();
  await listening.closed;
  await until("the session is gone", async () => (await listeners(database)).length === 0);
  assert.equal(gaps(), 0);
});

test("a first attempt that fails is an error, not a retry", async (t) => {
  const { target } = await testDatabase(t);
  const { signal } = new AbortController();
  await assert.rejects(
    listen({ ...target, database: "nowhere" }, ["a"], () => {}, signal),
    { code: "WD202" },
  );
  await assert.rejects(
    listen({ ...target, port: 1 }, ["a"], () => {}, signal),
    { code: "WD201" },
  );
  await assert.rejects(
    listen(target, ["x".repeat(64)], () => {}, signal),
    { code: "WD211" },
  );
  await assert.rejects(
    listen(target, ["a"], () => {}, AbortSignal.abort()),
    { code: "WD207" },
  );
});
