import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { emptyFolder, howdah } from "./howdah.ts";

async function projectWith(t: TestContext, ...migrations: readonly string[]): Promise<string> {
  const cwd = await emptyFolder(t);
  writeFileSync(join(cwd, "howdah.toml"), 'name = "shop"\n');
  mkdirSync(join(cwd, "migrations"));
  for (const file of migrations) writeFileSync(join(cwd, "migrations", file), "select 1;\n");
  return cwd;
}

test("new migration goes on with the numbers that are there, from any folder of the project", async (t) => {
  const cwd = await projectWith(t, "1_create_task.sql", "10_more.sql");
  const { code, stdout } = await howdah(["new", "migration", "Add", "deleted-at"], { cwd: join(cwd, "migrations") });
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "migrations/11_add_deleted_at.sql\n" });
  assert.equal(readFileSync(join(cwd, "migrations/11_add_deleted_at.sql"), "utf8"), "-- Add deleted-at\n");
});

test("new migration --json tells file and version", async (t) => {
  const cwd = await projectWith(t);
  const { stdout } = await howdah(["new", "migration", "first", "--json"], { cwd });
  assert.deepEqual(JSON.parse(stdout), { file: "migrations/1_first.sql", version: "1" });
});

test("a name that could leave the folder is refused, and nothing is made", async (t) => {
  const cwd = await projectWith(t);
  for (const name of ["../../etc/passwd", "a/b", "x;y", "é", "   "]) {
    const { code, stderr } = await howdah(["new", "migration", name], { cwd });
    assert.equal(code, 2, name);
    assert.match(stderr, /^WD008 /, name);
  }
  assert.deepEqual(readdirSync(join(cwd, "migrations")), []);
});
