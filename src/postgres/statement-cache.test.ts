import assert from "node:assert/strict";
import { test } from "node:test";
import { StatementCache } from "./statement-cache.ts";

test("a text has one statement for each role", () => {
  const cache = new StatementCache(10);
  const one = cache.take("anon", "select 1");
  assert.equal(cache.take("anon", "select 1"), one);
  assert.notEqual(cache.take("strong", "select 1").name, one.name);
});

test("the least recently used ones leave, but none that was used since", () => {
  const cache = new StatementCache(2);
  const [a, b] = [cache.take("r", "a"), cache.take("r", "b")];
  cache.take("r", "a");
  const before = cache.clock;
  const c = cache.take("r", "c");
  assert.deepEqual(cache.evict(before), [b]);
  assert.deepEqual(cache.evict(cache.clock), []);
  assert.equal(cache.take("r", "a"), a);
  assert.equal(cache.take("r", "c"), c);
  const since = cache.clock;
  for (const text of ["d", "e", "f"]) cache.take("r", text);
  assert.deepEqual(cache.evict(since), [a, c]);
});

test("what Postgres does not hold is forgotten, and not closed", () => {
  const cache = new StatementCache(10);
  const known = cache.take("r", "a");
  known.known = true;
  const unknown = cache.take("r", "b");
  cache.removeUnknown();
  assert.notEqual(cache.take("r", "b"), unknown);
  assert.deepEqual(cache.clear(), [known]);
  assert.notEqual(cache.take("r", "a"), known);
});
