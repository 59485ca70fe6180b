import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPackageVersion } from "../../resolve/index.ts";
import { rangeFor, readExtensionVersion } from "./version.ts";

test("versions are read as makers of extensions write them", () => {
  const read = (text: string) => formatPackageVersion(readExtensionVersion(text));
  assert.deepEqual(
    ["0.8.7", "1.6", "2.31.0+dfsg", "1.8.0~rc0", "8.4.8.10", "0.20190509", "7.10", "unpackaged"].map(read),
    ["0.8.7", "1.6.0", "2.31.0", "1.8.0", "8.4.8", "0.20190509.0", "7.10.0", "0.0.0"],
  );
});

test("a range is what stays compatible with a version", () => {
  assert.equal(rangeFor(readExtensionVersion("0.8.7")), "^0.8");
  assert.equal(rangeFor(readExtensionVersion("1.6.8")), "^1.6");
});
