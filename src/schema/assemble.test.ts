import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { AppError } from "../errors/index.ts";
import { connect, quoteIdentifier, sql } from "../postgres/index.ts";
import { assemble as assembleWith, coreVersion, ensureCoreSchema, readRelease } from "./index.ts";
import { said, testAssembly, told } from "../../test/support/assembly.ts";

const guestbook = [
  "schema/entry.sql",
  "functions/entry.sql",
  "functions/recent_entry.sql",
  "seeds/1_first_entries.sql",
];

test("the guestbook is assembled, and a second time nothing is left to do", async (t) => {
  const files: Record<string, string> = {};
  for (const file of guestbook) {
    const text = await readFile(new URL(`../../examples/guestbook/${file}`, import.meta.url), "utf8");
    // What a declared table needs is the application's to bring: as a migration the same file makes the same table.
    files[file.replace("schema/", "migrations/1_create_")] = text.replaceAll(/\banon\b/g, "$anon");
  }
  const { assemble, rows, roles } = await testAssembly(t, files);
  const report = await assemble();
  assert.equal(report.changed, true);
  assert.deepEqual(
    said(report).map((line) => line.replace(/[0-9a-f]{12}/, "…")),
    [
      "migrate migrations/1_create_entry.sql",
      "create policy entry_is_public on public.entry",
      "create policy entry_is_signed_by_anyone on public.entry",
      "create function public.sign(text,text)",
      "create view public.recent_entry",
      "create comment on routine public.sign(text,text)",
      "create grant … on routine public.sign(text,text)",
      "create comment on relation public.recent_entry",
      "create grant … on relation public.recent_entry",
      "seed seeds/1_first_entries.sql",
    ],
  );
  assert.deepEqual(await rows("select count(*)::int as entries from public.recent_entry"), [{ entries: 2 }]);
  assert.deepEqual(
    await rows("select has_function_privilege($1, 'public.sign(text,text)', 'execute') as may", roles.anon),
    [{ may: true }],
  );
  const again = await assemble();
  assert.equal(again.changed, false);
  assert.deepEqual(again.actions, []);
});

test("the fast path sends few statements, and parses nothing", async (t) => {
  const { assemble, connection, target, tree, roles } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a (id int)",
    "functions/f.sql": "create function f() returns int language sql as 'select 1'",
    "seeds/1.sql": "insert into a values (1)",
  });
  await assemble();
  await using counted = await connect(target);
  const statements: string[] = [];
  const counting = {
    query: (statement: Parameters<typeof counted.query>[0]) => {
      statements.push(statement.text);
      return counted.query(statement);
    },
    execute: (text: string) => {
      statements.push(text);
      return counted.execute(text);
    },
  };
  const watched = {
    ...counting,
    transaction: async <T>(work: (tx: typeof counting & { savepoint: never }) => Promise<T>) => {
      await counting.execute("begin");
      const result = await work({ ...counting, savepoint: undefined as never });
      await counting.execute("commit");
      return result;
    },
  };
  const report = await assembleWith(watched as unknown as typeof counted, { tree, roles, mode: "development" });
  assert.equal(report.changed, false);
  assert.ok(statements.length <= 6, statements.join("\n"));
  void connection;
});

test("seeds run once each in development, never in production, and an edited one is told", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a (line text, at serial)",
    "seeds/10_last.sql": "insert into a values ('last')",
    "seeds/9_first.sql": "insert into a values ('first')",
  });
  assert.deepEqual(said(await assemble({}, { mode: "production" })), ["migrate migrations/1_a.sql"]);
  assert.deepEqual(said(await assemble()), ["seed seeds/9_first.sql", "seed seeds/10_last.sql"]);
  assert.equal((await assemble()).changed, false);
  assert.equal((await assemble({}, { mode: "production" })).changed, false);
  const edited = await assemble({ "seeds/9_first.sql": "insert into a values ('again')" });
  assert.deepEqual(edited.warnings.map(told), [
    "WD420 seeds/9_first.sql:1:1 seeds/9_first.sql was edited after it was loaded: it is not loaded again",
  ]);
  assert.deepEqual(edited.actions, []);
  assert.deepEqual(await rows("select line from a order by at"), [{ line: "first" }, { line: "last" }]);
  assert.deepEqual(await rows("select file from howdah.seed order by applied_at, file desc"), [
    { file: "seeds/9_first.sql" },
    { file: "seeds/10_last.sql" },
  ]);
});

test("each release is recorded and announced with its hash, and only what changed makes one", async (t) => {
  const { assemble, another, target, connection } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a ()",
  });
  await connection.execute("listen howdah");
  await assemble();
  await assemble();
  await assemble({ "functions/f.sql": "create function f() returns int language sql as 'select 1'" });
  await using reader = await another();
  const releases = await reader.query<{ hash: string; core: number; by: string }>(
    sql`select hash, core, by from howdah.release order by id`,
  );
  assert.equal(releases.length, 2);
  assert.deepEqual(
    releases.map(({ core, by }) => ({ core, by })),
    [
      { core: coreVersion(), by: target.user },
      { core: coreVersion(), by: target.user },
    ],
  );
  const newest = await readRelease(reader);
  assert.equal(newest?.hash, releases[1]?.hash);
});

test("a database of one project is refused to another, unless that takes it over", async (t) => {
  const { assemble, errors, plan, rows } = await testAssembly(t, { "migrations/1_a.sql": "create table a ()" });
  await assemble({}, { project: "shop" });
  const more = { "migrations/2_b.sql": "create table b ()" };
  const [refused] = await errors(more, { project: "blog" });
  assert.equal(refused?.code, "WD433");
  assert.match(refused?.message ?? "", /shop$/);
  await assert.rejects(plan({}, { project: "blog" }), { code: "WD433" });
  assert.deepEqual(await rows("select to_regclass('b') as b"), [{ b: null }]);
  assert.equal((await assemble({}, { project: "blog", takeOver: true })).changed, true);
  assert.equal((await assemble({}, { project: "blog" })).changed, false);
  assert.equal((await errors({}, { project: "shop" }))[0]?.code, "WD433");
});

test("a project of another name with the same files takes over as well", async (t) => {
  const { assemble, errors } = await testAssembly(t, { "migrations/1_a.sql": "create table a ()" });
  await assemble({}, { project: "shop" });
  assert.equal((await errors({}, { project: "blog" }))[0]?.code, "WD433");
  assert.equal((await assemble({}, { project: "blog", takeOver: true })).changed, true);
  assert.equal((await assemble({}, { project: "blog" })).changed, false);
});

test("capabilities take part in the one transaction, ahead of the project's SQL and behind it", async (t) => {
  const { assemble, errors, rows } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a (id int references other.base)",
    "functions/f.sql": "create function f() returns int language sql as 'select count(*)::int from a'",
  });
  const steps = {
    before: async (tx: { execute(text: string): Promise<void> }) =>
      tx.execute(
        "create schema if not exists other; create table if not exists other.base (id int primary key); set local search_path = other",
      ),
    after: async (tx: { execute(text: string): Promise<void> }) =>
      tx.execute(
        "create table if not exists other.after as select public.f() as n, current_setting('search_path') as path",
      ),
    fingerprint: "one",
  };
  const failing = { ...steps, after: async () => Promise.reject(new AppError("WD001", "no")) };
  assert.deepEqual((await errors({}, { steps: failing })).map(told), ["WD001 no"]);
  assert.deepEqual(await rows("select to_regclass('a') as a, to_regnamespace('other') as other"), [
    { a: null, other: null },
  ]);
  assert.equal((await assemble({}, { steps })).changed, true);
  assert.deepEqual(await rows("select * from other.after"), [{ n: 0, path: "public" }]);
  let ran = 0;
  const counting = { ...steps, before: async () => void ran++ };
  assert.equal((await assemble({}, { steps: counting })).changed, false);
  assert.equal(ran, 0, "the same fingerprint needs no work");
  await assemble({}, { steps: { ...counting, fingerprint: "two" } });
  await assemble({}, { steps: { before: counting.before } });
  assert.equal(ran, 2, "another fingerprint, or none, does");
});

test("a schema howdah that is not ours is refused, and so is a database of a newer howdah", async (t) => {
  const { errors, assemble, connection, rows } = await testAssembly(t, { "migrations/1_a.sql": "create table a ()" });
  await connection.execute("create schema howdah; create table howdah.mine ()");
  assert.equal((await errors())[0]?.code, "WD430");
  assert.deepEqual(await rows("select to_regclass('howdah.version') as version, to_regclass('a') as a"), [
    { version: null, a: null },
  ]);
  await connection.execute("drop schema howdah cascade");
  await assemble();
  await connection.execute("insert into howdah.version (number, name, checksum) values (9999, 'future', '')");
  assert.equal((await errors({ "migrations/2_b.sql": "create table b ()" }))[0]?.code, "WD431");
  assert.equal(
    await readRelease(connection).then(
      () => undefined,
      (error: AppError) => error.code,
    ),
    "WD431",
  );
});

test("the core schema is made once", async (t) => {
  const { connection, roles } = await testAssembly(t);
  const made = () =>
    connection.transaction(async (tx) => {
      await tx.execute(`set local role ${quoteIdentifier(roles.owner)}`);
      return ensureCoreSchema(tx);
    });
  assert.equal(await made(), true);
  assert.equal(await made(), false);
});

test("every table and column of the core schema that is not plain is commented, and every constraint is named", async (t) => {
  const { assemble, rows } = await testAssembly(t);
  await assemble();
  assert.deepEqual(
    await rows(
      "select relname from pg_class where relnamespace = 'howdah'::regnamespace and relkind = 'r' and obj_description(oid) is null",
    ),
    [],
  );
});

test("two assemblies at once: one works, the other finds it done", async (t) => {
  const files: Record<string, string> = { "migrations/1_a.sql": "create table a (n int); insert into a values (1);" };
  for (let n = 0; n < 20; n++)
    files[`functions/f${n}.sql`] = `create function f${n}() returns int language sql as 'select ${n}'`;
  const { assemble, rows } = await testAssembly(t, files);
  const reports = await Promise.all([assemble(), assemble(), assemble()]);
  assert.deepEqual(
    reports.map((report) => report.actions.length).toSorted((a, b) => a - b),
    [0, 0, 21],
  );
  assert.deepEqual(reports.map((report) => report.changed).toSorted(), [false, false, true]);
  assert.deepEqual(await rows("select count(*)::int as n from a"), [{ n: 1 }]);
  assert.deepEqual(await rows("select count(*)::int as n from howdah.release"), [{ n: 1 }]);
});

test("a lock that is held longer than allowed ends the assembly with the statement that waited", async (t) => {
  const { assemble, errors, another } = await testAssembly(t, { "migrations/1_a.sql": "create table a ()" });
  await assemble();
  await using holder = await another();
  await holder.execute("begin; lock table a in access share mode");
  const [error] = await errors(
    { "migrations/2_b.sql": "select 1;\nalter table a add column n int;" },
    { lockTimeoutMs: 50 },
  );
  assert.equal(told(error!), "WD411 migrations/2_b.sql:2:1 canceling statement due to lock timeout");
  assert.match(error?.hint ?? "", /lock/);
});

test("a policy on a table without row security is refused once others may use that: it would protect nothing", async (t) => {
  const { errors, assemble } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a (id int)",
    "functions/a.sql": "\n create policy p on a using (true);",
  });
  await assemble();
  const [error] = await errors({ "migrations/2_b.sql": "grant select (id) on a to public" });
  assert.equal(
    told(error!),
    "WD418 functions/a.sql:2:2 policy p on public.a has no effect: row security of public.a is off",
  );
  await assemble({ "migrations/3_c.sql": "alter table a enable row level security" });
});

test("a routine that was changed by hand becomes again what its file says, with a warning", async (t) => {
  const { assemble, connection, rows } = await testAssembly(t, {
    "functions/f.sql": "create function f() returns int language sql as 'select 1'",
    "functions/g.sql": "create function g() returns int language sql as 'select 1'",
    "functions/v.sql": "create view v as select 1 as a",
  });
  await assemble();
  await connection.execute(
    "create or replace function f() returns int language sql as 'select 99'; drop function g(); drop view v;",
  );
  const report = await assemble({ "functions/h.sql": "create function h() returns int language sql as 'select 1'" });
  assert.deepEqual(report.warnings.map(told), [
    "WD419 functions/f.sql:1:1 function public.f() was changed by hand: the file's definition replaces it",
  ]);
  assert.deepEqual(said(report), [
    "replace function public.f()",
    "create function public.g()",
    "create function public.h()",
    "create view public.v",
  ]);
  assert.deepEqual(await rows("select f(), g(), h()"), [{ f: 1, g: 1, h: 1 }]);
});

test("a plan says what the assembly then does, and changes nothing", async (t) => {
  const { assemble, plan, rows } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a (id int)",
    "functions/f.sql": "create function f() returns int language sql as 'select 1'; comment on function f() is 'f';",
    "seeds/1.sql": "insert into a values (1)",
  });
  const first = await plan();
  assert.deepEqual(await rows("select to_regnamespace('howdah') as howdah"), [{ howdah: null }]);
  assert.deepEqual((await assemble()).actions, first.actions);
  const changes = {
    "functions/f.sql": "create function f() returns int language sql as 'select 2';",
    "functions/g.sql": "create function g() returns int language sql as 'select 2';",
  };
  const second = await plan(changes);
  assert.deepEqual(said(second), [
    "drop comment on routine public.f()",
    "replace function public.f()",
    "create function public.g()",
  ]);
  assert.deepEqual((await assemble()).actions, second.actions);
  assert.deepEqual((await plan()).actions, []);
});

test("a killed session leaves the old state, and the next assembly converges", async (t) => {
  const { assemble, errors, rows, another, target } = await testAssembly(t, {
    "migrations/1_a.sql": "create table a (n int)",
    "functions/f.sql": "create function f() returns int language sql as 'select 1'",
  });
  await assemble();
  await using blocker = await another();
  await using administrator = await connect(target);
  await blocker.execute("begin; lock table a in access share mode");
  const failed = errors({
    "migrations/2_b.sql": "create table b (); alter table a add column m int;",
    "functions/f.sql": "create function f() returns int language sql as 'select 2'",
  });
  for (let killed: readonly unknown[] = []; killed.length === 0;) {
    killed = await administrator.query(sql`
      select pg_terminate_backend(pid)
      from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
  }
  assert.equal((await failed)[0]?.code, "WD201");
  await blocker.execute("rollback");
  assert.deepEqual(
    await rows("select f(), to_regclass('b') as b, (select count(*)::int from howdah.migration) as migrations"),
    [{ f: 1, b: null, migrations: 1 }],
  );
  await assemble();
  assert.deepEqual(
    await rows("select f(), to_regclass('b')::text as b, (select count(*)::int from howdah.migration) as migrations"),
    [{ f: 2, b: "b", migrations: 2 }],
  );
});
