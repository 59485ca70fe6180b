import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { testDatabase, testServer } from "../../test/support/database.ts";
import { testProxy } from "../../test/support/proxy.ts";
import { AppError } from "../errors/index.ts";
import { connect } from "./connect.ts";
import type { Notice } from "./connection.ts";
import { StatementError } from "./driver-error.ts";
import { sql } from "./sql.ts";

test("a query returns its rows as objects", async (t) => {
  const { connection } = await testDatabase(t);
  const rows = await connection.query(
    sql`select ${7}::int as number, ${null}::text as nothing, ${{ a: 1 }}::jsonb as json`,
  );
  assert.deepEqual(rows, [{ number: 7, nothing: null, json: { a: 1 } }]);
});

test("who waits for the end of a session that holds no process open is told of it", async (t) => {
  const { target } = await testDatabase(t);
  const script = `import { connect } from ${JSON.stringify(new URL("connect.ts", import.meta.url).href)};
    const connection = await connect(JSON.parse(process.env.TARGET));
    connection.unref();
    await connection.close();
    process.stdout.write("closed");`;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...env, TARGET: JSON.stringify(target) },
    encoding: "utf8",
  });
  assert.deepEqual({ stdout, status }, { stdout: "closed", status: 0 });
});

test("queries asked for at once run one after the other", async (t) => {
  const { connection } = await testDatabase(t);
  const rows = await Promise.all([1, 2, 3].map((n) => connection.query<{ n: number }>(sql`select ${n}::int as n`)));
  assert.deepEqual(rows.flat(), [{ n: 1 }, { n: 2 }, { n: 3 }]);
});

test("a failed statement says where, in characters of the statement", async (t) => {
  const { connection } = await testDatabase(t);
  await assert.rejects(connection.execute("select 1;\nselect 'é' from nowhere"), (error) => {
    assert.ok(error instanceof StatementError);
    assert.equal(error.code, "WD203");
    assert.equal(error.message, 'relation "nowhere" does not exist');
    assert.equal(error.postgres?.sqlstate, "42P01");
    assert.equal(error.offset, 27);
    assert.equal(error.internal, undefined);
    return true;
  });
});

test("a failure inside a function carries its inner query and the offset in it", async (t) => {
  const { connection } = await testDatabase(t);
  const body = "begin execute 'select 1 from nowhere'; end";
  await assert.rejects(connection.execute(`do $$ ${body} $$`), (error) => {
    assert.ok(error instanceof StatementError);
    assert.deepEqual(error.internal, { query: "select 1 from nowhere", offset: 15 });
    assert.match(error.postgres?.where ?? "", /inline_code_block line 1/);
    return true;
  });
});

test("notices arrive with their level, code, detail and hint", async (t) => {
  const { connection } = await testDatabase(t);
  const notices: Notice[] = [];
  connection.onNotice((notice) => notices.push(notice));
  await connection.execute(
    "do $$ begin raise warning 'careful' using detail = 'd', hint = 'h', errcode = 'WD999'; end $$",
  );
  assert.deepEqual(notices, [{ severity: "WARNING", sqlstate: "WD999", message: "careful", detail: "d", hint: "h" }]);
});

test("a transaction is rolled back and the first error rethrown when its work fails", async (t) => {
  const { connection } = await testDatabase(t);
  await connection.execute("create table entry (id int)");
  const failure = new AppError("WD001", "no");
  await assert.rejects(
    connection.transaction(async (tx) => {
      await tx.query(sql`insert into entry values (1)`);
      throw failure;
    }),
    failure,
  );
  assert.deepEqual(await connection.query(sql`select * from entry`), []);
});

test("savepoints nest: the inner failure is undone, the outer work stays", async (t) => {
  const { connection } = await testDatabase(t);
  await connection.execute("create table entry (id int unique)");
  await connection.transaction(async (tx) => {
    await tx.query(sql`insert into entry values (1)`);
    await tx.savepoint(async () => {
      await tx.query(sql`insert into entry values (2)`);
      await assert.rejects(
        tx.savepoint(() => tx.execute("insert into entry values (3), (1)")),
        { code: "WD203" },
      );
      await tx.query(sql`insert into entry values (4)`);
    });
  });
  const rows = await connection.query<{ id: number }>(sql`select id from entry order by id`);
  assert.deepEqual(
    rows.map((row) => row.id),
    [1, 2, 4],
  );
});

test("a transaction whose failure was swallowed does not pass for committed", async (t) => {
  const { connection } = await testDatabase(t);
  const work = connection.transaction(async (tx) => {
    await tx.execute("create table entry ()");
    await tx.execute("select 1/0").catch(() => {});
  });
  await assert.rejects(work, { code: "WD203", message: "the transaction was rolled back" });
  assert.deepEqual(await connection.query(sql`select to_regclass('entry') as found`), [{ found: null }]);
});

test("a deferred constraint fails the transaction at its commit", async (t) => {
  const { connection } = await testDatabase(t);
  await connection.execute("create table entry (id int unique deferrable initially deferred)");
  const work = connection.transaction((tx) => tx.execute("insert into entry values (1), (1)"));
  await assert.rejects(work, (error) => error instanceof AppError && error.postgres?.sqlstate === "23505");
});

test("nobody there, no such database and no TLS are told apart", async () => {
  const server = testServer();
  await assert.rejects(connect({ ...server, host: "127.0.0.1", port: 1 }), { code: "WD201", detail: /ECONNREFUSED/ });
  await assert.rejects(connect({ ...server, host: "/nowhere" }), { code: "WD201", detail: /ENOENT/ });
  await assert.rejects(connect({ ...server, database: "nowhere" }), (error) => {
    assert.ok(error instanceof AppError);
    assert.deepEqual([error.code, error.postgres?.sqlstate], ["WD202", "3D000"]);
    return true;
  });
  await assert.rejects(connect({ ...server, ssl: "verify-full" }), { code: "WD202", detail: /SSL|certificate/ });
});

test("the environment of this process does not change where or how a connection is made", async (t) => {
  const before = { ...process.env };
  t.after(() => (process.env = before));
  Object.assign(process.env, {
    PGHOST: "nowhere",
    PGSSLMODE: "require",
    PGOPTIONS: "-c work_mem=65kB",
    PGUSER: "nobody",
  });
  await using connection = await connect(testServer());
  const [row] = await connection.query<{ value: string }>(sql`select current_setting('work_mem') as value`);
  assert.notEqual(row?.value, "65kB");
});

test("a server that takes the connection and says nothing is given up", async (t) => {
  const proxy = await testProxy(t, testServer());
  proxy.blackhole(true);
  await assert.rejects(connect(proxy.target, { connectTimeoutMs: 50 }), { code: "WD201" });
});

test("a lost session is WD201, for the statement under way and for later ones", async (t) => {
  const { connection, target } = await testDatabase(t);
  await using victim = await connect(target);
  const [row] = await victim.query<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  const failed = assert.rejects(victim.execute("select pg_sleep(60)"), { code: "WD201" });
  await connection.query(sql`select pg_terminate_backend(${row?.pid})`);
  await failed;
  await assert.rejects(victim.execute("select 1"), { code: "WD201" });
});
