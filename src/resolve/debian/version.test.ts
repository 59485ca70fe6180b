import assert from "node:assert/strict";
import { test } from "node:test";
import { compareDebianVersions, upstreamVersion } from "./version.ts";

test("versions are ordered as the policy says", () => {
  const ascending = [
    "0.9", "1.0~~", "1.0~~a", "1.0~", "1.0~rc1-1", "1.0", "1.0-0.1", "1.0-1", "1.0a", "1.0+b1", "1.0.1", "1.2", "1.10",
    "20200101000000000000000001", "20200101000000000000000002", "1:0.1",
  ]; // prettier-ignore
  for (const [at, lower] of ascending.entries()) {
    assert.equal(compareDebianVersions(lower, lower), 0, lower);
    for (const higher of ascending.slice(at + 1)) {
      assert.ok(compareDebianVersions(lower, higher) < 0, `${lower} < ${higher}`);
      assert.ok(compareDebianVersions(higher, lower) > 0, `${higher} > ${lower}`);
    }
  }
  assert.equal(compareDebianVersions("1.01", "1.1"), 0);
  assert.equal(compareDebianVersions("0:1.1", "1.1"), 0);
  assert.ok(compareDebianVersions("17.11-0+deb13u1", "17.12-0+deb13u1") < 0);
});

test("Postgres's own version is the upstream part", () => {
  assert.equal(upstreamVersion("17.11-0+deb13u1"), "17.11");
  assert.equal(upstreamVersion("2:18.6~beta1-1-3"), "18.6~beta1-1");
});
