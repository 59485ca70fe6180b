import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { test } from "node:test";
import { memoryTree } from "./memory-tree.ts";
import { treeConformance } from "./tree-conformance.ts";

treeConformance("memoryTree", async (t, files) => {
  const tree = memoryTree(files);
  t.after(() => tree[Symbol.asyncDispose]());
  return { tree, write: async (path, content) => tree.write(path, content), remove: async (path) => tree.remove(path) };
});

test("disposing of a tree in memory removes what it materialized", async () => {
  const tree = memoryTree({ "a.txt": "a" });
  const folder = await tree.materialize(["a.txt"]);
  await tree[Symbol.asyncDispose]();
  await assert.rejects(access(folder), { code: "ENOENT" });
});

test("a file under an impossible path can't be added", () => {
  assert.throws(() => memoryTree({ "../a": "a" }), { code: "WD122" });
});

test("what is read can be changed without changing the tree", async () => {
  const tree = memoryTree({ "a.txt": "abc" });
  (await tree.read("a.txt")).fill("x");
  assert.equal((await tree.read("a.txt")).toString(), "abc");
});
