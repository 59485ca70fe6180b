import assert from "node:assert/strict";
import { test } from "node:test";
import { testPool } from "../../test/support/request-pool.ts";
import { AppError } from "../errors/index.ts";
import { StatementError } from "./driver-error.ts";

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

test("a statement that needs a transaction block has one, and its failure leaves the connection in use", async (t) => {
  const { pool, asAnon, ask, admin } = await testPool(t);
  await admin.execute("create table entry (id int); grant all on entry to public");
  const [[pid] = []] = await ask("select pg_backend_pid()");
  const lock = { text: "lock table entry in row exclusive mode", values: [] };
  const insert = { text: "insert into entry values (1)", values: [] };
  assert.equal((await pool.run(asAnon, [lock, insert])).length, 2);
  const failed = pool.run(asAnon, [lock, insert, { text: "select 1/0", values: [] }]);
  await assert.rejects(failed, (error) => error instanceof StatementError && error.index === 2);
  assert.deepEqual(await ask("select count(*), pg_backend_pid() from entry"), [["1", pid]]);
});

test("no procedure or block that is called gets out of its transaction, and thereby out of its role", async (t) => {
  const { pool, asAnon, ask, admin } = await testPool(t);
  await admin.execute(`
    create table seen (role text); grant all on seen to public;
    create procedure escape() language plpgsql as $$ begin commit; insert into seen values (current_user); end $$`);
  const block = "do $$ begin rollback; insert into seen values (current_user); end $$";
  for (const text of ["call escape()", block]) {
    const run = pool.run(asAnon, [
      { text, values: [] },
      { text: "insert into seen values (current_user)", values: [] },
    ]);
    await assert.rejects(run, (error) => error instanceof StatementError && error.postgres?.sqlstate === "2D000", text);
  }
  assert.deepEqual(await ask("select * from seen"), []);
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
  assert.deepEqual(await ask("select current_user = session_user"), [["f"]]);
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
