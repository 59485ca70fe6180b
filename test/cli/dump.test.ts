import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test, type TestContext } from "node:test";
import { howdah } from "./howdah.ts";
import { newProject } from "./running.ts";

/** A Postgres that this machine has a pg_dump for: of PATH's major, else one that brings its own. */
let postgres = 'version = "17"\nprovider = "deb"';

/** The major of PATH's pg_dump; 0 where there is none. */
const { stdout } = spawnSync("pg_dump", ["--version"], { encoding: "utf8" });
const major = Math.min(18, Number(/\(PostgreSQL\) (\d+)/.exec(stdout ?? "")?.[1] ?? 0));

before(() => {
  if (major >= 15) postgres = `version = "${major}"\nprovider = "embedded"`;
});

async function migratedProject(t: TestContext): Promise<string> {
  const cwd = await newProject(t);
  writeFileSync(join(cwd, "howdah.toml"), `name = "shop"\n[postgres]\n${postgres}\n`);
  const { code, stderr } = await howdah(["migrate"], { cwd });
  assert.equal(code, 0, stderr);
  await sql(cwd, "insert into public.task (title) values ('precious')");
  return cwd;
}

async function sql(cwd: string, text: string): Promise<string> {
  const { code, stdout, stderr } = await howdah(["psql", "--builtin", "-c", text], { cwd });
  assert.equal(code, 0, stderr);
  return stdout;
}

const precious = "select count(*) as precious from public.task where title = 'precious'";

for (const file of ["shop.dump", "shop.sql"]) {
  test(`what was dumped into ${file} comes back as it was, and the files have nothing to add`, async (t) => {
    const cwd = await migratedProject(t);
    const dumped = await howdah(["dump", file, "--json"], { cwd });
    assert.equal(dumped.code, 0, dumped.stderr);
    assert.equal((JSON.parse(dumped.stdout) as { bytes: number }).bytes, statSync(join(cwd, file)).size);
    await sql(cwd, "drop table public.task cascade; create table public.other (id int)");
    const restored = await howdah(["restore", file, "--replace", "--yes", "--json"], { cwd });
    assert.equal(restored.code, 0, restored.stderr);
    assert.deepEqual(JSON.parse(restored.stdout), { file: join(cwd, file), relations: 1 });
    assert.match(await sql(cwd, precious), /^ +1$/m);
    assert.doesNotMatch(await sql(cwd, "select datname from pg_catalog.pg_database"), /before_restore/);
    const plan = await howdah(["migrate", "--plan", "--json"], { cwd });
    assert.deepEqual((JSON.parse(plan.stdout) as { actions: unknown }).actions, []);
  });
}

test("restore into a database that holds something needs --replace, and --replace a yes", async (t) => {
  const cwd = await migratedProject(t);
  await howdah(["dump", "shop.dump"], { cwd });
  const refused = await howdah(["restore", "shop.dump"], { cwd });
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /^WD012 [\s\S]*--replace/m);
  const asked = await howdah(["restore", "shop.dump", "--replace"], { cwd, input: "y\n" });
  assert.equal(asked.code, 3);
  assert.match(asked.stderr, /^WD004 [\s\S]*Drop the database "shop"/m);
  assert.match(await sql(cwd, precious), /^ +1$/m);
});

test("a restore that fails leaves what was there before", async (t) => {
  const cwd = await migratedProject(t);
  await howdah(["dump", "cut.dump"], { cwd });
  await howdah(["dump", "wrong.sql"], { cwd });
  truncateSync(join(cwd, "cut.dump"), Math.floor(statSync(join(cwd, "cut.dump")).size / 2));
  appendFileSync(join(cwd, "wrong.sql"), "select 1/0;\n");
  for (const file of ["cut.dump", "wrong.sql"]) {
    const { code, stderr } = await howdah(["restore", file, "--replace", "--yes"], { cwd });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^WD007 /m);
    assert.match(await sql(cwd, precious), /^ +1$/m);
    assert.doesNotMatch(await sql(cwd, "select datname from pg_catalog.pg_database"), /before_restore/);
  }
});

test("what an interrupted restore set aside is never overwritten", async (t) => {
  const cwd = await migratedProject(t);
  await howdah(["dump", "shop.dump"], { cwd });
  await sql(cwd, "create database shop_before_restore");
  const { code, stderr } = await howdah(["restore", "shop.dump", "--replace", "--yes"], { cwd });
  assert.equal(code, 3);
  assert.match(stderr, /^WD015 /m);
  assert.match(await sql(cwd, precious), /^ +1$/m);
  assert.ok(readFileSync(join(cwd, "shop.dump")).length > 0);
});

const old = major >= 15 && major < 18;

test(
  "what WD371 says moves the data to another major",
  { skip: !old && "needs a pg_dump older than 18" },
  async (t) => {
    const cwd = await migratedProject(t);
    // Plain SQL: that psql is older than the server is no hindrance, that pg_restore is would be one.
    assert.equal((await howdah(["dump", "before.sql"], { cwd })).code, 0);
    writeFileSync(join(cwd, "howdah.toml"), 'name = "shop"\n[postgres]\nversion = "18"\nprovider = "embedded"\n');
    const refused = await howdah(["restore", "before.sql"], { cwd });
    assert.match(
      refused.stderr,
      /^WD371 [\s\S]*howdah dump before\.dump; [^\n]*howdah reset --empty, howdah restore before\.dump/m,
    );
    const reset = await howdah(["reset", "--empty", "--yes"], { cwd });
    assert.equal(reset.code, 0, reset.stderr);
    const restored = await howdah(["restore", "before.sql"], { cwd });
    assert.equal(restored.code, 0, restored.stderr);
    assert.match(await sql(cwd, precious), /^ +1$/m);
    assert.match(await sql(cwd, "show server_version"), /^ *18\./m);
    const plan = await howdah(["migrate", "--plan", "--json"], { cwd });
    assert.deepEqual((JSON.parse(plan.stdout) as { actions: unknown }).actions, []);
  },
);
