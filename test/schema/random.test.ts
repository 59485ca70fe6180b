import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { needsSuperuser } from "../support/database.ts";
import { openLaboratory } from "./random/laboratory.ts";
import { pairAt, tried, written } from "./random/sample.ts";

/** A sample of what `node test/schema/random/run.ts --seed N --pairs 2000` does. */
const [seed, pairs] = [1, 40];

describe("a random schema reaches another that came of it by random edits", { skip: needsSuperuser }, () => {
  let laboratory: Awaited<ReturnType<typeof openLaboratory>>;
  before(async () => {
    laboratory = await openLaboratory();
  });
  after(() => laboratory[Symbol.asyncDispose]());

  for (let index = 0; index < pairs; index++) {
    it(`pair ${seed}/${index} arrives, or is refused aloud, and loses nothing unsaid`, async () => {
      const pair = pairAt(seed, index);
      const outcome = await tried(pair, laboratory);
      const isGood = outcome.kind === "identical" || outcome.kind === "refused";
      assert.ok(isGood, written(`random ${seed}/${index}`, pair, outcome));
    });
  }
});
