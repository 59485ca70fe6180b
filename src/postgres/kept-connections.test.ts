import assert from "node:assert/strict";
import { test } from "node:test";
import { testDatabase } from "../../test/support/database.ts";
import { until } from "../../test/support/until.ts";
import { connect } from "./connect.ts";
import type { Connection } from "./connection.ts";
import { keepConnections, type KeptConnections } from "./kept-connections.ts";
import { sql } from "./sql.ts";
import type { Target } from "./target.ts";

function keeping(target: Target, most = 1): KeptConnections {
  return keepConnections({
    open: () => connect(target),
    prepare: (connection) => connection.execute("set search_path = prepared"),
    most,
  });
}

async function backendOf(connection: Connection): Promise<number> {
  const [row] = await connection.query<{ pid: number }>(sql`select pg_catalog.pg_backend_pid() as pid`);
  return row?.pid ?? 0;
}

/** Taking a session back is nobody's to wait for: asked until it is there again. */
async function takeAgain(kept: KeptConnections, pid: number): Promise<Connection> {
  for (;;) {
    const connection = await kept.take();
    if ((await backendOf(connection)) === pid) return connection;
    await connection.close();
  }
}

test("a session that was given back is lent again, without what its user had set", async (t) => {
  const { target } = await testDatabase(t);
  await using kept = disposable(keeping(target));
  const first = await kept.take();
  const pid = await backendOf(first);
  await first.execute("set search_path = other; set statement_timeout = 7000; create temporary table mine (n int)");
  await first.query(sql`select pg_catalog.pg_advisory_lock(7)`);
  await first.close();
  const second = await takeAgain(kept, pid);
  const [row] = await second.query(sql`
    select
      pg_catalog.current_setting('search_path') as path,
      pg_catalog.current_setting('statement_timeout') as timeout,
      (select pg_catalog.count(*)::int from pg_catalog.pg_locks where locktype = 'advisory' and pid = ${pid}) as locks,
      pg_catalog.to_regclass('pg_temp.mine') as mine
  `);
  assert.deepEqual(row, { path: "prepared", timeout: "0", locks: 0, mine: null });
  await second.close();
});

test("a session is lent to one at a time", async (t) => {
  const { target } = await testDatabase(t);
  await using kept = disposable(keeping(target));
  const [one, other] = [await kept.take(), await kept.take()];
  assert.notEqual(await backendOf(one), await backendOf(other));
  await one.close();
  await other.close();
});

test("a session that was lost meanwhile is replaced by a new one", async (t) => {
  const { target, connection } = await testDatabase(t);
  await using kept = disposable(keeping(target));
  const first = await kept.take();
  const pid = await backendOf(first);
  await first.close();
  await (await takeAgain(kept, pid)).close();
  await connection.query(sql`select pg_catalog.pg_terminate_backend(${pid}, 5000)`);
  const second = await kept.take();
  assert.notEqual(await backendOf(second), pid);
  await second.close();
});

test("who takes a session over does not hear for whom it was before", async (t) => {
  const { target } = await testDatabase(t);
  await using kept = disposable(keeping(target));
  const heard: string[] = [];
  const first = await kept.take();
  const pid = await backendOf(first);
  first.onNotice(({ message }) => heard.push(`first ${message}`));
  await first.execute("do $$ begin raise notice 'one'; end $$");
  await first.close();
  const second = await takeAgain(kept, pid);
  second.onNotice(({ message }) => heard.push(`second ${message}`));
  await second.execute("do $$ begin raise notice 'two'; end $$");
  await second.close();
  assert.deepEqual(heard, ["first one", "second two"]);
});

test("nothing is left open once the keeper is closed", async (t) => {
  const { target, connection } = await testDatabase(t);
  const kept = keeping(target, 2);
  const [one, other] = [await kept.take(), await kept.take()];
  const pids = [await backendOf(one), await backendOf(other)];
  await one.close();
  await kept.close();
  await other.close();
  for (let left = pids.length; left > 0;) {
    const rows = await connection.query(sql`
      select from pg_catalog.pg_stat_activity where pid = any (${pids}::int[])
    `);
    left = rows.length;
  }
});

function disposable(kept: KeptConnections): KeptConnections & AsyncDisposable {
  return { take: () => kept.take(), close: () => kept.close(), [Symbol.asyncDispose]: () => kept.close() };
}

test("where none is to be kept, a session ends when it is given back", async (t) => {
  const { target, connection } = await testDatabase(t);
  await using kept = disposable(keeping(target, 0));
  const lent = await kept.take();
  const pid = await backendOf(lent);
  await lent.close();
  await until("its backend has gone", async () => {
    return (await connection.query(sql`select from pg_catalog.pg_stat_activity where pid = ${pid}`)).length === 0;
  });
});
