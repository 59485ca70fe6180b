import assert from "node:assert/strict";
import { test } from "node:test";
import type { Capability } from "../capability/index.ts";
import { AppError } from "../errors/index.ts";
import { failureOf, testProject } from "../../test/support/project.ts";
import type { Project } from "./application.ts";
import { assembleProject, planProject } from "./assemble-project.ts";

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
  const plan = await planProject(opened, database, { mode: "development" });
  assert.deepEqual(
    plan.actions.map(({ kind }) => kind),
    ["migrate", "create", "seed"],
  );
  const nothing = { text: "select to_regclass('public.item') as item", values: [] };
  assert.deepEqual(await project.connection.query(nothing), [{ item: null }]);
  const report = await assembleProject(opened, database, { mode: "development" });
  assert.deepEqual([report.actions, report.changed], [plan.actions, true]);
  const again = await assembleProject(opened, database, { mode: "development" });
  assert.deepEqual([again.actions, again.changed], [[], false]);
});

test("production loads no seeds", async (t) => {
  const project = await testProject(t, files);
  await project.assemble({ mode: "production" });
  assert.deepEqual(await project.connection.query({ text: "select * from public.item", values: [] }), []);
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

test("a capability that assembles files of its own does so each time: nobody else knows which they are", async (t) => {
  const project = await testProject(t, files);
  const [opened, database] = await project.opened();
  let runs = 0;
  const counting = adding(opened, { assemble: async () => void runs++ });
  await assembleProject(counting, database, { mode: "development" });
  await assembleProject(counting, database, { mode: "development" });
  assert.equal(runs, 2);
});
