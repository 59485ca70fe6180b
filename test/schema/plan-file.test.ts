import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import {
  planFileOf,
  planProject,
  readPlanFile,
  type AssembleOptions,
  type AssemblyPlan,
} from "../../src/application/index.ts";
import { account, rows, settled, statements } from "../support/declared.ts";
import { failureOf, testProject, type TestProject } from "../support/project.ts";

const online = { "howdah.toml": "[schema]\nonline_above = 0\n" };

async function planOf(project: TestProject, options: Partial<AssembleOptions> = {}): Promise<AssemblyPlan> {
  const [opened, database] = await project.opened();
  return await planProject(opened, database, { mode: "development", compare: true, ...options });
}

/** A project of one table with ten rows, and files that ask for more. */
async function changed(t: TestContext): Promise<TestProject> {
  const project = await testProject(t, { ...online, ...account("  name text,\n  age int") });
  await project.assemble();
  await project.connection.execute("insert into public.account select i, 'n' || i, i from generate_series(1, 10) as i");
  await project.save(
    account(
      "  name text not null,\n  age int check (age > 0),\n  token uuid default gen_random_uuid()",
      "create index by_name on account (name);",
    ),
  );
  return project;
}

async function kept(project: TestProject, plan: AssemblyPlan): Promise<Awaited<ReturnType<typeof readPlanFile>>> {
  const file = join(project.root, "plan.json");
  await writeFile(file, planFileOf(plan));
  return await readPlanFile(file);
}

test("a plan shows what is done ahead of the transaction, in it and behind it: exactly that runs", async (t) => {
  const project = await changed(t);
  const plan = await planOf(project);
  const stages = new Set(plan.actions.map((action) => (action.kind === "change" ? (action.stage ?? "in") : "")));
  assert.deepEqual([...stages].toSorted(), ["ahead", "behind", "in"]);
  const report = await project.assemble({ expected: await kept(project, plan) });
  assert.deepEqual(statements(report).toSorted(), statements(plan).toSorted());
  await settled(project);
});

test("a plan is refused when the files, or the database, have changed since", async (t) => {
  const project = await changed(t);
  const expected = await kept(project, await planOf(project));
  await project.connection.execute("create table public.by_hand ()");
  const database = await failureOf(project.assemble({ expected }));
  assert.deepEqual([database.code, /database/.test(database.message)], ["WD464", true]);
  await project.connection.execute("drop table public.by_hand");
  await project.save(account("  name text,\n  age bigint"));
  const files = await failureOf(project.assemble({ expected }));
  assert.deepEqual([files.code, /files/.test(files.message)], ["WD464", true]);
  assert.deepEqual(await rows(project, "select to_regclass('public.by_name') as there"), [{ there: null }]);
});

test("a statement that the plan does not show is not run", async (t) => {
  const project = await changed(t);
  const plan = await kept(project, await planOf(project));
  const expected = { ...plan, statements: plan.statements.filter((text) => !/token/.test(text)) };
  const error = await failureOf(project.assemble({ expected }));
  assert.deepEqual([error.code, /token/.test(error.detail ?? "")], ["WD464", true]);
  assert.deepEqual(
    await rows(project, "select count(*)::int as count from pg_index where indrelid = 'public.account'::regclass"),
    [{ count: 1 }],
  );
});

test("something else than a plan is refused, and so is one with open questions", async (t) => {
  const project = await changed(t);
  const file = join(project.root, "plan.json");
  for (const text of ["", "[]", "{}", '{"howdah": 2}']) {
    await writeFile(file, text);
    assert.equal((await failureOf(readPlanFile(file))).code, "WD464");
  }
  assert.equal((await failureOf(readPlanFile(join(project.root, "nowhere.json")))).code, "WD464");
  await project.save(account("  name text"));
  const asking = await planOf(project);
  assert.equal(asking.questions?.length, 1);
  assert.match((await failureOf(kept(project, asking))).message, /asks for answers/);
});

test("the way back shows what is lost on it, and renames are undone by renames", async (t) => {
  const project = await testProject(t, account("  name text,\n  age int"));
  await project.assemble();
  await project.connection.execute("create table public.by_hand ()");
  await project.save(account("  -- @renamed from=name\n  full_name text,\n  age bigint,\n  email text"));
  const plan = await planOf(project, { reverse: true });
  assert.deepEqual(statements(plan), [
    "alter table public.account rename column full_name to name",
    "alter table public.account alter column age type integer",
    "alter table public.account drop column email",
  ]);
  assert.deepEqual(plan.losses, [
    "column public.account.age would be narrowed",
    "column public.account.email would be dropped",
  ]);
});
