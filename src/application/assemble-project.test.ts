import assert from "node:assert/strict";
import { test } from "node:test";
import type { Capability } from "../capability/index.ts";
import { AppError } from "../errors/index.ts";
import { failureOf, testProject } from "../../test/support/project.ts";
import type { Project } from "./application.ts";
import { assembleProject, planProject } from "./assemble-project.ts";
import { openTestDatabase } from "./test-database.ts";

const files = {
  "migrations/1_item.sql": "create table public.item (id int primary key);",
  "functions/one.sql": "create function public.one() returns int language sql return 1;",
  "seeds/1_item.sql": "insert into public.item values (1);",
};

function adding(project: Project, capability: Partial<Capability>, settings: unknown = {}): Project {
  const added = { name: "added", needs: [], settings: () => ({}), ...capability };
  return { ...project, capabilities: [...project.capabilities, { capability: added, settings }] };
}

test("a plan says what an assembly then does, and changes nothing", async (t) => {
  const project = await testProject(t, files);
  const [opened, database] = await project.opened();
  const options = { mode: "development", seeds: true } as const;
  const plan = await planProject(opened, database, options);
  assert.deepEqual(
    plan.actions.map(({ kind }) => kind),
    ["migrate", "create", "seed"],
  );
  const nothing = { text: "select to_regclass('public.item') as item", values: [] };
  assert.deepEqual(await project.connection.query(nothing), [{ item: null }]);
  const report = await assembleProject(opened, database, options);
  assert.deepEqual([report.actions, report.changed], [plan.actions, true]);
  const again = await assembleProject(opened, database, options);
  assert.deepEqual([again.actions, again.changed], [[], false]);
});

const items = { text: "select id from public.item", values: [] };

test("production loads no seeds, whoever asks", async (t) => {
  const project = await testProject(t, files);
  for (const seeds of [undefined, true]) {
    const { warnings } = await project.assemble({ mode: "production", seeds });
    assert.deepEqual([await project.connection.query(items), warnings], [[], []]);
  }
});

test("what a url leads to gets seeds on request alone, and is told of those that it lacks", async (t) => {
  const project = await testProject(t, files);
  const { warnings } = await project.assemble();
  assert.deepEqual(
    warnings.map(({ code, message }) => [code, message]),
    [["WD423", "seeds/1_item.sql was not loaded"]],
  );
  assert.deepEqual(await project.connection.query(items), []);
  await project.assemble({ seeds: true });
  assert.deepEqual(await project.connection.query(items), [{ id: 1 }]);
  await project.save({ "functions/one.sql": null });
  assert.deepEqual((await project.assemble()).warnings, []);
});

test("a cluster of ours gets seeds without a word, and so does a test database behind a url", async (t) => {
  const project = await testProject(t, files);
  const [opened, database] = await project.opened();
  await using test = await openTestDatabase(opened, database);
  await using inside = await test.connectOwner();
  await inside.execute(`set role "${test.roles.owner}"`);
  assert.deepEqual(await inside.query(items), [{ id: 1 }]);
  const { actions } = await planProject(opened, { ...database, provider: "embedded" }, { mode: "development" });
  assert.ok(actions.some(({ kind }) => kind === "seed"));
});

test("a capability's steps stand around the project's SQL: before it, and behind it in the same transaction", async (t) => {
  const project = await testProject(t, files);
  const [opened, database] = await project.opened();
  const seen: string[] = [];
  const traced = adding(
    opened,
    {
      before: async ({ settings, mode }, tree) => {
        seen.push(`before ${String(settings)} ${mode} ${(await tree.list("migrations/*")).length}`);
      },
      assemble: async ({ settings }, _tree, tx) => {
        const [row] = await tx.query<{ one: number }>({ text: "select public.one() as one", values: [] });
        seen.push(`assemble ${String(settings)} ${row?.one}`);
      },
    },
    "mine",
  );
  await assembleProject(traced, database, { mode: "development" });
  assert.deepEqual(seen, ["before mine development 1", "assemble mine 1"]);
});

test("what a capability can't assemble takes everything else back", async (t) => {
  const project = await testProject(t, files);
  const [opened, database] = await project.opened();
  const broken = adding(opened, { assemble: () => Promise.reject(new AppError("WD602", "bad crontab")) });
  const { message } = await failureOf(assembleProject(broken, database, { mode: "development" }));
  assert.equal(message, "bad crontab");
  const left = {
    text: "select to_regclass('public.item') as item, to_regprocedure('public.one()') as one",
    values: [],
  };
  assert.deepEqual(await project.connection.query(left), [{ item: null, one: null }]);
});

test("a capability assembles again when a file that it may read or a setting has changed, and not otherwise", async (t) => {
  const project = await testProject(t, { ...files, "rules/one.yaml": "a", "public/logo.svg": "<svg/>" });
  const [opened, database] = await project.opened();
  let runs = 0;
  const assembled = async (settings: unknown = { size: 10n }): Promise<number> => {
    runs = 0;
    const counting = adding(opened, { assemble: async () => void runs++ }, settings);
    await assembleProject(counting, database, { mode: "development" });
    return runs;
  };
  assert.equal(await assembled(), 1);
  assert.equal(await assembled(), 0, "nothing has changed");
  await project.save({ "public/logo.svg": "<svg />" });
  assert.equal(await assembled(), 0, "assets are served from the files");
  await project.save({ "rules/one.yaml": "b" });
  assert.equal(await assembled(), 1, "another content");
  await project.save({ "rules/one.yaml": null, "rules/two.yaml": "b" });
  assert.equal(await assembled(), 1, "another name");
  assert.equal(await assembled({ size: 11n }), 1, "another setting");
  assert.equal(await assembled({ size: 11n }), 0);
});
