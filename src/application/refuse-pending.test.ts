import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Capability } from "../capability/index.ts";
import { failureOf, saveFiles, testProject, testProjectFolder, type TestProject } from "../../test/support/project.ts";
import type { Project } from "./application.ts";
import { assembleProject } from "./assemble-project.ts";
import { refusePending } from "./refuse-pending.ts";

const files = {
  "migrations/1_item.sql": "create table public.item (id int primary key);",
  "functions/one.sql": "create function public.one() returns int language sql return 1;",
};

async function refused(
  project: TestProject,
  change: (opened: Project) => Project = (opened) => opened,
): Promise<string> {
  const [opened, database] = await project.opened("production");
  const { code, message, detail } = await failureOf(refusePending(change(opened), database));
  return `${code} ${message}: ${detail}`;
}

async function accepted(project: TestProject): Promise<void> {
  const [opened, database] = await project.opened("production");
  await refusePending(opened, database);
}

test("an assembled database is accepted", async (t) => {
  const project = await testProject(t, files);
  await project.assemble({ mode: "production" });
  await accepted(project);
});

test("seeds are no reason to refuse: production has none", async (t) => {
  const project = await testProject(t, { ...files, "seeds/1_item.sql": "insert into public.item values (1);" });
  await project.assemble({ mode: "production" });
  await accepted(project);
});

test("a database that was never assembled is refused, by a project without SQL too", async (t) => {
  const detail = "WD042 the database lacks 1 change of the project: the first assembly";
  assert.equal(await refused(await testProject(t)), detail);
  assert.equal(
    await refused(await testProject(t, files)),
    "WD042 the database lacks 3 changes of the project: the first assembly, migrate migrations/1_item.sql, " +
      "create function public.one()",
  );
});

test("a new migration, a changed function and a removed file are refused by name", async (t) => {
  const project = await testProject(t, files);
  await project.assemble({ mode: "production" });
  await project.save({ "migrations/2_more.sql": "alter table public.item add name text;" });
  assert.match(await refused(project), /^WD042 .*: migrate migrations\/2_more\.sql$/);
  await project.save({
    "migrations/2_more.sql": null,
    "functions/one.sql": files["functions/one.sql"].replace("1;", "2;"),
  });
  assert.match(await refused(project), /^WD042 .*: replace function public\.one\(\)$/);
  await project.save({ "functions/one.sql": null });
  assert.match(await refused(project), /^WD042 .*: drop function public\.one\(\)$/);
});

test("a database that is ahead is refused: a migration has run whose file is not here", async (t) => {
  const project = await testProject(t, files);
  await project.assemble({ mode: "production" });
  await project.save({ "migrations/1_item.sql": null, "functions/one.sql": null });
  assert.match(await refused(project), /^WD404 migrations\/1_item\.sql has run here and is missing now/);
});

test("broken files are refused with their place", async (t) => {
  const project = await testProject(t, files);
  await project.assemble({ mode: "production" });
  await project.save({ "functions/one.sql": "create functio public.one();" });
  const [opened, database] = await project.opened("production");
  const { position } = await failureOf(refusePending(opened, database));
  assert.deepEqual(position, { file: "functions/one.sql", line: 1, column: 8 });
});

test("a capability that is not installed, is older or newer than the database, is refused", async (t) => {
  const project = await testProject(t);
  const folder = await testProjectFolder(t);
  await saveFiles(folder, {
    "001_a.sql": "create table demo.a (id int);",
    "002_b.sql": "create table demo.b (id int);",
  });
  const demo: Capability = {
    ...{ name: "demo", needs: [], schema: "demo", settings: () => ({}) },
    sql: pathToFileURL(join(folder, "/")),
  };
  const withDemo = (opened: Project): Project => ({ ...opened, capabilities: [{ capability: demo, settings: {} }] });
  await project.assemble({ mode: "production" });
  assert.match(await refused(project, withDemo), /^WD042 .*: install demo 001_a\.sql 002_b\.sql$/);
  const [opened, database] = await project.opened("production");
  await assembleProject(withDemo(opened), database, { mode: "production" });
  await refusePending(withDemo(opened), database);
  await saveFiles(folder, { "003_c.sql": "create table demo.c (id int);" });
  assert.match(await refused(project, withDemo), /^WD042 .*: install demo 003_c\.sql$/);
  await saveFiles(folder, { "003_c.sql": null, "002_b.sql": null });
  assert.match(await refused(project, withDemo), /^WD606 /);
});
