import assert from "node:assert/strict";
import { test } from "node:test";
import { refreshKind } from "./refresh-kind.ts";

for (const [paths, kind] of [
  [["public/style.css"], "styles"],
  [["pages/index.html"], "page"],
  [["pages/index.query.sql", "public/style.css"], "page"],
  [["functions/f.sql"], "page"],
  [["seeds/1.sql", "tests/a.sql"], "page"],
  [["public/app.js"], "reload"],
  [["public/logo.png", "public/style.css"], "reload"],
  [["pages/index.html", "server.ts"], "reload"],
  [["tests/a.sql"], undefined],
  [["README.md"], undefined],
  [[], undefined],
] as const) {
  test(`${paths.join(", ") || "nothing"}: ${kind ?? "no refresh"}`, () => assert.equal(refreshKind(paths), kind));
}
