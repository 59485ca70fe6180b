import assert from "node:assert/strict";
import { test } from "node:test";
import { howdah } from "./howdah.ts";

const escape = "\u001b[";

test("a pipe gets no colours", async () => {
  assert.ok(!(await howdah(["explain", "WD001"])).stdout.includes(escape));
  assert.ok(!(await howdah(["nope"])).stderr.includes(escape));
});

test("FORCE_COLOR brings them, NO_COLOR and --no-color take them away again", async () => {
  const env = { FORCE_COLOR: "1" };
  assert.ok((await howdah(["explain", "WD001"], { env })).stdout.includes(escape));
  assert.ok((await howdah(["nope"], { env })).stderr.includes(escape));
  for (const args of [
    ["explain", "WD001", "--no-color"],
    ["--no-color", "explain", "WD001"],
  ]) {
    assert.ok(!(await howdah(args, { env })).stdout.includes(escape), args.join(" "));
  }
  const none = await howdah(["explain", "WD001"], { env: { ...env, NO_COLOR: "1" } });
  assert.ok(!none.stdout.includes(escape));
});
