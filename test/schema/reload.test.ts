import assert from "node:assert/strict";
import { test } from "node:test";
import { account, rows, settled } from "../support/declared.ts";
import { failureOf, testProject } from "../support/project.ts";

const one = (result: number): Record<string, string> => ({
  "functions/one.sql": `create function one() returns int return ${result};`,
});

test("an edit of functions/ alone is reloaded as ever, beside declared tables", async (t) => {
  const project = await testProject(t, { ...account("  name text"), ...one(1) });
  await project.assemble();
  await project.save(one(2));
  const report = await project.assemble();
  assert.deepEqual(
    report.actions.map(({ kind }) => kind),
    ["replace"],
  );
  assert.deepEqual(await rows(project, "select public.one()"), [{ one: 2 }]);
  await settled(project);
});

test("a function that a declared table needs changes its signature all the same", async (t) => {
  const code = (type: string): Record<string, string> => ({
    "functions/code.sql": `create function code(of ${type}) returns ${type} language sql immutable return of;`,
  });
  const project = await testProject(t, { ...account("  name text check (code(name) is not null)"), ...code("text") });
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, 'x')");
  await project.save(code("varchar"));
  await project.assemble();
  const definition = "select pg_get_function_result('public.code'::regproc) as result";
  assert.deepEqual(await rows(project, definition), [{ result: "character varying" }]);
  await settled(project);
});

test("a function that is broken is told with its line, and the old one stays", async (t) => {
  const project = await testProject(t, { ...account("  name text"), ...one(1) });
  await project.assemble();
  await project.save({ "functions/one.sql": "create function one() returns int\nreturn no_such_thing;" });
  const error = await failureOf(project.assemble());
  assert.deepEqual([error.code, error.position?.line], ["WD411", 2]);
  assert.deepEqual(await rows(project, "select public.one()"), [{ one: 1 }]);
});
