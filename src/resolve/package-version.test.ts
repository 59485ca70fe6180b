import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { comparePackageVersions, formatPackageVersion, parsePackageVersion } from "./package-version.ts";

test("a version is read as semver writes it, and as the original pgpm does", () => {
  const written = ["1.9.0", "01_09_00", "v1.9.0", "1.9", "1.9.0+build.7"].map(parsePackageVersion);
  for (const version of written) assert.deepEqual(version, { major: 1, minor: 9, patch: 0, pre: [] });
  assert.deepEqual(parsePackageVersion("2.0.0-rc.1").pre, ["rc", 1]);
  assert.deepEqual(parsePackageVersion("02_00_00_rc").pre, ["rc"]);
});

test("what is no version is refused", () => {
  for (const text of ["", "latest", "1.2.3.4.5", "^1.2", "1..2"]) {
    assert.throws(() => parsePackageVersion(text), { code: "WD390" });
  }
});

test("pre-releases are ordered as semver.org 11.4 lists them", () => {
  const texts = ["alpha", "alpha.1", "alpha.beta", "beta", "beta.2", "beta.11", "rc.1"].map((pre) => `1.0.0-${pre}`);
  const versions = [...texts, "1.0.0", "1.0.1", "1.10.0"].map(parsePackageVersion);
  for (const [at, version] of versions.slice(1).entries()) {
    const before = versions[at];
    assert.ok(before !== undefined && comparePackageVersions(before, version) < 0, formatPackageVersion(version));
  }
});

test("a version that is written and read again is the same", () => {
  const part = fc.oneof(fc.nat(99), fc.constantFrom("alpha", "beta", "rc"));
  const number = fc.nat(999_999_999);
  const version = fc.record({ major: number, minor: number, patch: number });
  fc.assert(
    fc.property(version, fc.array(part, { maxLength: 3 }), (numbers, pre) => {
      const made = { ...numbers, pre };
      assert.deepEqual(parsePackageVersion(formatPackageVersion(made)), made);
    }),
    { numRuns: 300 },
  );
});
