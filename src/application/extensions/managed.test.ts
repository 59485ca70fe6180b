import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError, AppErrors } from "../../errors/index.ts";
import { failureOf, testProject } from "../../../test/support/project.ts";
import { assembleProject, planProject } from "../assemble-project.ts";
import { addExtensions, removeExtensions } from "./index.ts";

const toml = (lines: string): string => `[extensions]\n${lines}\n`;

test("what a server behind a url has is created by the assembly, once, where schema/ may use it; a trusted one without superuser", async (t) => {
  const project = await testProject(t, {
    "howdah.toml": toml('hstore = { source = "server" }\ncube = { source = "server", schema = "geometry" }'),
    "schema/item.sql": "create table public.item (id int primary key, tags hstore not null);\n",
  });
  assert.equal((await project.assemble()).changed, true);
  const rows = await project.connection.query<{ name: string; schema: string }>({
    text: "select extname as name, extnamespace::regnamespace::text as schema from pg_extension where extname <> 'plpgsql' order by 1",
    values: [],
  });
  assert.deepEqual(rows, [
    { name: "cube", schema: "geometry" },
    { name: "hstore", schema: "public" },
  ]);
  const again = await project.assemble();
  assert.deepEqual([again.changed, again.actions], [false, []]);
});

test("all that a server lacks is found before anything is done", async (t) => {
  const project = await testProject(t, {
    "howdah.toml": toml(
      'hstore = { source = "server" }\nnowhere = { source = "server" }\nneither = { source = "server" }',
    ),
    "migrations/1_made.sql": "create table made (id int);\n",
  });
  const [opened, database] = await project.opened();
  const error = await assembleProject(opened, database, { mode: "development" }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AppErrors);
  assert.deepEqual(
    error.errors.map(({ code, message }) => [code, message]),
    [
      ["WD711", "this server does not have the extension neither"],
      ["WD711", "this server does not have the extension nowhere"],
    ],
  );
  const [row] = await project.connection.query<{ count: number }>({
    text: "select count(*)::int as count from pg_extension where extname = 'hstore'",
    values: [],
  });
  assert.equal(row?.count, 0);
});

test("add behind a url creates and writes down what the server has, and remove is refused while a table needs it", async (t) => {
  const project = await testProject(t);
  const [opened] = await project.opened();
  const refused = await failureOf(addExtensions(opened, [{ name: "nowhere" }], {}));
  assert.equal(refused.code, "WD711");
  assert.deepEqual(opened.config.settings["extensions"]?.value ?? {}, {});
  const { actions } = await addExtensions(opened, [{ name: "hstore" }], {});
  assert.deepEqual(
    actions.map(({ kind, name }) => [kind, name]),
    [["create", "hstore"]],
  );
  const reopened = await project.open();
  assert.deepEqual(reopened.config.settings["extensions"]?.value, { hstore: { source: "server" } });
  const [, database] = await project.opened();
  await using owner = await database.connectOwner();
  await owner.execute("create table item (tags hstore)");
  const used = await failureOf(removeExtensions(reopened, ["hstore"], {}));
  assert.deepEqual([used.code, used.detail], ["WD707", "column tags of table item"]);
  await owner.execute("drop table item");
  assert.deepEqual((await removeExtensions(reopened, ["hstore"], {})).removed, ["hstore"]);
});

test("a library that has to be preloaded is told with the whole list to set, by a plan too", async (t) => {
  const project = await testProject(t, { "howdah.toml": toml('pg_stat_statements = "*"') });
  await project.save({
    "howdah.lock": `format = 1\n\n[extensions.pg_stat_statements]\nrequest = "*"\nversion = "1.11"\nsource = "contrib"\nprovides = ["pg_stat_statements 1.11"]\nrequires = []\npreload = ["pg_stat_statements"]\nsettings = []\n`,
  });
  const [opened, database] = await project.opened();
  await using connection = await database.connectOwner();
  await connection.execute("reset role");
  const [row] = await connection.query<{ visible: boolean }>({
    text: "select count(*) > 0 as visible from pg_settings where name = 'shared_preload_libraries'",
    values: [],
  });
  const error = await failureOf(assembleProject(opened, database, { mode: "development" }));
  assert.ok(error instanceof AppError);
  // Who may not know the server's settings hears it from Postgres itself.
  if (row?.visible !== true) return assert.match(error.code, /^WD(?:708|709|712)$/);
  assert.equal(error.code, "WD708");
  assert.match(error.hint ?? "", /shared_preload_libraries = 'pg_stat_statements'/);
  assert.equal((await failureOf(planProject(opened, database, { mode: "development" }))).code, "WD708");
});
