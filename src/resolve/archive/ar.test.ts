import assert from "node:assert/strict";
import { test } from "node:test";
import { arOf } from "../../../test/support/archive.ts";
import { readAr } from "./ar.ts";

test("an ar archive gives its members, of odd lengths too", () => {
  const members = readAr(arOf({ "debian-binary": Buffer.from("2.0"), "data.tar": Buffer.from("abcd") }), "it");
  assert.deepEqual(
    members.map(({ name, content }) => [name, String(content)]),
    [
      ["debian-binary", "2.0"],
      ["data.tar", "abcd"],
    ],
  );
});

test("what is no ar archive, or ends early, is refused", () => {
  const good = arOf({ "data.tar": Buffer.from("abcd") });
  for (const bytes of [Buffer.from("no"), good.subarray(0, -2), Buffer.concat([good, Buffer.from("garbage")])]) {
    assert.throws(() => readAr(bytes, "it"), { code: "WD356" });
  }
});
