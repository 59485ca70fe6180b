import assert from "node:assert/strict";
import { test } from "node:test";
import { counterPackage, installedHowdah } from "../../test/support/counter-package.ts";
import { howdah } from "../../test/cli/howdah.ts";
import { failureOf, listenLive, testProject } from "../../test/support/project.ts";
import { projectFindings } from "./findings.ts";

const files = {
  ...counterPackage,
  ...installedHowdah,
  "howdah.toml": 'capabilities = ["howdah-counter"]\n[counter]\nstep = 2\n',
};

/** The same count by both: of a visitor, and of the table. */
async function count(url: string, method = "GET"): Promise<unknown> {
  const response = await fetch(`${url}/count`, { method });
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

test("a capability of an npm package: its table is there, its route answers as anon, its setting counts", async (t) => {
  const project = await testProject(t, files);
  await project.assemble({ mode: "production" });
  await using application = await project.serve({ mode: "production" });
  assert.deepEqual(await count(application.url), { count: 0 });
  await count(application.url, "POST");
  assert.deepEqual(await count(application.url), { count: 2 });
  const rows = await project.connection.query({ text: "select step::int from counter.visit", values: [] });
  assert.deepEqual(rows, [{ step: 2 }]);
  const [row] = await project.connection.query({
    text: "select has_table_privilege($1, 'counter.visit', 'select') as may",
    values: [`${project.target.database}_anon`],
  });
  assert.deepEqual(row, { may: false });
});

test("a mistyped setting of a capability is refused with its place and the nearest name", async (t) => {
  const project = await testProject(t, {
    ...files,
    "howdah.toml": 'capabilities = ["howdah-counter"]\n[counter]\nstepp = 2\n',
  });
  const { code, message, hint, position } = await failureOf(project.open());
  assert.deepEqual([code, position], ["WD102", { file: "howdah.toml", line: 4, column: 1 }]);
  assert.match(`${message} ${hint}`, /stepp.*step/s);
});

test("files that a capability assembles reach its tables when they are saved", async (t) => {
  const project = await testProject(t, { ...files, "counter/start.txt": "40" });
  await project.assemble();
  await using application = await project.serve();
  assert.deepEqual(await count(application.url), { count: 40 });
  const live = await listenLive(t, application.url);
  live.clear();
  await project.save({ "counter/start.txt": "100" });
  await live.find("the assembly", ({ failure }) => failure === null);
  assert.deepEqual(await count(application.url), { count: 100 });
});

test("a file of a capability alone is reason enough to assemble, and an unchanged one is none", async (t) => {
  const project = await testProject(t, { ...files, "counter/start.txt": "40" });
  const start = { text: "select total::int from counter.beginning", values: [] };
  await project.assemble();
  await project.connection.execute("update counter.beginning set total = 1");
  assert.equal((await project.assemble()).changed, false);
  assert.deepEqual(await project.connection.query(start), [{ total: 1 }], "its assemble did not run");
  await project.save({ "counter/start.txt": "100" });
  await project.assemble();
  assert.deepEqual(await project.connection.query(start), [{ total: 100 }]);
});

test("a command of a capability is listed by help and runs with what stands behind its name", async (t) => {
  const project = await testProject(t, files);
  const options = { cwd: project.root, env: project.env };
  for (const args of [["--help"], ["help"]]) {
    const { code, stdout } = await howdah(args, options);
    assert.equal(code, 0);
    assert.match(stdout, /^Of this project:\n +count +say hello from the counter$/m);
  }
  const ran = await howdah(["count", "one", "--two"], options);
  assert.deepEqual(
    [ran.code, JSON.parse(ran.stdout)],
    [0, { args: ["one", "--two"], root: project.root, json: false }],
  );
  assert.equal((await howdah(["count", "--fail"], options)).code, 7);
  const outside = await howdah(["--help"]);
  assert.doesNotMatch(outside.stdout, /Of this project/);
});

test("doctor asks a capability for its findings; a check that fails is one itself", async (t) => {
  const project = await testProject(t, files);
  await project.assemble();
  const opened = await project.open();
  const broken = {
    capability: {
      ...{ name: "broken", needs: [], settings: () => ({}) },
      checks: () => {
        throw new Error("no idea");
      },
    },
    settings: {},
  };
  const found: string[] = [];
  const [health, ...others] = opened.capabilities;
  const capabilities = health === undefined ? [] : [health, broken, ...others];
  for await (const { kind, name, message } of projectFindings({ ...opened, capabilities })) {
    found.push(`${kind} ${name}: ${message}`);
  }
  assert.ok(found.includes("ok counter: a visit counts 2"), found.join("\n"));
  assert.ok(found.includes("problem broken: its check failed: unexpected failure: no idea"), found.join("\n"));
});
