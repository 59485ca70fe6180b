import assert from "node:assert/strict";
import { test } from "node:test";
import { AppErrors } from "../../errors/index.ts";
import { testProject, type TestProject } from "../../../test/support/project.ts";
import { assembleProject, planProject, planWholeProject } from "../assemble-project.ts";
import { refusePending } from "../refuse-pending.ts";

const toml = (lines: string): string => `[extensions]\n${lines}\n`;
const onServer = (name: string): string => `${name} = { source = "server" }`;

async function installed(project: TestProject): Promise<readonly string[]> {
  const text = "select extname as name from pg_catalog.pg_extension where extname <> 'plpgsql' order by 1";
  return (await project.connection.query<{ name: string }>({ text, values: [] })).map(({ name }) => name);
}

test("a plan lists the extensions and the packages that would come, and changes nothing", async (t) => {
  const body = (value: number): string =>
    `create or replace function f() returns int language sql as 'select ${value}';\n`;
  const project = await testProject(t, {
    "howdah.toml": toml(onServer("hstore")),
    "packages/price/howdah.toml": '[package]\nname = "price"\nversion = "1.1.0"\n',
    "packages/price/functions/f.sql": body(1),
  });
  const planned = async (mode: "development" | "production") => {
    const [opened, database] = await project.opened();
    const { extensions, foreseen, obstacles = [] } = await planWholeProject(opened, database, { mode });
    const told = extensions.map(({ kind, name }) => `${kind} ${name}`);
    return { told, foreseen, obstacles: obstacles.map(({ code }) => code) };
  };
  const script = "function functions/f.sql (1 statement)";
  const file = "packages/price/howdah.toml";
  const price = (lines: readonly string[]) => ({ verb: "deploy", object: "package price 1.1.0", file, lines });
  assert.deepEqual(await planned("development"), {
    told: ["create hstore"],
    foreseen: [price(["create schema price_1_1_0", script])],
    obstacles: [],
  });
  assert.deepEqual(await installed(project), []);
  const [opened, database] = await project.opened();
  await assert.rejects(refusePending(opened, database), { code: "WD042", detail: /create extension hstore/ });

  await project.assemble();
  assert.deepEqual(await planned("development"), { told: [], foreseen: [], obstacles: [] });
  await project.save({ "packages/price/functions/f.sql": body(2) });
  assert.deepEqual((await planned("development")).foreseen, [price([script])]);
  assert.deepEqual(await planned("production"), { told: [], foreseen: [], obstacles: ["WD643"] });
});

test("without superuser a trusted extension is created, and all others are refused at once, by a plan too", async (t) => {
  const project = await testProject(t, {
    "howdah.toml": toml(["hstore", "pageinspect", "pg_visibility"].map(onServer).join("\n")),
  });
  const [opened, database] = await project.opened();
  const [role] = await project.connection.query<{ superuser: boolean }>({
    text: "select rolsuper as superuser from pg_catalog.pg_roles where rolname = session_user",
    values: [],
  });
  if (role?.superuser === true) {
    await project.assemble();
    return assert.deepEqual(await installed(project), ["hstore", "pageinspect", "pg_visibility"]);
  }
  const refused = (error: unknown): boolean => {
    assert.ok(error instanceof AppErrors);
    assert.deepEqual(
      error.errors.map(({ code, message }) => [code, message]),
      [
        ["WD709", "the extension pageinspect can't be created by this role"],
        ["WD709", "the extension pg_visibility can't be created by this role"],
      ],
    );
    return true;
  };
  await assert.rejects(planProject(opened, database, { mode: "development" }), refused);
  await assert.rejects(assembleProject(opened, database, { mode: "development" }), refused);
  assert.deepEqual(await installed(project), []);
  const trusted = await testProject(t, { "howdah.toml": toml(onServer("hstore")) });
  await trusted.assemble();
  assert.deepEqual(await installed(trusted), ["hstore"]);
});

test("of assemblies that create the same extension at once, each ends well", async (t) => {
  const project = await testProject(t, { "howdah.toml": toml(["hstore", "cube"].map(onServer).join("\n")) });
  const [opened, database] = await project.opened();
  const four = Array.from({ length: 4 }, async () => assembleProject(opened, database, { mode: "development" }));
  for (const { status, ...rest } of await Promise.allSettled(four)) {
    assert.equal(status, "fulfilled", "reason" in rest ? String(rest.reason) : "");
  }
  assert.deepEqual(await installed(project), ["cube", "hstore"]);
});
