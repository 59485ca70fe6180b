import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { testFolder } from "../../../../test/support/capability.ts";
import { testRepository } from "../../../../test/support/git-repository.ts";
import { commitOf } from "./vcs.ts";

test("a package's reference is the commit of its folder, marked where files of it have changed since", async (t) => {
  const repository = await testRepository(t);
  const head = await repository.commit({ "a/howdah.toml": "", "b/howdah.toml": "" });
  const folder = fileURLToPath(repository.url);
  assert.equal(await commitOf(join(folder, "a")), head);
  await writeFile(join(folder, "b/howdah.toml"), "changed");
  assert.equal(await commitOf(join(folder, "a")), head, "what changed elsewhere is none of it");
  assert.equal(await commitOf(join(folder, "b")), `${head}-dirty`);
});

test("a folder that no repository holds has none", async (t) => {
  const folder = join(await testFolder(t, {}), "alone");
  await mkdir(folder);
  assert.equal(await commitOf(folder), undefined);
});
