import assert from "node:assert/strict";
import { test } from "node:test";
import { paragraphs } from "./control.ts";

test("a control file is read by paragraph, with continued lines", () => {
  const text = "Package: a\r\nDescription: one\n two\n .\n\n\n Package: stray\nPackage: b\nX: y: z\n";
  assert.deepEqual(
    [...paragraphs(text)].map((fields) => Object.fromEntries(fields)),
    [
      { Package: "a", Description: "one\ntwo\n." },
      { Package: "b", X: "y: z" },
    ],
  );
  const only = [...paragraphs(text, new Set(["Package"]))].map((fields) => Object.fromEntries(fields));
  assert.deepEqual(only, [{ Package: "a" }, { Package: "b" }]);
});
