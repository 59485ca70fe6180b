import assert from "node:assert/strict";
import { test } from "node:test";
import { migrationKill } from "./migration-kill.ts";

test("an assembly killed at any statement leaves the old or the new state, and the next one converges", async () => {
  const result = await migrationKill(37);
  assert.deepEqual(result.broken, []);
  assert.ok(result.points >= 5, `${result.points} points`);
  assert.ok(result.old > 0 && result.new > 0);
});
