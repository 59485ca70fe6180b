import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { cacheRoot } from "../../src/resolve/index.ts";
import type { DebSpec } from "../support/debian-repository.ts";
import { extensionProject, sqlExtension, type ExtensionProject } from "../support/extension-project.ts";
import { folderDigest } from "../support/folder-digest.ts";
import { startHowdah } from "../support/running-howdah.ts";
import { howdah } from "./howdah.ts";

const needsMake = ["make"].some((tool) => spawnSync(tool, ["--version"]).status !== 0) ? "needs make" : false;
const isLinuxX64 = process.platform === "linux" && process.arch === "x64";
const skip = !isLinuxX64 && "the libraries are for Linux x64";

/** The value that a query's only column has in its only row. */
async function value(project: ExtensionProject, query: string): Promise<string> {
  const [, found] = /\n─+\n *(.*?) *\n\(1 row\)/.exec(await project.rows(query)) ?? [];
  assert.ok(found !== undefined, query);
  return found;
}

const startTime = "select pg_postmaster_start_time()";
const preloaded = "select current_setting('shared_preload_libraries')";

/** A package with a library for the start of the server, under the name of a known extension. */
function preloadedExtension(name: string, deb: string, library: Buffer): DebSpec {
  const spec = sqlExtension(name, ["1.9.0"]);
  const file = { path: `./usr/lib/postgresql/18/lib/${name}.so`, content: library };
  return { ...spec, name: `postgresql-18-${deb}`, files: [...(spec.files ?? []), file] };
}

test(
  "a library to preload restarts the server, and stands in the list by itself; nothing else restarts it",
  { skip },
  async (t) => {
    const project = await extensionProject(t);
    const folder = await value(project, "select setting from pg_config() where name = 'PKGLIBDIR'");
    // Any library that loads at the start does.
    const library = await readFile(join(folder, "passwordcheck.so"));
    const paths = await project.publish([
      preloadedExtension("pg_cron", "cron", library),
      sqlExtension("greet", ["1.0"]),
    ]);
    assert.equal(paths.size, 2);
    await using _running = await startHowdah(project.cwd);
    const add = async (name: string): Promise<boolean> => {
      const before = await value(project, startTime);
      const { code, stderr } = await project.run("add", name);
      assert.equal(code, 0, stderr);
      return (await value(project, startTime)) !== before;
    };
    assert.equal(await add("greet"), false, "files alone are seen at once");
    assert.equal(await add("pg_stat_statements"), true);
    assert.equal(await add("pg_cron"), true);
    assert.equal(await value(project, preloaded), "pg_cron,pg_stat_statements");
    assert.equal(await value(project, "select current_setting('cron.database_name')"), "shop");
    assert.equal(await add("hstore"), false, "what is preloaded already stays so");
    const drift = await project.run("drift");
    assert.equal(drift.code, 0, drift.stdout + drift.stderr);
  },
);

test("in production a new library waits for the restart, and the plan says so beside the rest", { skip }, async (t) => {
  const project = await extensionProject(t);
  await using running = await startHowdah(project.cwd);
  assert.equal((await project.run("add", "pg_stat_statements", "hstore", "--no-database")).code, 0);
  const inProduction = async (command: string) =>
    howdah([command], { cwd: project.cwd, env: { HOWDAH_ENV: "production" } });
  const planned = await inProduction("plan");
  assert.equal(planned.code, 3, planned.stderr);
  assert.match(planned.stdout, /create +extension hstore[\s\S]*create +extension pg_stat_statements/);
  assert.match(planned.stderr, /^WD708 the extension pg_stat_statements needs a restart/m);
  const refused = await inProduction("migrate");
  assert.deepEqual([refused.code, /^WD708 /m.test(refused.stderr)], [3, true], refused.stderr);
  assert.equal(await value(project, "select count(*) from pg_extension where extname = 'hstore'"), "0");
  await running.stop();
  const started = await inProduction("migrate");
  assert.equal(started.code, 0, started.stderr);
  assert.equal(await value(project, preloaded), "pg_stat_statements");
});

test("a library that can't be loaded is never preloaded", { skip }, async (t) => {
  const project = await extensionProject(t);
  const folder = await value(project, "select setting from pg_config() where name = 'PKGLIBDIR'");
  const library = (await readFile(join(folder, "passwordcheck.so"))).toString("latin1");
  // Postgres finds no magic block in it.
  const broken = Buffer.from(library.replaceAll("Pg_magic_func", "Pg_no_no_func"), "latin1");
  await project.publish([preloadedExtension("pgaudit", "pgaudit", broken)]);
  const before = await project.read("howdah.toml");
  const refused = await project.run("add", "pgaudit");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^WD705 pgaudit can't be loaded/m);
  assert.equal(await project.read("howdah.toml"), before);
  assert.equal(await value(project, preloaded), "");
});

test("an extension of PostgreSQL 18 lands in the cache alone: no file of the server's changes", async (t) => {
  const project = await extensionProject(t);
  const server = dirname(await value(project, "select setting from pg_config() where name = 'BINDIR'"));
  const before = await folderDigest(server);
  const name = `apart_${randomBytes(4).toString("hex")}`;
  await project.publish([sqlExtension(name, ["1.0"])]);
  const added = await project.run("add", name);
  assert.equal(added.code, 0, added.stderr);
  assert.match(await project.rows(`select ${name}()`), /hello from 1\.0/);
  assert.equal(await folderDigest(server), before);
  const kept = await readdir(join(cacheRoot(), "extension"));
  assert.equal(kept.filter((each) => each.includes(name.replaceAll("_", "-"))).length, 1);
});

test("a build for PostgreSQL 15 adds no file to the server", { skip: needsMake }, async (t) => {
  const project = await extensionProject(t, { major: 15 });
  const header = { path: "./usr/include/postgresql/15/server/postgres.h", content: "" };
  await project.publish([{ name: "postgresql-server-dev-15", version: "15.18-1", files: [header] }]);
  const server = dirname(await value(project, "select setting from pg_config() where name = 'BINDIR'"));
  const before = await folderDigest(server);
  const name = `built_${randomBytes(4).toString("hex")}`;
  await project.save({
    "ext/Makefile": `EXTENSION = ${name}\nDATA = ${name}--1.0.sql\nPG_CONFIG = pg_config\nPGXS := $(shell $(PG_CONFIG) --pgxs)\ninclude $(PGXS)\n`,
    [`ext/${name}.control`]: "default_version = '1.0'\nsuperuser = false\n",
    [`ext/${name}--1.0.sql`]: `create function ${name}() returns text language sql as 'select ''built''::text';\n`,
  });
  const added = await project.run("add", name, "--from", "ext");
  assert.equal(added.code, 0, added.stderr);
  assert.match(await project.rows(`select ${name}()`), /built/);
  assert.equal(await folderDigest(server), before);
});

test("an update goes along the scripts and is undone with a migration that fails; there is no way back down", async (t) => {
  const project = await extensionProject(t);
  const old = sqlExtension("greet", ["1.0"]);
  await project.publish([old]);
  const added = await project.run("add", "greet@>=1");
  assert.equal(added.code, 0, added.stderr);
  const lock = await project.read("howdah.lock");
  await project.publish([sqlExtension("greet", ["1.0", "2.0"], { updates: ["1.0--1.1", "1.1--2.0"] })]);
  assert.equal((await project.run("update", "--no-database")).code, 0);
  const planned = await project.run("plan");
  assert.match(planned.stdout, /update +extension greet 1\.0--1\.1--2\.0/);
  const version = "select extversion from pg_extension where extname = 'greet'";
  await project.save({ "migrations/1_fails.sql": "select 1 / 0;\n" });
  assert.notEqual((await project.run("migrate")).code, 0);
  assert.equal(await value(project, version), "1.0");
  await project.save({ "migrations/1_fails.sql": "select 1;\n" });
  assert.equal((await project.run("migrate")).code, 0);
  assert.equal(await value(project, version), "2.0");
  await project.save({ "howdah.lock": lock });
  const back = await project.run("migrate");
  assert.match(back.stderr, /^WD710 the extension greet can't be brought from 2\.0 to 1\.0/m);
  assert.equal(await value(project, version), "2.0");
});
