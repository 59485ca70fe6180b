import assert from "node:assert/strict";
import { test } from "node:test";
import { FuzzySet } from "./fuzzy.ts";

test("the nearest name shares trigrams, and is the one at the least distance", () => {
  const names = new FuzzySet(["films", "directors", "roles", "actors"]);
  assert.equal(names.nearest("film"), "films");
  assert.equal(names.nearest("FILMS"), "films");
  assert.equal(names.nearest("role"), "roles");
  assert.equal(names.nearest("zzzz"), null);
  assert.equal(names.nearest("acto", 0.75), null);
  assert.deepEqual(names.get("films"), [{ name: "films", score: 1 }]);
});

test("names that share no trigram may share bigrams", () => {
  assert.equal(new FuzzySet(["abXcd"]).nearest("abYcd", 0.75), "abXcd");
  assert.equal(new FuzzySet(["(attr, id)", "(name, param, val)"]).nearest("(attrs, id)"), "(attr, id)");
});
