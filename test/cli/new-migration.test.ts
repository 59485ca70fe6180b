import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { emptyFolder, howdah } from "./howdah.ts";
import { newProject } from "./running.ts";

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
  const text = readFileSync(join(cwd, "migrations/11_add_deleted_at.sql"), "utf8");
  assert.match(text, /^-- Add deleted-at\n\n\n-- .*howdah migrate --redo.*\n-- -- @down\n$/);
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

test("an edited migration is redone as its error says, with its -- @down part or one that was uncommented since", async (t) => {
  const cwd = await newProject(t);
  mkdirSync(join(cwd, "migrations"));
  writeFileSync(
    join(cwd, "migrations/1_create_note.sql"),
    "create table public.note (\n  id int\n);\n-- @down\ndrop table public.note;\n",
  );
  assert.equal((await howdah(["migrate"], { cwd })).code, 0);
  const redoEdited = async (file: string, edit: (text: string) => string): Promise<void> => {
    const path = join(cwd, file);
    writeFileSync(path, edit(readFileSync(path, "utf8")));
    const refused = await howdah(["migrate"], { cwd });
    assert.match(refused.stderr, /^WD403 [\s\S]*howdah migrate --redo/m);
    const redone = await howdah(["migrate", "--redo"], { cwd });
    assert.equal(redone.code, 0, redone.stderr);
    assert.match(redone.stdout, new RegExp(`^redo +${file}`, "m"));
    assert.equal((await howdah(["migrate"], { cwd })).code, 0);
  };
  await redoEdited("migrations/1_create_note.sql", (text) => text.replace("  id int\n", "  id int,\n  body text\n"));
  const { stdout } = await howdah(["new", "migration", "add", "done"], { cwd });
  const file = stdout.trim();
  const path = join(cwd, file);
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace("\n\n\n", "\n\nalter table public.note add column done bool;\n\n"),
  );
  assert.equal((await howdah(["migrate"], { cwd })).code, 0);
  await redoEdited(file, (text) =>
    text
      .replace("done bool;", "done boolean not null default false;")
      .replace("-- -- @down\n", "-- @down\nalter table public.note drop column done;\n"),
  );
});
