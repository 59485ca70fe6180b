import assert from "node:assert/strict";
import { test } from "node:test";
import { debounce } from "./debounce.ts";

test("calls that come together run once at once, and once more after the delay", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let runs = 0;
  const debounced = debounce(() => runs++, 100);
  for (let calls = 0; calls < 5; calls++) debounced.call();
  assert.equal(runs, 1);
  t.mock.timers.tick(100);
  assert.equal(runs, 2);
  t.mock.timers.tick(100);
  assert.equal(runs, 2);
  debounced.call();
  assert.equal(runs, 3);
  debounced.call();
  debounced.stop();
  t.mock.timers.tick(100);
  assert.equal(runs, 3);
});
