import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { testPool } from "../../test/support/request-pool.ts";
import { until } from "../../test/support/until.ts";

const rows = (count: number, width = 1) => ({
  text: "select repeat('x', $2::int) || number || e'\\n' from generate_series(1, $1::int) as number",
  values: [String(count), String(width)],
});

test("rows are passed on one behind the other", async (t) => {
  const { pool, asAnon } = await testPool(t);
  assert.equal(await text(await pool.stream(asAnon, rows(3))), "x1\nx2\nx3\n");
  assert.equal(await text(await pool.stream(asAnon, rows(0))), "");
});

test("what fails ahead of the first row rejects, and the connection serves on", async (t) => {
  const { pool, asAnon, ask } = await testPool(t);
  await assert.rejects(pool.stream(asAnon, { text: "select 1/0", values: [] }), { code: "WD203" });
  await assert.rejects(pool.stream({ ...asAnon, role: "nobody_at_all" }, rows(1)), { code: "WD209" });
  assert.deepEqual(await ask("select 1"), [["1"]]);
});

test("what fails behind the first row breaks the stream off", async (t) => {
  const { pool, asAnon, ask } = await testPool(t);
  const query = {
    text: "select (1 / (100000 - number))::text || repeat(' ', 100) from generate_series(1, 200000) as number",
    values: [],
  };
  const stream = await pool.stream(asAnon, query);
  await assert.rejects(text(stream), { code: "WD203" });
  assert.deepEqual(await ask("select 1"), [["1"]]);
});

test("a slow reader makes Postgres wait and holds no rows", async (t) => {
  const { pool, asAnon, admin, roles } = await testPool(t);
  const stream = await pool.stream(asAnon, rows(100_000, 1000));
  await until("Postgres waits for the reader", async () => {
    const waiting = await admin.query({
      text: "select from pg_stat_activity where usename = $1 and wait_event = 'ClientWrite'",
      values: [roles.authenticator],
    });
    return waiting.length > 0;
  });
  const before = stream.readableLength;
  await pause(50);
  assert.equal(stream.readableLength, before);
  assert.ok(before < 1_000_000, `${before} bytes are held`);
  let length = 0;
  for await (const chunk of stream) length += (chunk as Buffer).length;
  assert.equal(length, 100_588_895);
});

test("a reader who is late for the end of a result keeps nobody waiting", async (t) => {
  const { asAnon, another, events } = await testPool(t);
  const pool = another({ statementTimeoutMs: 0 });
  // With the last of them the stream holds more than it wants to.
  const late = await pool.stream(asAnon, rows(66, 1000));
  await until("the connection is free", () => pool.size.busy === 0);
  assert.deepEqual(
    events.filter(({ kind }) => kind === "closed"),
    [],
  );
  let isServed = false;
  const next = pool.stream(asAnon, rows(66, 1000)).finally(() => (isServed = true));
  await until("the next request is served", () => isServed);
  await until("the connection is free again", () => pool.size.busy === 0);
  const length = 9 * 1002 + 57 * 1003;
  assert.deepEqual([(await text(late)).length, (await text(await next)).length], [length, length]);
  assert.equal((await pool.run(asAnon, [rows(1)])).length, 1);
});

test("a reader that goes away cancels the query, and the connection serves on", async (t) => {
  const { pool, asAnon, ask } = await testPool(t);
  const stream = await pool.stream(asAnon, rows(10_000_000, 1000));
  stream.destroy();
  await until("it is clean", () => pool.size.busy === 0);
  assert.deepEqual(await ask("select 1"), [["1"]]);
});
