import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { identifier } from "./sql-text.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function usedBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

test("names that nothing can have are not kept", () => {
  const before = usedBytes();
  for (let index = 0; index < 100; index++) {
    const name = `${index}"`.padEnd(500_000, "x");
    assert.equal(identifier(name).length, name.length + 3);
  }
  const grown = usedBytes() - before;
  assert.ok(grown < 5_000_000, `${grown} bytes are kept`);
  assert.equal(identifier('a"b'), '"a""b"');
});
