import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { connect, sql } from "../postgres/index.ts";
import { destroyCluster } from "../provision/index.ts";
import { failureOf, saveFiles, testProject, testProjectFolder } from "../../test/support/project.ts";
import { assembleProject, planProject } from "./assemble-project.ts";
import { databaseContents, dropProjectDatabase } from "./drop-database.ts";
import { homeOf } from "./home.ts";
import { openDatabase } from "./open-database.ts";
import { openProject } from "./open-project.ts";
import { projectStatus } from "./status.ts";
import { openTestDatabase } from "./test-database.ts";

const table = { "migrations/1_item.sql": "create table public.item (id int primary key);" };

/** A project whose Postgres is provisioned for it alone. */
async function clusterProject(t: TestContext, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = join(await testProjectFolder(t), "shop");
  await mkdir(root);
  for (const folder of [join(root, ".."), root]) await chmod(folder, 0o755);
  t.after(() => destroyCluster(join(root, ".howdah")));
  await saveFiles(root, { "howdah.toml": 'postgres = "18"\n', ...files });
  return root;
}

test("a url leads to a database with its roles, and closing leaves it as it is", async (t) => {
  const project = await testProject(t);
  const [opened, database] = await project.opened();
  const name = project.target.database;
  assert.equal(database.provider, "url");
  assert.equal(database.joined, true);
  assert.match(database.version, /^1[5-8]\.\d+$/);
  assert.equal(database.roles.authenticator, `${name}_authenticator`);
  for (const [target, role] of [
    [database.authenticator, `${name}_authenticator`],
    [database.service, `${name}_service`],
  ] as const) {
    await using session = await connect(target);
    assert.deepEqual(await session.query(sql`select current_user::text as role`), [{ role }]);
  }
  await database.close();
  await using again = await openDatabase(opened);
  assert.deepEqual(again.authenticator, database.authenticator);
});

test("a url to another major than howdah.toml asks for is refused", async (t) => {
  const project = await testProject(t);
  const opened = await project.open();
  const wants = (version: string) => ({
    ...opened,
    config: { ...opened.config, postgres: { ...opened.config.postgres, version } },
  });
  await using database = await openDatabase(opened);
  const other = database.version.startsWith("16") ? "17" : "16";
  const { code, message, detail } = await failureOf(openDatabase(wants(other)));
  assert.deepEqual([code, message], ["WD108", `the url leads to PostgreSQL ${database.version}`]);
  assert.equal(detail, `howdah.toml asks for ${other}`);
  await using _same = await openDatabase(wants(database.version));
  await using _major = await openDatabase(wants(String(Number.parseInt(database.version, 10))));
});

test("a url that leads nowhere is told without its password", async (t) => {
  const project = await testProject(t);
  const opened = await project.open();
  const url = "postgres://nobody:s3cret@127.0.0.1:1/shop";
  const postgres = { ...opened.config.postgres, url };
  const error = await failureOf(openDatabase({ ...opened, config: { ...opened.config, postgres } }));
  assert.equal(error.code, "WD201");
  assert.ok(!JSON.stringify([error.message, error.detail, error.hint]).includes("s3cret"));
});

test("a test database is the project, assembled apart, and gone when it is closed", async (t) => {
  const project = await testProject(t, table);
  const [opened, database] = await project.opened();
  const names: string[] = [];
  {
    await using one = await openTestDatabase(opened, database);
    await using other = await openTestDatabase(opened, database);
    await using session = await one.connectOwner();
    await session.execute("insert into public.item values (1)");
    await using second = await other.connectOwner();
    assert.deepEqual(await second.query(sql`select * from public.item`), []);
    names.push(one.admin.database, other.admin.database);
    assert.deepEqual(one.roles, database.roles);
  }
  const left = await project.connection.query(sql`select datname from pg_database where datname = any(${names})`);
  assert.deepEqual([names.length, left], [2, []]);
});

test("a test database that can't be assembled is not left behind", async (t) => {
  const project = await testProject(t, { "migrations/1_bad.sql": "select 1/0;" });
  const [opened, database] = await project.opened();
  const { position } = await failureOf(openTestDatabase(opened, database));
  assert.equal(position?.file, "migrations/1_bad.sql");
  const pattern = `${project.target.database}_test_%`;
  assert.deepEqual(
    await project.connection.query(sql`select datname from pg_database where datname like ${pattern}`),
    [],
  );
});

test("reset is refused for a url and in production", async (t) => {
  const project = await testProject(t, table);
  const [opened, database] = await project.opened();
  assert.equal((await failureOf(dropProjectDatabase(opened, database))).code, "WD043");
  const production = { ...opened, config: { ...opened.config, environment: "production" } };
  const ours = { ...database, provider: "embedded" } as const;
  assert.equal((await failureOf(dropProjectDatabase(production, ours))).code, "WD043");
});

test("what reset would drop is counted: relations, rows, bytes", async (t) => {
  const project = await testProject(t, table);
  await project.assemble();
  await project.connection.execute("insert into public.item select generate_series(1, 500); analyze public.item");
  const [, database] = await project.opened();
  const { database: name, relations, rows, bytes } = await databaseContents(database);
  assert.deepEqual([name, relations, rows], [project.target.database, 1, 500]);
  assert.ok(bytes > 1_000_000);
});

test("a project of its own: provisioned and locked, assembled, joined, seen by status, dropped and made anew", async (t) => {
  const root = await clusterProject(t, table);
  const project = await openProject(root);
  assert.equal(project.config.name, "shop");
  const stopped = await projectStatus(project);
  assert.deepEqual([stopped.postgres.cluster?.kind, stopped.migrations], ["stopped", undefined]);
  const steps: string[] = [];
  await using database = await openDatabase(project, { onStep: (step) => steps.push(step) });
  assert.deepEqual([database.provider, database.joined, database.admin.database], ["embedded", false, "shop"]);
  assert.equal(steps.at(-1), `starting PostgreSQL ${database.version}`);
  assert.match(await readFile(join(root, "howdah.lock"), "utf8"), new RegExp(`version = "${database.version}"`));
  assert.equal((await failureOf(connect({ ...database.authenticator, database: "postgres" }))).code, "WD202");
  await assembleProject(project, database, { mode: "development" });
  {
    await using second = await openDatabase(project);
    assert.equal(second.joined, true);
    assert.deepEqual((await planProject(project, second, { mode: "development" })).actions, []);
  }
  const status = await projectStatus(project);
  assert.deepEqual([status.postgres.locked, status.postgres.cluster?.kind], [database.version, "running"]);
  assert.deepEqual(status.migrations, { applied: 1, pending: [], newest: "migrations/1_item.sql" });
  await dropProjectDatabase(project, database);
  await using fresh = await openDatabase(project);
  const { actions } = await planProject(project, fresh, { mode: "development" });
  assert.deepEqual(
    actions.map(({ kind }) => kind),
    ["migrate"],
  );
});

test("what fails behind the start of a cluster gives the cluster back", async (t) => {
  const root = await clusterProject(t, { ".howdah/secrets.json": "damaged" });
  const project = await openProject(root);
  assert.equal((await failureOf(openDatabase(project))).code, "WD041");
  assert.equal((await projectStatus(project)).postgres.cluster?.kind, "stopped");
  assert.equal(homeOf(project), join(root, ".howdah"));
});

test("a version that the data refuses is not locked", async (t) => {
  const root = await clusterProject(t, { ".howdah/data/PG_VERSION": "17\n" });
  const project = await openProject(root);
  assert.equal((await failureOf(openDatabase(project))).code, "WD371");
  await assert.rejects(readFile(join(root, "howdah.lock")), { code: "ENOENT" });
});
