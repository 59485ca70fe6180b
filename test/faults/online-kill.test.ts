import assert from "node:assert/strict";
import { test } from "node:test";
import { needsSuperuser } from "../support/database.ts";
import { onlineKill } from "./online-kill.ts";

/** A sample of what `node test/faults/online-kill.ts` does. */
test(
  "an online change that is killed ahead of any statement is finished by the next run",
  { skip: needsSuperuser },
  async (t) => {
    const results = await onlineKill({ every: 17, processEvery: 2 });
    t.diagnostic(JSON.stringify(results));
    for (const { broken, kills, processes } of results) {
      assert.deepEqual(broken, []);
      assert.ok(kills > 1 && processes > 0, `${kills} kills, ${processes} of processes`);
    }
  },
);
