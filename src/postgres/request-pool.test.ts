import assert from "node:assert/strict";
import { test } from "node:test";
import { testPool } from "../../test/support/request-pool.ts";
import { until } from "../../test/support/until.ts";
import { AppError } from "../errors/index.ts";
import { StatementError } from "./driver-error.ts";
import { sql } from "./sql.ts";

test("rows come back as the bytes that Postgres sent, with columns and tag", async (t) => {
  const { pool, asAnon } = await testPool(t);
  const [first, second, third] = await pool.run(asAnon, [
    { text: `select $1::text as "é", $2::json as json, null as nothing`, values: ["💥", '{"a":  1}'] },
    { text: "select 1 as a where false", values: [] },
    { text: "", values: [] },
  ]);
  assert.deepEqual(first?.columns, ["é", "json", "nothing"]);
  assert.deepEqual(first?.rows, [[Buffer.from("💥"), Buffer.from('{"a":  1}'), null]]);
  assert.equal(first?.tag, "SELECT 1");
  assert.deepEqual(second, { columns: ["a"], rows: [], tag: "SELECT 0" });
  assert.deepEqual(third, { columns: [], rows: [], tag: "" });
});

test("a second run of the same statement answers as the first", async (t) => {
  const { ask } = await testPool(t);
  for (const value of ["a", null, ""]) assert.deepEqual(await ask("select $1::text, 'x'", value), [[value, "x"]]);
});

test("values of many megabytes come through whole, in both directions", async (t) => {
  const { ask } = await testPool(t);
  const value = "é".repeat(3_000_000);
  assert.deepEqual(await ask("select $1::text, length($1)", value), [[value, "3000000"]]);
});

test("a request has its role and settings, for itself alone", async (t) => {
  const { pool, roles, ask } = await testPool(t);
  const settings = { "request.method": "GET", "request.jwt.claims": '{"sub": "ann"}', TimeZone: "Asia/Tokyo" };
  const text = `select current_user, current_setting('request.method', true), current_setting('request.jwt.claims', true),
    current_setting('TimeZone')`;
  const [result] = await pool.run({ role: roles.strong, settings }, [{ text, values: [] }]);
  assert.deepEqual(result?.rows[0]?.map(String), [roles.strong, "GET", '{"sub": "ann"}', "Asia/Tokyo"]);
  // A custom setting that was once local reads as '' and not as null: PostgreSQL has no way to forget its name.
  const [after] = await ask(text);
  assert.deepEqual(after?.slice(0, 3), [roles.anon, "", ""]);
  assert.notEqual(after?.[3], "Asia/Tokyo");
});

test("all queries of a request are one transaction", async (t) => {
  const { pool, asAnon, ask, admin } = await testPool(t);
  await admin.execute("create table entry (id int); grant all on entry to public");
  const insert = { text: "insert into entry values (1)", values: [] };
  const failed = pool.run(asAnon, [insert, { text: "select 1/0", values: [] }]);
  await assert.rejects(failed, (error) => error instanceof StatementError && error.index === 1);
  assert.deepEqual(await ask("select count(*) from entry"), [["0"]]);
  await pool.run(asAnon, [insert, insert]);
  assert.deepEqual(await ask("select count(*), count(distinct xmin::text) from entry"), [["2", "1"]]);
});

test("an error of SQL says which query and where, and the connection serves on", async (t) => {
  const { pool, asAnon, ask } = await testPool(t);
  const [[pid] = []] = await ask("select pg_backend_pid()");
  const failed = pool.run(asAnon, [
    { text: "select 1", values: [] },
    { text: "select 'é' from nowhere", values: [] },
  ]);
  await assert.rejects(failed, (error) => {
    assert.ok(error instanceof StatementError);
    assert.deepEqual([error.code, error.index, error.offset, error.postgres?.sqlstate], ["WD203", 1, 17, "42P01"]);
    return true;
  });
  assert.deepEqual(await ask("select pg_backend_pid()"), [[pid]]);
});

test("a deferred constraint that fails at the commit fails the run", async (t) => {
  const { pool, asAnon, ask, admin } = await testPool(t);
  await admin.execute(`
    create table entry (id int constraint once unique deferrable initially deferred);
    grant all on entry to public`);
  const failed = pool.run(asAnon, [{ text: "insert into entry values (1), (1) returning id", values: [] }]);
  await assert.rejects(failed, (error) => {
    assert.ok(error instanceof StatementError);
    assert.deepEqual([error.index, error.postgres?.sqlstate, error.postgres?.constraint], [undefined, "23505", "once"]);
    return true;
  });
  assert.deepEqual(await ask("select count(*) from entry"), [["0"]]);
});

test("roles that do not exist, are not allowed, or are none are refused", async (t) => {
  const { pool, roles, ask } = await testPool(t);
  const query = { text: "select 1", values: [] };
  for (const role of ["nobody_at_all", "postgres", "pg_read_all_data", "none", "", "a\0b"]) {
    await assert.rejects(pool.run({ role, settings: {} }, [query]), { code: "WD209" }, role);
  }
  await assert.rejects(pool.run({ role: roles.anon, settings: { "no dot": "x" } }, [query]), { code: "WD209" });
  assert.deepEqual(await ask("select 1"), [["1"]]);
});

test("read only holds, and no function gets out of it", async (t) => {
  const { pool, roles, asAnon, ask, admin } = await testPool(t);
  await admin.execute(
    `create table entry (id int); grant all on entry to public; grant create on schema public to public`,
  );
  const escapes = [
    "perform set_config('transaction_read_only', 'off', true)",
    "perform set_config('transaction_read_only', 'off', false)",
    "set transaction_read_only = off",
    "set local transaction_read_only = off",
    "set transaction read write",
    "set session characteristics as transaction read write",
    "set default_transaction_read_only = off",
    "reset transaction_read_only",
    "reset all",
    "reset transaction_read_only; perform 1",
    "set role none; set transaction_read_only = off",
    "begin set transaction_read_only = off; exception when others then null; end",
    "commit; set transaction_read_only = off",
  ];
  for (const [index, escape] of escapes.entries()) {
    await admin.execute(`create function escape_${index}() returns void language plpgsql as
      $$ begin ${escape}; insert into entry values (${index}); end $$`);
    const query = { text: `select escape_${index}()`, values: [] };
    await assert.rejects(pool.run({ ...asAnon, accessMode: "read only" }, [query]), { code: "WD203" }, escape);
  }
  // PostgreSQL 16 and later refuse such a function already when it is created.
  await admin
    .execute(`create function sneaky() returns void language sql set transaction_read_only = off
      as $$ insert into entry values (99) $$`)
    .catch((error: unknown) => assert.equal((error as AppError).postgres?.sqlstate, "0A000"));
  const sneaky = [
    { text: "select sneaky()", values: [] },
    { text: "insert into entry values (98)", values: [] },
  ];
  await assert.rejects(pool.run({ ...asAnon, accessMode: "read only" }, sneaky), { code: "WD203" });
  assert.deepEqual(await ask("select * from entry"), []);
  const read = { text: "select current_setting('transaction_read_only')", values: [] };
  const results = await pool.run({ ...asAnon, accessMode: "read only" }, [read, read]);
  assert.deepEqual(
    results.map((result) => result.rows.map(String)),
    [["on"], ["on"]],
  );
  // And the next request may write again, on the same connection.
  await pool.run({ role: roles.strong, settings: {} }, [{ text: "insert into entry values (1)", values: [] }]);
  assert.deepEqual(await ask("select * from entry"), [["1"]]);
});

test("statements that would end the transaction, and COPY, are refused, and nothing gets through", async (t) => {
  const { pool, asAnon, ask, admin } = await testPool(t);
  await admin.execute("create table entry (id int); grant all on entry to public");
  const insert = { text: "insert into entry values (1)", values: [] };
  const statements = [
    "commit",
    " /* a */ -- b\n COMMIT",
    "rollback",
    "begin",
    "start transaction",
    "savepoint a",
    "end",
  ];
  statements.push("copy entry to stdout", "copy entry from stdin", "/* a /* nested */ */ copy entry from stdin");
  for (const text of statements) {
    await assert.rejects(pool.run(asAnon, [insert, { text, values: [] }, insert]), { code: "WD213" }, text);
  }
  assert.deepEqual(await ask("select count(*) from entry"), [["0"]]);
  // These get past the eye, not past the command tag.
  for (const text of ["/* a /* nested */ */ begin", "/* a /* nested */ */ copy entry to stdout"]) {
    await assert.rejects(pool.run(asAnon, [{ text, values: [] }]), { code: "WD213" }, text);
  }
  assert.deepEqual(await ask("select current_user = session_user"), [["f"]]);
});

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

test("a table that changes under a prepared statement is no error", async (t) => {
  const { ask, pool, asAnon, admin } = await testPool(t);
  await admin.execute("create table entry (id int); insert into entry values (1); grant all on entry to public");
  assert.deepEqual(await ask("select * from entry"), [["1"]]);
  await admin.execute("alter table entry add name text default 'x'");
  const [result] = await pool.run(asAnon, [{ text: "select * from entry", values: [] }]);
  assert.deepEqual(
    [result?.columns, result?.rows[0]?.map(String)],
    [
      ["id", "name"],
      ["1", "x"],
    ],
  );
  await admin.execute("alter table entry rename name to title");
  const insert = { text: "insert into entry values (2, 'y')", values: [] };
  const [, renamed] = await pool.run(asAnon, [insert, { text: "select * from entry", values: [] }]);
  assert.deepEqual([renamed?.columns, renamed?.rows.length], [["id", "title"], 2]);
});

test("an error that only looks like an outdated statement is not sent again", async (t) => {
  const { pool, asAnon, ask, admin } = await testPool(t);
  await admin.execute(`create sequence calls; grant all on calls to public;
    create function fail() returns void language plpgsql as $$
    begin perform nextval('calls'); raise 'cached plan must not change result type' using errcode = '0A000'; end $$`);
  for (let i = 0; i < 2; i++)
    await assert.rejects(pool.run(asAnon, [{ text: "select fail()", values: [] }]), { code: "WD203" });
  assert.deepEqual(await ask("select last_value from calls"), [["2"]]);
});

test("a role never runs what another role's schema privileges let through", async (t) => {
  const { pool, roles, admin } = await testPool(t);
  await admin.execute(`create schema inner_room; create table inner_room.entry (); grant select on inner_room.entry to public;
    grant usage on schema inner_room to ${roles.strong}`);
  const query = { text: "select * from inner_room.entry", values: [] };
  await pool.run({ role: roles.strong, settings: {} }, [query]);
  const denied = pool.run({ role: roles.anon, settings: {} }, [query]);
  await assert.rejects(denied, (error) => error instanceof StatementError && error.postgres?.sqlstate === "42501");
});

test("statements beyond maxStatements are closed, the least recently used first", async (t) => {
  const { ask, pool, asAnon } = await testPool(t, { maxStatements: 5 });
  const held = "select count(*) from pg_prepared_statements where name like 'h%'";
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 12; i++) assert.deepEqual(await ask(`select ${i}`), [[String(i)]]);
    await ask("select 'kept'");
  }
  const [[count] = []] = await ask(held);
  assert.ok(Number(count) <= 6, `${count} held`);
  const many = Array.from({ length: 20 }, (_, i) => ({ text: `select ${i}`, values: [] }));
  const results = await pool.run(asAnon, [...many, ...many]);
  assert.deepEqual(
    results.map((result) => Number(result.rows[0]?.[0])),
    [...many.keys(), ...many.keys()],
  );
  await ask("select 1");
  assert.ok(Number((await ask(held))[0]?.[0]) <= 6);
});

test("a statement that failed to parse is not taken for prepared", async (t) => {
  const { ask, admin, pool, asAnon } = await testPool(t);
  const queries = [
    { text: "select * from later", values: [] },
    { text: "select 'behind'", values: [] },
  ];
  await assert.rejects(pool.run(asAnon, queries), { code: "WD203" });
  await admin.execute("create table later (id int); grant all on later to public");
  assert.equal((await pool.run(asAnon, queries)).length, 2);
  assert.deepEqual(await ask("select 'behind'"), [["behind"]]);
});

test("notices, however many, do not disturb", async (t) => {
  const { ask, admin } = await testPool(t);
  await admin.execute(`create function noisy() returns int language plpgsql as $$
    begin for i in 1..1000 loop raise notice 'n %', i; end loop; return 7; end $$`);
  assert.deepEqual(await ask("select noisy()"), [["7"]]);
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
  const { ask, pool, asAnon } = await testPool(t, { acquireTimeoutMs: 50 });
  await ask("select 1");
  await until("the connection is free again", () => pool.size.busy === 0);
  const slow = ask("select pg_sleep(0.5)");
  const abort = new AbortController();
  const gone = pool.run(asAnon, [{ text: "select 1", values: [] }], { signal: abort.signal });
  const late = ask("select 2");
  abort.abort();
  await assert.rejects(gone, { code: "WD207" });
  await assert.rejects(late, { code: "WD205" });
  await slow;
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
  const sleep = { text: "select pg_sleep(0.05)", values: [] };
  await Promise.all(Array.from({ length: 12 }, () => pool.run(asAnon, [sleep])));
  assert.equal(pool.size.open, 4);
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
