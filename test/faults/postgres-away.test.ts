import assert from "node:assert/strict";
import { test } from "node:test";
import { isKept, postgresAway } from "./postgres-away.ts";

// A sample: `node test/faults/postgres-away.ts` takes it away for the full ten seconds.
for (const [way, said] of [
  ["refused", "refuses connections"],
  ["silent", "says nothing any more"],
  ["killed", "is killed"],
] as const) {
  test(`while Postgres ${said}, requests are answered with 503; then with 200 again, on no more connections`, async (t) => {
    const result = await postgresAway(way, 3);
    t.diagnostic(JSON.stringify(result));
    assert.ok(isKept(result, 1500), JSON.stringify(result));
  });
}
