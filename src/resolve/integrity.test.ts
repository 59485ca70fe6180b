import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { IntegrityCheck, parseIntegrity, sriFromHex } from "./integrity.ts";

const sri = (algorithm: string, text: string): string =>
  `${algorithm}-${createHash(algorithm).update(text).digest("base64")}`;

test("the strongest hash counts: matching a weaker one beside it is not enough", () => {
  const mixed = `${sri("sha1", "bad")} ${sri("sha256", "bad")} ${sri("sha512", "good")}`;
  const check = new IntegrityCheck(parseIntegrity(mixed, "it"), "it");
  check.update(Buffer.from("bad"));
  assert.throws(() => check.check(), { code: "WD353", message: "it is not what it should be" });
});

test("bytes in any pieces pass when they are the right ones", () => {
  const check = new IntegrityCheck(parseIntegrity(sri("sha384", "good"), "it"), "it");
  check.update(Buffer.from("go"));
  check.update(Buffer.from("od"));
  check.check();
});

test("no hash, a SHA-1 alone and a cut-off hash protect nothing and are refused", () => {
  for (const text of ["", sri("sha1", "good"), "sha512-AAAA", "md5-x"]) {
    assert.throws(() => parseIntegrity(text, "it"), { code: "WD359" }, text);
  }
});

test("Debian's hexadecimal hash is the same hash", () => {
  const hex = createHash("sha256").update("good").digest("hex");
  assert.equal(sriFromHex(hex), sri("sha256", "good"));
});
