import assert from "node:assert/strict";
import { test } from "node:test";
import { howdah } from "../../test/cli/howdah.ts";
import { testProject, type TestProject } from "../../test/support/project.ts";
import { until } from "../../test/support/until.ts";
import { projectFindings } from "./findings.ts";
import type { Project } from "./application.ts";
import { projectStatus } from "./status.ts";

const files = {
  "howdah.toml": "[server]\nport = 0\n",
  "migrations/1_item.sql": "create table public.item (id int primary key);",
};

async function findings(project: Project): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { kind, name, message } of projectFindings(project)) found.push(`${kind} ${name}: ${message}`);
  return found;
}

async function sessions(project: TestProject): Promise<readonly object[]> {
  return project.connection.query({
    text: "select pid from pg_catalog.pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'",
    values: [],
  });
}

test("a project that is up to date has nothing but what is well, and no session is left", async (t) => {
  const project = await testProject(t, files);
  await project.assemble();
  const found = await findings(await project.open());
  assert.deepEqual(
    found.filter((line) => !line.startsWith("ok")),
    [],
  );
  assert.ok(found.includes("ok assembly: the database is up to date with the files"), found.join("\n"));
  // A session that was closed ends in Postgres a moment later.
  await until("no session is left", async () => (await sessions(project)).length === 0);
});

test("files that are not in the database yet are a warning, broken ones a problem with the place", async (t) => {
  const project = await testProject(t, files);
  const pending = await findings(await project.open());
  assert.ok(pending.includes("warning assembly: 1 change of the files is not in the database yet"), pending.join("\n"));
  await project.save({ "functions/bad.sql": "create functio f();" });
  const broken = await findings(await project.open());
  assert.ok(
    broken.some((line) => /^problem assembly: .* \(functions\/bad\.sql:1:8\)$/.test(line)),
    broken.join("\n"),
  );
});

test("a database that can't be reached is a problem, and nothing is asked of it", async (t) => {
  const project = await testProject(t, files);
  const opened = await project.open();
  const postgres = { ...opened.config.postgres, url: "postgres://nobody:s3cret@127.0.0.1:1/shop" };
  const found = await findings({ ...opened, config: { ...opened.config, postgres } });
  assert.deepEqual(found.length, 2, found.join("\n"));
  assert.match(found[1] ?? "", /^problem database: /);
  assert.ok(!found.join().includes("s3cret"));
});

test("status of a project behind a url names its parts, and where it is served", async (t) => {
  const project = await testProject(t, files);
  const { server, ...rest } = await projectStatus(await project.open());
  assert.equal(server, undefined);
  assert.deepEqual(rest, {
    name: "shop",
    root: project.root,
    environment: "development",
    postgres: { provider: "url", requested: "", locked: undefined, cluster: undefined },
    migrations: { applied: 0, pending: ["migrations/1_item.sql"], newest: undefined },
    capabilities: ["extensions", "health", "rest", "pages"],
  });
  await project.assemble();
  await using application = await project.serve();
  const served = await projectStatus(await project.open());
  assert.deepEqual(served.server, { pid: process.pid, url: application.url, mode: "development" });
});

test("status says which migrations have run, and which of two with one number", async (t) => {
  const project = await testProject(t, { ...files, "migrations/2_more.sql": "create table public.more ();" });
  await project.assemble();
  const status = async () => (await projectStatus(await project.open())).migrations;
  assert.deepEqual(await status(), { applied: 2, pending: [], newest: "migrations/2_more.sql" });
  await project.save({
    "migrations/2_more.sql": null,
    "migrations/2_renamed.sql": "create table public.more ();",
    "migrations/01_other.sql": "",
    "migrations/10_late.sql": "",
    "migrations/9_soon.sql": "",
  });
  const pending = ["migrations/01_other.sql", "migrations/9_soon.sql", "migrations/10_late.sql"];
  assert.deepEqual(await status(), { applied: 2, pending, newest: "migrations/2_more.sql" });
  const told = await howdah(["status"], { cwd: project.root, env: project.env });
  assert.equal(told.code, 3);
  assert.match(
    told.stdout,
    /^migrations +2 have run, the newest migrations\/2_more\.sql; not yet: migrations\/01_other\.sql, /m,
  );
  assert.match(told.stdout, /^files +not compared: WD402$/m);
  assert.match(told.stderr, /^WD402 [\s\S]*howdah status shows which/m);
});

test("status of a project whose database can't be reached says nothing of migrations", async (t) => {
  const project = await testProject(t, files);
  const opened = await project.open();
  const postgres = { ...opened.config.postgres, url: "postgres://nobody:s3cret@127.0.0.1:1/shop" };
  const status = await projectStatus({ ...opened, config: { ...opened.config, postgres } });
  assert.equal(status.migrations, undefined);
});

test("doctor's findings have each a name of its own", async (t) => {
  const project = await testProject(t, files);
  await project.assemble();
  const names = (await findings(await project.open())).map((line) => line.replace(/^\w+ ([^:]*):.*$/s, "$1"));
  assert.ok(names.includes("server port"), names.join());
  assert.deepEqual(names, [...new Set(names)]);
});
