import assert from "node:assert/strict";
import { lstat, mkdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { testFolder } from "../../test/support/capability.ts";
import { linkTree } from "./link-tree.ts";

test("files of a tree are the same files in the other, folders are not", async (t) => {
  const [from, to] = [await testFolder(t, { "share/a.sql": "a", "share/deep/b.sql": "b" }), await testFolder(t, {})];
  await linkTree(from, join(to, "copy"));
  for (const path of ["share/a.sql", "share/deep/b.sql"]) {
    const [one, other] = [await stat(join(from, path)), await stat(join(to, "copy", path))];
    assert.equal(one.ino, other.ino, path);
  }
  await writeFile(join(to, "copy/share/deep/own.sql"), "own");
  await assert.rejects(stat(join(from, "share/deep/own.sql")), { code: "ENOENT" });
});

test("what is there is added to, and stays where both have it", async (t) => {
  const [from, to] = [await testFolder(t, { "a/x": "theirs", "a/y": "y" }), await testFolder(t, { "a/x": "ours" })];
  await linkTree(from, to);
  await linkTree(from, to);
  assert.equal(await readFile(join(to, "a/x"), "utf8"), "ours");
  assert.equal(await readFile(join(to, "a/y"), "utf8"), "y");
});

test("a symbolic link becomes the same link, and is not followed", async (t) => {
  const [from, to] = [await testFolder(t, { "lib/libx.so.1": "x" }), await testFolder(t, {})];
  await symlink("libx.so.1", join(from, "lib/libx.so"));
  await mkdir(join(from, "empty"));
  await symlink("/nowhere/at/all", join(from, "dangling"));
  await linkTree(from, to);
  await linkTree(from, to);
  assert.equal(await readlink(join(to, "lib/libx.so")), "libx.so.1");
  assert.equal(await readlink(join(to, "dangling")), "/nowhere/at/all");
  assert.ok((await lstat(join(to, "empty"))).isDirectory());
});

test("a tree that is not there is an error", async (t) => {
  await assert.rejects(linkTree(join(await testFolder(t, {}), "gone"), await testFolder(t, {})), { code: "ENOENT" });
});
