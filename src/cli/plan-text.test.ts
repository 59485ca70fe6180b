import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProjectPlan } from "../application/index.ts";
import { paint } from "./paint.ts";
import { besideLines, wholeSummary } from "./plan-text.ts";

const bare: ProjectPlan = { actions: [], warnings: [], extensions: [], foreseen: [] };
const action = { name: "greet", schema: undefined, version: "1.0", trusted: true };
const foreseen = { verb: "deploy", object: "package price 1.1.0", file: "packages/price/howdah.toml" };

test("extensions and packages are a line each, what a package comes down to below it", () => {
  const plan: ProjectPlan = {
    ...bare,
    extensions: [
      { kind: "create", ...action },
      { kind: "update", ...action, name: "vector", path: "0.7--0.8" },
      { kind: "create", ...action, name: "hstore", version: undefined },
    ],
    foreseen: [{ ...foreseen, lines: ["create schema price_1_1_0"] }],
  };
  assert.deepEqual(besideLines(plan, paint(false)), [
    "create  extension greet 1.0        howdah.lock",
    "update  extension vector 0.7--0.8  howdah.lock",
    "create  extension hstore           howdah.lock",
    "deploy  package price 1.1.0        packages/price/howdah.toml",
    "    create schema price_1_1_0",
  ]);
  assert.equal(wholeSummary(plan), "3 extensions, 1 package");
});

test("a plan without any of them is summed up as it was", () => {
  assert.deepEqual(besideLines(bare, paint(false)), []);
  assert.equal(wholeSummary(bare), "nothing to do");
  assert.equal(
    wholeSummary({ ...bare, foreseen: [{ ...foreseen, lines: [] }], actions: [{ kind: "seed", file: "seeds/1.sql" }] }),
    "1 package, 1 seed",
  );
});
