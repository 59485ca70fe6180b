import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { howdah } from "./howdah.ts";
import { newProject, startRunning } from "./running.ts";

test("psql runs piped statements with either program, and the first error ends it with 1", async (t) => {
  const cwd = await newProject(t);
  await startRunning(t, ["run", "--port", "0"], { cwd });
  for (const flags of [[], ["--builtin"]]) {
    const good = await howdah(["psql", ...flags], { cwd, input: "select 40 + 2 as answer;\nselect 'b';" });
    assert.equal(good.code, 0, good.stderr);
    assert.match(good.stdout, /answer[\s\S]*42[\s\S]*\(1 row\)/);
    const bad = await howdah(["psql", ...flags], { cwd, input: "select 1/0;\nselect 'never' as reached;" });
    assert.equal(bad.code, 1);
    assert.match(bad.stderr, /division by zero/);
    assert.doesNotMatch(bad.stdout, /reached/);
  }
});

test("psql -c runs one text; --as acts as that role", async (t) => {
  const cwd = await newProject(t);
  await startRunning(t, ["run", "--port", "0"], { cwd });
  for (const flags of [[], ["--builtin"]]) {
    const { code, stdout, stderr } = await howdah(
      ["psql", ...flags, "--as", "anon", "-c", "select current_user as me"],
      { cwd },
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /me[\s\S]*anon/);
    const denied = await howdah(["psql", ...flags, "--as", "anon", "-c", "delete from public.task"], { cwd });
    assert.equal(denied.code, 1);
    assert.match(denied.stderr, /permission denied/);
  }
});

test("psql without a terminal and without input is told so", async (t) => {
  const cwd = await newProject(t);
  await startRunning(t, ["run", "--port", "0"], { cwd });
  const { code, stderr } = await howdah(["psql", "--builtin"], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /^WD014 /m);
});

test("plan tells what a change locks, unless it is told not to try it out", async (t) => {
  const cwd = await newProject(t);
  assert.equal((await howdah(["migrate"], { cwd })).code, 0);
  const file = join(cwd, "schema", "task.sql");
  writeFileSync(file, readFileSync(file, "utf8").replace("title text not null", "title text not null,\n  note text"));
  const locks = async (...flags: string[]): Promise<readonly unknown[]> => {
    const { code, stdout, stderr } = await howdah(["plan", "--json", ...flags], { cwd });
    assert.equal(code, 0, stderr);
    const { actions } = JSON.parse(stdout) as { readonly actions: readonly { readonly forecast?: unknown }[] };
    return actions.map(({ forecast }) => forecast);
  };
  const [forecast] = await locks();
  assert.partialDeepStrictEqual(forecast, { locks: [{ relation: "public.task", blocks: "reads and writes" }] });
  assert.deepEqual(await locks("--no-forecast"), [undefined]);
});

test("reset asks: off a terminal nothing is dropped without --yes; with it the database is assembled anew", async (t) => {
  const cwd = await newProject(t);
  assert.equal((await howdah(["migrate"], { cwd })).code, 0);
  await howdah(["psql", "--builtin", "-c", "insert into public.task (title) values ('kept?')"], { cwd });
  const asked = await howdah(["reset"], { cwd, input: "y\n" });
  assert.equal(asked.code, 3);
  assert.match(asked.stderr, /^WD004 [\s\S]*Drop the database "shop" \(1 relation[\s\S]*--yes/m);
  const kept = await howdah(["psql", "--builtin", "-c", "select title from public.task where title = 'kept?'"], {
    cwd,
  });
  assert.match(kept.stdout, /\(1 row\)/);
  const done = await howdah(["reset", "--yes", "--json"], { cwd });
  assert.equal(done.code, 0, done.stderr);
  const { dropped } = JSON.parse(done.stdout) as {
    readonly dropped: { readonly database: string; readonly relations: number };
  };
  assert.deepEqual([dropped.database, dropped.relations], ["shop", 1]);
  const gone = await howdah(["psql", "--builtin", "-c", "select title from public.task where title = 'kept?'"], {
    cwd,
  });
  assert.match(gone.stdout, /\(0 rows\)/);
});

test("reset drops the cluster that another major wrote, with all that it says it holds, after asking", async (t) => {
  const cwd = await newProject(t);
  const asks = (version: string) =>
    writeFileSync(join(cwd, "howdah.toml"), `name = "shop"\npostgres = "${version}"\n[server]\nport = 0\n`);
  asks("17");
  assert.equal((await howdah(["migrate"], { cwd })).code, 0);
  asks("18");
  const refused = await howdah(["migrate"], { cwd });
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /^WD371 [\s\S]*howdah reset --empty/m);
  const asked = await howdah(["reset"], { cwd });
  assert.equal(asked.code, 3);
  assert.match(
    asked.stderr,
    /^WD004 [\s\S]*Drop the whole cluster of PostgreSQL 17 with all of its databases \(\/\S+, [2-9]\d\.\d MiB\)\?/m,
  );
  const version = join(cwd, ".howdah/data/PG_VERSION");
  assert.equal(readFileSync(version, "utf8"), "17\n");
  const done = await howdah(["reset", "--yes", "--json"], { cwd });
  assert.equal(done.code, 0, done.stderr);
  const { dropped, assembled } = JSON.parse(done.stdout) as {
    readonly dropped: { readonly major: number };
    readonly assembled: { readonly changed: boolean };
  };
  assert.deepEqual([dropped.major, assembled.changed], [17, true]);
  assert.equal(readFileSync(version, "utf8"), "18\n");
});

test("reset --empty leaves a database that nothing was assembled into", async (t) => {
  const cwd = await newProject(t);
  assert.equal((await howdah(["migrate"], { cwd })).code, 0);
  const done = await howdah(["reset", "--yes", "--empty"], { cwd });
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stderr, /dropped the database "shop" \(1 relation.*; the database is empty/);
  const { stdout } = await howdah(["psql", "--builtin", "-c", "select to_regclass('public.task') is null as gone"], {
    cwd,
  });
  assert.match(stdout, /^ *(t|true) *$/m);
});

test("reset is refused in production before anything is started", async (t) => {
  const cwd = await newProject(t);
  const { code, stderr } = await howdah(["reset", "--yes"], { cwd, env: { HOWDAH_ENV: "production" } });
  assert.equal(code, 3);
  assert.match(stderr, /^WD043 /);
  assert.ok(!existsSync(join(cwd, ".howdah/data")));
});

test("dump and restore name what they lack where Postgres came without pg_dump", async (t) => {
  const cwd = await newProject(t);
  for (const args of [["dump"], ["restore", "shop.dump"]]) {
    writeFileSync(join(cwd, "shop.dump"), "PGDMP...");
    const { code, stderr } = await howdah(args, { cwd, env: { PATH: "/nonexistent" } });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /WD006 there is no pg_(dump|restore) for PostgreSQL 18[\s\S]*provider = "deb"/);
  }
});

test("dump overwrites nothing; restore takes only dumps", async (t) => {
  const cwd = await newProject(t);
  writeFileSync(join(cwd, "here.dump"), "precious");
  const taken = await howdah(["dump", "here.dump"], { cwd });
  assert.equal(taken.code, 3);
  assert.equal(readFileSync(join(cwd, "here.dump"), "utf8"), "precious");
  const wrong = await howdah(["restore", "here.dump"], { cwd });
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /^WD011 /);
  assert.match((await howdah(["restore", "none.dump"], { cwd })).stderr, /^WD011 .*can't be opened/);
});

test("doctor finds a healthy project well, as text and as JSON", async (t) => {
  const cwd = await newProject(t);
  await howdah(["migrate"], { cwd });
  const { code, stdout } = await howdah(["doctor", "--json"], { cwd });
  assert.equal(code, 0, stdout);
  const findings = JSON.parse(stdout) as readonly { readonly kind: string; readonly name: string }[];
  assert.ok(findings.length > 3);
  const names = findings.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)], "each name stands once");
  assert.deepEqual(
    findings.filter(({ kind }) => kind === "problem"),
    [],
  );
});

test("doctor names a data directory with wrong modes, and --fix repairs it", async (t) => {
  const cwd = await newProject(t);
  await howdah(["migrate"], { cwd });
  const { chmodSync, realpathSync, statSync } = await import("node:fs");
  const data = realpathSync(join(cwd, ".howdah/data"));
  chmodSync(data, 0o777);
  const found = await howdah(["doctor"], { cwd });
  assert.equal(found.code, 1, found.stdout);
  assert.match(found.stdout, /✗ .*777/);
  const fixed = await howdah(["doctor", "--fix"], { cwd });
  assert.equal(fixed.code, 0, fixed.stdout + fixed.stderr);
  assert.match(fixed.stdout, /\(repaired\)/);
  assert.equal(statSync(data).mode & 0o777, 0o700);
  assert.ok(readdirSync(cwd).includes("howdah.toml"));
});
