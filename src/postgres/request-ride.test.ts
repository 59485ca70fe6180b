import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { testPool, type TestPool } from "../../test/support/request-pool.ts";
import { until } from "../../test/support/until.ts";
import type { RequestContext, RequestPool, RequestPoolOptions, RunOptions } from "./request-pool.ts";
import { sql } from "./sql.ts";

/** Before 16 nothing holds a transaction to reading alone, so that each waits for a connection of its own. */
async function ridesNot(t: TestContext, { made }: Reader): Promise<boolean> {
  const [row] = await made.admin.query<{ rides: boolean; major: string }>(sql`
    select current_setting('server_version_num')::int >= 160000 as rides, split_part(current_setting('server_version'), '.', 1) as major`);
  if (row?.rides === false) t.skip(`PostgreSQL ${row.major}`);
  return row?.rides === false;
}

interface Reader {
  readonly made: TestPool;
  readonly pool: RequestPool;
  readonly reading: RequestContext;
  /** The first value of a statement that only reads. */
  readonly read: (text: string, values?: readonly string[], options?: RunOptions) => Promise<string | undefined>;
}

const sleep = "select pg_sleep($1::float8), $2::text";
const echo = "select $1::text, pg_backend_pid()";

/** A pool whose connections are all open, and hold what the tests ask: then nothing keeps requests from riding. */
async function reader(t: TestContext, max: number, options: Partial<RequestPoolOptions> = {}): Promise<Reader> {
  const made = await testPool(t);
  const pool = made.another({ max, ...options });
  const reading = { ...made.asAnon, accessMode: "read only" } as const;
  const read: Reader["read"] = async (text, values = [], options = {}) => {
    const [result] = await pool.run(reading, [{ text, values }], options);
    return result?.rows[0]?.[0]?.toString();
  };
  const all = (ask: () => Promise<unknown>): Promise<unknown> => Promise.all(Array.from({ length: max }, ask));
  await all(() => read(sleep, ["0.3", "warm"]));
  // Each on a connection of its own, since none of them is prepared yet.
  await all(() => read(echo, ["warm"]));
  await all(() => read("select 1 / $1::int", ["1"]));
  assert.equal(pool.size.open, max);
  return { made, pool, reading, read };
}

test("requests that only read are sent behind one another where all connections are busy", async (t) => {
  const made = await reader(t, 1);
  if (await ridesNot(t, made)) return;
  const { pool, read } = made;
  const head = read(sleep, ["0.05", "head"]);
  const behind = ["a", "b", "c"].map((value) => read(echo, [value]));
  assert.deepEqual(pool.size, { open: 1, busy: 1, waiting: 0 });
  const further = read(echo, ["d"]);
  assert.equal(pool.size.waiting, 1);
  assert.deepEqual(await Promise.all([...behind, further]), ["a", "b", "c", "d"]);
  await head;
});

test("what writes waits for a connection of its own, and nobody overtakes it", async (t) => {
  const { made, pool, read } = await reader(t, 1);
  const order: string[] = [];
  const head = read(sleep, ["0.2", "head"]);
  const write = pool.run(made.asAnon, [{ text: "select 'write'", values: [] }]).then(() => order.push("write"));
  assert.equal(pool.size.waiting, 1);
  const late = read(echo, ["late"]).then(() => order.push("late"));
  assert.equal(pool.size.waiting, 2);
  await Promise.all([head, write, late]);
  assert.deepEqual(order, ["write", "late"]);
});

test("one that was sent behind a request that takes long is run on another connection", async (t) => {
  const made = await reader(t, 2);
  if (await ridesNot(t, made)) return;
  const { pool, read } = made;
  let ended = false;
  const abort = new AbortController();
  const slow = read(sleep, ["30", "slow"], { signal: abort.signal }).finally(() => (ended = true));
  const gone = assert.rejects(slow, { code: "WD207" });
  const brief = read(sleep, ["0.3", "brief"]);
  const behind = [read(echo, ["a"]), read(echo, ["b"])];
  assert.equal(pool.size.waiting, 0);
  assert.deepEqual(await Promise.all(behind), ["a", "b"]);
  assert.equal(ended, false);
  abort.abort();
  await Promise.all([brief, gone]);
  assert.equal(await read(echo, ["after"]), "after");
});

test("whoever gives up behind another goes at once, and takes nobody along", async (t) => {
  const { read } = await reader(t, 1);
  const abort = new AbortController();
  const head = read(echo, ["head"]);
  const gone = read(sleep, ["30", "gone"], { signal: abort.signal });
  const last = read(echo, ["last"]);
  abort.abort();
  await assert.rejects(gone, { code: "WD207" });
  assert.equal(await head, "head");
  assert.equal(await last, "last");
  assert.equal(await read(echo, ["later"]), "later");
});

test("what runs behind one that was given up has its own time, be there a limit or none", async (t) => {
  for (const statementTimeoutMs of [0, 20_000]) {
    const { read } = await reader(t, 1, { statementTimeoutMs });
    const abort = new AbortController();
    const head = read(echo, ["head"]);
    const gone = assert.rejects(read(sleep, ["0.01", "gone"], { signal: abort.signal }), { code: "WD207" });
    const long = read(sleep, ["0.3", "long"]);
    abort.abort();
    await Promise.all([head, gone, long]);
  }
});

test("a request that is cancelled, and its cancel request, touch nobody behind it", async (t) => {
  const { read } = await reader(t, 1);
  for (let round = 0; round < 10; round++) {
    const abort = new AbortController();
    const head = assert.rejects(read(sleep, ["30", "head"], { signal: abort.signal }), { code: "WD207" });
    const behind = [read(echo, ["a"]), read(echo, ["b"])];
    abort.abort();
    assert.deepEqual(await Promise.all(behind), ["a", "b"]);
    await head;
  }
});

test("a request that fails touches nobody behind it", async (t) => {
  const { read } = await reader(t, 1);
  const head = assert.rejects(read("select 1 / $1::int", ["0"]), { code: "WD203" });
  const behind = [read(echo, ["a"]), read(echo, ["b"])];
  assert.deepEqual(await Promise.all(behind), ["a", "b"]);
  await head;
});

test("where the connection is lost, those that had not begun run on another one", async (t) => {
  const { made, read } = await reader(t, 1);
  const head = assert.rejects(read(sleep, ["30", "head"]), { code: "WD201" });
  const behind = [read(echo, ["a"]), read(echo, ["b"])];
  await until("the head runs, and is ended", async () => {
    const rows = await made.admin.query(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where usename = ${made.roles.authenticator} and wait_event = 'PgSleep'`);
    return rows.length > 0;
  });
  await head;
  assert.deepEqual(await Promise.all(behind), ["a", "b"]);
});

test("a connection is free again soon after those that it ran were all given up", async (t) => {
  const { read } = await reader(t, 1, { statementTimeoutMs: 0 });
  const abort = new AbortController();
  const gone = ["a", "b", "c"].map((value) =>
    assert.rejects(read(sleep, ["30", value], { signal: abort.signal }), { code: "WD207" }),
  );
  abort.abort();
  await Promise.all(gone);
  assert.equal(await read(echo, ["after"]), "after");
});

test("a request that can't be written frees no connection twice", async (t) => {
  const { pool, reading, read } = await reader(t, 1);
  const values = Array.from({ length: 65_536 }, () => "1");
  const asked = ["a", "b", "c", "d"].map((value) => read(echo, [value]));
  const refused = assert.rejects(pool.run(reading, [{ text: "select $1::text", values }]), { code: "WD211" });
  const after = ["e", "f", "g", "h"].map((value) => read(echo, [value]));
  assert.deepEqual(await Promise.all([...asked, ...after]), ["a", "b", "c", "d", "e", "f", "g", "h"]);
  await refused;
  assert.deepEqual(pool.size, { open: 1, busy: 0, waiting: 0 });
});
