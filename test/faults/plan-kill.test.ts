import assert from "node:assert/strict";
import { test } from "node:test";
import { needsSuperuser } from "../support/database.ts";
import { planKill } from "./plan-kill.ts";

/** A sample of what `node test/faults/plan-kill.ts --plans 200` does. */
test(
  "a plan that is killed ahead of any statement leaves a state between two barriers, and the next run goes on from it",
  { skip: needsSuperuser },
  async (t) => {
    const result = await planKill({ seed: 1, plans: 3 });
    t.diagnostic(JSON.stringify(result));
    assert.deepEqual(result.broken, []);
    assert.ok(result.kills > 20, `${result.kills} kills`);
  },
);

test("so does one whose process is ended by kill -9", { skip: needsSuperuser }, async (t) => {
  const result = await planKill({ seed: 1, plans: 2, process: true, stride: 9 });
  t.diagnostic(JSON.stringify(result));
  assert.deepEqual(result.broken, []);
  assert.ok(result.kills > 3, `${result.kills} kills`);
});
