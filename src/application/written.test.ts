import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryTree } from "../project/index.ts";
import { written } from "./written.ts";

test("a file that is emptied before it is written is waited for", async () => {
  const tree = memoryTree({ "functions/a.sql": "", "functions/b.sql": "select 1" });
  let looks = 0;
  const stat = tree.stat.bind(tree);
  tree.stat = (path) => {
    // The writer comes while the file is looked at.
    if (++looks === 3) tree.write("functions/a.sql", "select 2");
    return stat(path);
  };
  await written(tree, ["functions/a.sql", "functions/b.sql"]);
  assert.equal((await tree.read("functions/a.sql")).toString(), "select 2");
});

test("a file that stays empty is meant to be, and one that is gone is not waited for", async () => {
  const tree = memoryTree({ "functions/a.sql": "" });
  await written(tree, ["functions/a.sql", "functions/gone.sql"]);
  await written(tree, ["functions/gone.sql"]);
  await written(tree, []);
});
