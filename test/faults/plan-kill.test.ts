import assert from "node:assert/strict";
import { test } from "node:test";
import { needsSuperuser } from "../support/database.ts";
import { planKill } from "./plan-kill.ts";

/** A sample of what `node test/faults/plan-kill.ts --plans 200 --process 7` does. */
test(
  "a plan that is killed ahead of any statement leaves a state between two barriers, and the next run goes on from it",
  { skip: needsSuperuser },
  async (t) => {
    const result = await planKill({ seed: 1, plans: 3, processEvery: 7 });
    t.diagnostic(JSON.stringify(result));
    assert.deepEqual(result.broken, []);
    assert.ok(result.kills > 20, `${result.kills} kills`);
    assert.ok(result.processes > 3, `${result.processes} of processes`);
  },
);
