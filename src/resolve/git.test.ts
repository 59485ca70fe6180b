import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test, type TestContext } from "node:test";
import { testCache } from "../../test/support/cache.ts";
import { testRepository } from "../../test/support/git-repository.ts";
import { fetchCommit, gitCommit } from "./git.ts";

/** Variables of this process for the time of a test. */
function setEnvironment(t: TestContext, variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    process.env[name] = value;
    t.after(() => delete process.env[name]);
  }
}

test("a name means the branch or tag of exactly that name, not one that ends so", async (t) => {
  const repository = await testRepository(t);
  const other = await repository.commit({ a: "1" }, "feature/wanted");
  const wanted = await repository.commit({ a: "2" }, "wanted");
  assert.equal(await gitCommit(repository.url, "wanted"), wanted);
  assert.equal(await gitCommit(repository.url, "feature/wanted"), other);
  assert.equal(await gitCommit(repository.url, "main"), wanted);
  assert.equal(await gitCommit(repository.url, "HEAD"), wanted);
  await assert.rejects(gitCommit(repository.url, "want*"), { code: "WD394" });
});

test("a name that git would read as an option is no name of anything", async (t) => {
  const repository = await testRepository(t);
  const folder = fileURLToPath(repository.url);
  await repository.commit({ a: "1" });
  await assert.rejects(gitCommit(repository.url, `--upload-pack=touch ${join(folder, "made")};git-upload-pack`), {
    code: "WD394",
  });
  assert.deepEqual((await readdir(folder)).toSorted(), [".git", "a"]);
});

test("within a hook of git, whose variables name the repository around, that one is left alone", async (t) => {
  const [repository, around] = [await testRepository(t), await testRepository(t)];
  const commit = await repository.commit({ a: "theirs" });
  await around.commit({ b: "ours" });
  const dotGit = join(fileURLToPath(around.url), ".git");
  const before = await readFile(join(dotGit, "HEAD"), "utf8");
  setEnvironment(t, { GIT_DIR: dotGit, GIT_INDEX_FILE: join(dotGit, "index") });
  const folder = await fetchCommit(repository.url, commit, { cache: await testCache(t) });
  assert.equal(await readFile(join(folder, "a"), "utf8"), "theirs");
  assert.equal(await readFile(join(dotGit, "HEAD"), "utf8"), before);
});

test("the bytes of a commit are the same, whatever line endings git is set to write", async (t) => {
  const repository = await testRepository(t);
  const commit = await repository.commit({ "a.sql": "select 1;\nselect 2;\n" });
  setEnvironment(t, { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "core.autocrlf", GIT_CONFIG_VALUE_0: "true" });
  const folder = await fetchCommit(repository.url, commit, { cache: await testCache(t) });
  assert.equal(await readFile(join(folder, "a.sql"), "utf8"), "select 1;\nselect 2;\n");
});
