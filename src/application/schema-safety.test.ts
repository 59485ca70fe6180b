import assert from "node:assert/strict";
import { test } from "node:test";
import { needsSuperuser } from "../../test/support/database.ts";
import { failureOf, testProject, type TestProject } from "../../test/support/project.ts";
import { formatUrl } from "../postgres/index.ts";
import { openScratch } from "./scratch.ts";

const files = (name: string): Record<string, string> => ({ "schema/role.sql": `create role ${name};\n` });

async function roleExists(project: TestProject, name: string): Promise<boolean> {
  const rows = await project.connection.query({
    text: "select from pg_catalog.pg_roles where rolname = $1",
    values: [name],
  });
  return rows.length > 0;
}

test("the server of the database itself is never the scratch server", { skip: needsSuperuser }, async (t) => {
  const project = await testProject(t);
  const [opened, database] = await project.opened();
  const options = { major: Number.parseInt(database.version, 10), live: database.admin };
  const error = await failureOf(
    openScratch(opened, {
      ...options,
      env: { HOWDAH_SCRATCH_URL: formatUrl({ ...project.target, database: "postgres" }, { password: "shown" }) },
    }),
  );
  assert.equal(error.code, "WD469");
  assert.match(error.detail ?? "", /the server of the project's own database/);
  await using scratch = await openScratch(opened, { ...options, env: project.env });
  assert.notEqual(scratch.target.port, project.target.port);
});

test("over a url nothing of schema/ is done as the role of the url, unless howdah.toml says so", async (t) => {
  const project = await testProject(t, { "howdah.toml": "[schema]\nas_admin = false\n" });
  const role = `${project.target.database}_role`;
  await project.save(files(role));
  const error = await failureOf(project.assemble());
  assert.equal(error.code, "WD470");
  assert.deepEqual(error.position, { file: "schema/role.sql", line: 1, column: 1 });
  assert.match(error.source ?? "", /^create role/);
  assert.equal(await roleExists(project, role), false);

  const trusting = await testProject(t, files(`${project.target.database}_other`));
  await trusting.assemble();
  assert.equal(await roleExists(trusting, `${project.target.database}_other`), true);
});
