import assert from "node:assert/strict";
import { test } from "node:test";
import { assembleProject } from "./assemble-project.ts";
import { workerOf } from "./project-worker.ts";
import { connect, formatUrl, sql, type Connection } from "../postgres/index.ts";
import { openDatabase } from "./open-database.ts";
import { openProject } from "./open-project.ts";
import { dropDatabase, needsSuperuser, testServer } from "../../test/support/database.ts";
import { failureOf, listenLive, saveFiles, testProject, testProjectFolder } from "../../test/support/project.ts";
import { until } from "../../test/support/until.ts";

async function value(connection: Pick<Connection, "query">, expression: string): Promise<unknown> {
  const [row] = await connection.query<{ value: unknown }>({ text: `select ${expression} as value`, values: [] });
  return row?.value;
}

const one = (answer: number): string =>
  `/** @grant $anon */\nexport function answer(): number {\n  return ${answer};\n}\n`;

test(
  "a saved TypeScript function is callable, and a broken one leaves the last good version",
  { skip: needsSuperuser },
  async (t) => {
    const project = await testProject(t, {
      "pages/index.html": "<h1>{{row.value}}</h1>",
      "pages/index.query.sql": "-- @name row :one\nselect public.answer() as value;\n",
      "functions/answer.ts": one(1),
    });
    await project.assemble();
    const application = await project.serve();
    const heading = async (): Promise<string> =>
      /<h1>(.*)<\/h1>/.exec(await (await fetch(application.url)).text())?.[1] ?? "";
    assert.equal(await heading(), "1");
    const live = await listenLive(t, application.url);
    await project.save({ "functions/answer.ts": one(2) });
    await live.find("the browser is told", ({ refresh }) => refresh === "page");
    assert.equal(await heading(), "2");
    await project.save({ "functions/answer.ts": one(3).replace("return 3;", "return 3 +;") });
    const { failure } = await live.find("the failure", (message) => message.failure !== null);
    assert.deepEqual(failure?.position, { file: "functions/answer.ts", line: 3, column: 13 });
    assert.equal(await heading(), "2");
  },
);

test(
  "a session survives the end of the worker's process: its next call reaches the new one",
  { skip: needsSuperuser },
  async (t) => {
    const project = await testProject(t, {
      "functions/end.ts": "export function pid(): number {\n  return process.pid;\n}\n",
    });
    const [opened, database] = await project.opened();
    t.after(() => database.close());
    await assembleProject(opened, database, { mode: "development" });
    const { connection } = project;
    const pid = Number(await value(connection, "pid()"));
    process.kill(pid, "SIGKILL");
    await until("the function answers again", async () => {
      const again = await value(connection, "pid()").catch(() => pid);
      return again !== pid;
    });
  },
);

test("two that open one database share a worker", { skip: needsSuperuser }, async (t) => {
  const project = await testProject(t, { "functions/a.ts": "export function a(): number {\n  return 1;\n}\n" });
  const [opened, first] = await project.opened();
  t.after(() => first.close());
  await assembleProject(opened, first, { mode: "development" });
  const [again, second] = await project.opened();
  t.after(() => second.close());
  const ports = [
    (await workerOf(opened, first, { anyPort: true })).port,
    (await workerOf(again, second, { anyPort: true })).port,
  ];
  assert.equal(ports[0], ports[1]);
});

test(
  "a database elsewhere can't reach a worker at loopback: refused with the reason",
  { skip: needsSuperuser },
  async (t) => {
    const project = await testProject(t, {});
    const [opened, database] = await project.opened();
    t.after(() => database.close());
    const elsewhere = { ...database, heldBeside: undefined, admin: { ...database.admin, host: "db.example.net" } };
    const error = await failureOf(workerOf(opened, elsewhere, { anyPort: true }));
    assert.equal(error.code, "WD495");
    assert.equal(error.detail, "it runs on db.example.net, and the worker listens on this machine's loopback address");
  },
);

test("without a worker the error says what starts it", { skip: needsSuperuser }, async (t) => {
  const project = await testProject(t, { "functions/a.ts": "export function a(): number {\n  return 1;\n}\n" });
  const [opened, database] = await project.opened();
  await assembleProject(opened, database, { mode: "development" });
  await database.close();
  await using session = await connect(project.target);
  await session.execute(`set role ${project.target.database}_owner`);
  const error = await failureOf(session.query(sql`select public.a()`));
  assert.equal(error.message, "the worker that runs this function can't be reached");
  assert.equal(error.hint, "howdah run and howdah serve start it");
});

test(
  "a role without superuser is refused with what an administrator runs once, and then deploys",
  { skip: needsSuperuser },
  async (t) => {
    const admin = testServer();
    const name = `t_${crypto.randomUUID().slice(0, 8)}`;
    t.after(() => dropDatabase(admin, name));
    const deployer = { ...admin, user: `${name}_deployer`, password: "deployer" };
    await using maker = await connect(admin);
    await maker.execute(`create role ${deployer.user} login createrole createdb password '${deployer.password}'`);
    await using plain = await connect(deployer);
    await plain.execute(`create database ${name} template template0`);
    const root = await testProjectFolder(t);
    const roles = `anon = "${name}_anon"\nauthenticated = "${name}_user"\nservice_role = "${name}_admin"`;
    await saveFiles(root, {
      "howdah.toml": `name = "shop"\n[roles]\n${roles}\n`,
      "functions/a.ts": "export function a(): number {\n  return 1;\n}\n",
    });
    const env = { HOWDAH_DATABASE_URL: formatUrl({ ...deployer, database: name }, { password: "shown" }) };
    const project = await openProject(root, { env });
    await using database = await openDatabase(project);
    const refused = await failureOf(assembleProject(project, database, { mode: "development" }));
    assert.equal(refused.code, "WD495");
    const statements = refused.detail?.split("an administrator runs once:\n\n")[1] ?? "";
    await using administrator = await connect({ ...admin, database: name });
    await administrator.execute(statements);
    await assembleProject(project, database, { mode: "development" });
    await using session = await database.connectOwner();
    assert.equal(await value(session, "public.a()"), 1);
  },
);
