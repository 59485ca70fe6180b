import assert from "node:assert/strict";
import { test } from "node:test";
import { pathSegments, splitTarget } from "./request-path.ts";

const paths: readonly (readonly [string, readonly string[] | undefined])[] = [
  ["/", []],
  ["/a", ["a"]],
  ["/a/", ["a", ""]],
  ["//a", ["", "a"]],
  ["/%C3%A4/b%20c", ["ä", "b c"]],
  ["/a%2Fb", ["a/b"]],
  ["/%252e%252e", ["%2e%2e"]],
  ["/...", ["..."]],
  ["/a;b=c", ["a;b=c"]],
  ["", undefined],
  ["a", undefined],
  ["*", undefined],
  ["http://host/a", undefined],
  ["/..", undefined],
  ["/a/./b", undefined],
  ["/%2e%2E/a", undefined],
  ["/.%2e", undefined],
  ["/a\\b", undefined],
  ["/a#b", undefined],
  ["/%00", undefined],
  ["/a%0d%0ab", undefined],
  ["/%7f", undefined],
  ["/%", undefined],
  ["/%zz", undefined],
  ["/%c0%ae%c0%ae/", undefined],
  ["/%e0%80%ae", undefined],
  ["/%ed%a0%80", undefined],
  ["/%ff", undefined],
];

for (const [path, segments] of paths) {
  test(`${JSON.stringify(path)} has the segments ${JSON.stringify(segments)}`, () =>
    assert.deepEqual(pathSegments(path), segments));
}

test("a target is split at its first question mark", () => {
  assert.deepEqual(splitTarget("/a?b=c?d"), { path: "/a", search: "?b=c?d" });
  assert.deepEqual(splitTarget("/a"), { path: "/a", search: "" });
});
