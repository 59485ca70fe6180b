import assert from "node:assert/strict";
import { test } from "node:test";
import { compareVersions, nearestVersions, parseVersionRequest, satisfiesRequest } from "./version.ts";

test("a request is a major, or a major and a minor", () => {
  assert.deepEqual(parseVersionRequest("18"), { major: 18, minor: undefined });
  assert.deepEqual(parseVersionRequest(" 17.10 "), { major: 17, minor: 10 });
  assert.deepEqual(parseVersionRequest("17.0"), { major: 17, minor: 0 });
});

test("anything else is refused, with what was probably meant", () => {
  for (const [text, nearest] of [
    ["^17.2", "17.2"],
    ["17.10.0", "17.10"],
    ["v16", "16"],
    ["latest", "18"],
    ["", "18"],
  ]) {
    assert.throws(() => parseVersionRequest(text ?? ""), { code: "WD350", hint: `did you mean "${nearest}"?` });
  }
});

test("a major means all of its minors, a minor means itself", () => {
  assert.equal(satisfiesRequest("18.4", parseVersionRequest("18")), true);
  assert.equal(satisfiesRequest("17.1", parseVersionRequest("17.10")), false);
  assert.equal(satisfiesRequest("17.10", parseVersionRequest("17.1")), false);
  assert.equal(satisfiesRequest("1.8", parseVersionRequest("18")), false);
});

test("versions are ordered as numbers, not as text", () => {
  const versions = ["17.10", "9.6.24", "17.2", "18.0", "17"];
  assert.deepEqual(versions.toSorted(compareVersions), ["9.6.24", "17", "17.2", "17.10", "18.0"]);
});

test("nearest versions are those of the major, else the newest of each", () => {
  const versions = ["16.1", "17.2", "17.10", "17.2", "18.0", "18.4"];
  assert.deepEqual(nearestVersions(versions, { major: 17, minor: 99 }), ["17.10", "17.2"]);
  assert.deepEqual(nearestVersions(versions, { major: 14, minor: undefined }), ["18.4", "17.10", "16.1"]);
  assert.deepEqual(nearestVersions([], { major: 14, minor: undefined }), []);
});
