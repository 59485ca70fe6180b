import assert from "node:assert/strict";
import { test } from "node:test";
import { killRounds } from "./kill-rounds.ts";

test("kill -9 of random processes under write load loses nothing and is over within five seconds", async () => {
  const result = await killRounds(5, 3);
  assert.equal(result.lost, 0);
  assert.equal(result.left, 0);
  assert.ok(result.acknowledged > 0);
  assert.ok(result.slowestStartMs <= 5000, `${result.slowestStartMs} ms`);
});
