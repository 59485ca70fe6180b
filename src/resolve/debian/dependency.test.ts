import assert from "node:assert/strict";
import { test } from "node:test";
import { allows, formatAlternatives, parseDependencies } from "./dependency.ts";

test("dependencies are read with alternatives, versions and without architectures", () => {
  const groups = parseDependencies("libc6 (>= 2.38), debconf (>= 0.5) | debconf-2.0, python3:any, g++");
  assert.deepEqual(groups, [
    [{ name: "libc6", relation: ">=", version: "2.38" }],
    [{ name: "debconf", relation: ">=", version: "0.5" }, { name: "debconf-2.0" }],
    [{ name: "python3" }],
    [{ name: "g++" }],
  ]);
  assert.deepEqual(parseDependencies(undefined), []);
  assert.equal(groups.map(formatAlternatives)[1], "debconf (>= 0.5) | debconf-2.0");
});

test("each relation allows what it says", () => {
  const allowed = (relation: string): readonly string[] => {
    const [[dependency] = []] = parseDependencies(`a (${relation} 2.0)`);
    assert.ok(dependency);
    return ["1.9", "2.0", "2.1"].filter((version) => allows(dependency, version));
  };
  assert.deepEqual(allowed("<<"), ["1.9"]);
  assert.deepEqual(allowed("<="), ["1.9", "2.0"]);
  assert.deepEqual(allowed("="), ["2.0"]);
  assert.deepEqual(allowed(">="), ["2.0", "2.1"]);
  assert.deepEqual(allowed(">>"), ["2.1"]);
});
