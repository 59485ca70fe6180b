import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteCache } from "./byte-cache.ts";

test("what was used longest ago goes first when the bytes don't fit", () => {
  const cache = new ByteCache<string>(10);
  cache.set("a", "A", 4);
  cache.set("b", "B", 4);
  assert.equal(cache.get("a"), "A");
  cache.set("c", "C", 4);
  assert.deepEqual([cache.get("a"), cache.get("b"), cache.get("c"), cache.bytes], ["A", undefined, "C", 8]);
});

test("what is larger than the cache is not kept, and replaces nothing but its own key", () => {
  const cache = new ByteCache<string>(10);
  cache.set("a", "A", 4);
  cache.set("b", "B", 4);
  cache.set("a", "AA", 11);
  assert.deepEqual([cache.get("a"), cache.get("b"), cache.bytes], [undefined, "B", 4]);
});

test("a key set again weighs once", () => {
  const cache = new ByteCache<string>(10);
  cache.set("a", "A", 4);
  cache.set("a", "B", 6);
  assert.equal(cache.bytes, 6);
});
