import assert from "node:assert/strict";
import { test } from "node:test";
import { serveRounds } from "./serve-rounds.ts";

test("kill -9 of random processes of howdah run loses no entry that was acknowledged, and the page is back within five seconds", async (t) => {
  const result = await serveRounds(4, 8);
  t.diagnostic(JSON.stringify(result));
  assert.deepEqual(result.killed, { howdah: 1, supervisor: 1, postmaster: 1, backend: 1 });
  assert.deepEqual([result.lost, result.left], [0, 0]);
  assert.ok(result.acknowledged > 0);
  assert.ok(result.slowestAnswerMs <= 5000, `${result.slowestAnswerMs} ms`);
});
