import assert from "node:assert/strict";
import { test } from "node:test";
import { prefersHtml } from "./accept.ts";
import { chooseEncoding, isCompressible } from "./encoding.ts";

for (const [header, encoding] of [
  [undefined, "identity"],
  ["", "identity"],
  ["gzip, deflate, br, zstd", "br"],
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["GZIP;Q=1", "gzip"],
  ["br;q=0.5, gzip;q=0.8", "gzip"],
  ["br;q=0, gzip;q=0", "identity"],
  ["*", "br"],
  ["*;q=0", "identity"],
  ["br;q=0, *", "gzip"],
  ["identity", "identity"],
  ["identity;q=1, gzip;q=0.5", "identity"],
  ["gzip;q=1, identity;q=0.5", "gzip"],
  ["gzip;q=1.5", "identity"],
  ["gzip;q=x", "identity"],
  ["deflate", "identity"],
  [",,;q=1,gzip", "gzip"],
] as const) {
  test(`Accept-Encoding: ${header} chooses ${encoding}`, () =>
    assert.equal(chooseEncoding(header, ["br", "gzip"]), encoding));
}

test("what is offered first is taken where the client has no preference", () => {
  assert.equal(chooseEncoding("gzip, deflate, br, zstd", ["zstd", "br", "gzip"]), "zstd");
  assert.equal(chooseEncoding("gzip, zstd;q=0.9", ["zstd", "br", "gzip"]), "gzip");
  assert.equal(chooseEncoding("zstd", ["br", "gzip"]), "identity");
});

for (const [accept, html] of [
  [undefined, false],
  ["*/*", false],
  ["application/json", false],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true],
  ["application/json, text/html;q=0.5", false],
  ["application/problem+json;q=0.5, text/html", true],
  ["text/html;q=0", false],
] as const) {
  test(`Accept: ${accept} is ${html ? "HTML" : "JSON"}`, () => assert.equal(prefersHtml(accept), html));
}

test("text, scripts and vectors shrink; images, fonts and archives don't", () => {
  for (const type of [
    "text/css; charset=utf-8",
    "text/javascript; charset=utf-8",
    "application/json; charset=utf-8",
    "image/svg+xml",
    "application/wasm",
    "application/manifest+json",
  ]) {
    assert.ok(isCompressible(type), type);
  }
  for (const type of [
    "image/png",
    "image/jpeg",
    "font/woff2",
    "application/zip",
    "video/mp4",
    "application/octet-stream",
  ]) {
    assert.ok(!isCompressible(type), type);
  }
});
