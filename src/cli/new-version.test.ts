import assert from "node:assert/strict";
import { test } from "node:test";
import { nextVersion } from "./new-version.ts";

const now = new Date("2026-11-20T15:04:05Z");

test("a project without migrations starts with 1", () => {
  assert.equal(nextVersion([], now), "1");
  assert.equal(nextVersion(["README.md", "notes.sql"], now), "1");
});

test("numbers go on as numbers of any length, compared as numbers", () => {
  assert.equal(nextVersion(["9_a.sql", "10_b.sql", "2_c.sql"], now), "11");
  assert.equal(nextVersion(["99999999999999999999999_a.sql"], now), "100000000000000000000000");
});

test("leading zeros keep their width, and grow when they must", () => {
  assert.equal(nextVersion(["0001_a.sql", "0009_b.sql"], now), "0010");
  assert.equal(nextVersion(["09_a.sql", "99_b.sql"], now), "100");
});

test("dates go on as dates of this moment, to the second", () => {
  assert.equal(nextVersion(["20261119_a.sql"], now), "20261120150405");
  assert.equal(nextVersion(["20261120150404_a.sql"], now), "20261120150405");
  assert.equal(nextVersion(["202611201503_a.sql"], now), "20261120150405");
});

test("a newest date that lies ahead is followed by one more", () => {
  assert.equal(nextVersion(["20270101000000_a.sql"], now), "20270101000001");
});
