import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { findProject, projectEnvironment } from "./find-project.ts";

async function folder(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "howdah-find-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  return root;
}

test("a project is found from its own folder and from any below", async (t) => {
  const root = await folder(t);
  await mkdir(join(root, "pages/blog"), { recursive: true });
  await writeFile(join(root, "howdah.toml"), "");
  assert.equal(await findProject(root), root);
  assert.equal(await findProject(join(root, "pages/blog")), root);
});

test("the nearest project wins", async (t) => {
  const root = await folder(t);
  await mkdir(join(root, "inner/pages"), { recursive: true });
  await writeFile(join(root, "howdah.toml"), "");
  await writeFile(join(root, "inner/howdah.toml"), "");
  assert.equal(await findProject(join(root, "inner/pages")), join(root, "inner"));
});

test("without a project the error says how to make one", async (t) => {
  const root = await folder(t);
  await assert.rejects(findProject(root), { code: "WD105", hint: "make a project here: howdah init" });
});

test(".env adds variables and overrides none", async (t) => {
  const root = await folder(t);
  await writeFile(join(root, ".env"), 'A=from file\nB="two\nlines" # comment\nC=from file\n');
  const env = { A: "real", EMPTY: "" };
  assert.deepEqual(await projectEnvironment(root, env), { A: "real", EMPTY: "", B: "two\nlines", C: "from file" });
  assert.equal(process.env["C"], undefined);
});

test("without .env the environment is the real one", async (t) => {
  assert.deepEqual(await projectEnvironment(await folder(t), { A: "1" }), { A: "1" });
});

test("a .env that can't be read is an error, not a missing secret later", async (t) => {
  const root = await folder(t);
  await mkdir(join(root, ".env"));
  await assert.rejects(projectEnvironment(root, {}), { code: "WD106" });
});
