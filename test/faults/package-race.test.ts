import assert from "node:assert/strict";
import { test } from "node:test";
import { packageRace } from "./package-race.ts";

test("two deployments of a package started together never race", async () => {
  const result = await packageRace(20, 20261130);
  assert.deepEqual(result.wrong, []);
  assert.equal(result.databases, 2);
});
