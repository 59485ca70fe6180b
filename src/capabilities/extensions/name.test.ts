import assert from "node:assert/strict";
import { test } from "node:test";
import { extensionSettings } from "./settings.ts";
import { assertExtensionName } from "./name.ts";

test("names that create extension takes are names, and what would lead to other files is none", () => {
  for (const name of ["vector", "pg_cron", "uuid-ossp", "Größe", "with space", "a.b"]) assertExtensionName(name);
  const wrong = [
    "",
    "../x",
    "a/b",
    String.raw`a\b`,
    ".hidden",
    "..",
    "a--1.0",
    "-x",
    "x-",
    "a\nb",
    "a\0b",
    "a".repeat(64),
  ];
  for (const name of wrong) assert.throws(() => assertExtensionName(name), { code: "WD717" }, name);
});

test("a wrong name in [extensions] is told at its line, one that an extension needs with who needs it", () => {
  const position = { file: "howdah.toml", line: 4, column: 1 };
  const raw = { value: { "../../x": "*" }, position: () => position, source: '"../../x" = "*"' };
  assert.throws(() => extensionSettings(raw), { code: "WD717", position });
  assert.throws(() => assertExtensionName("../x", { neededBy: "greet" }), { detail: "greet says that it needs it" });
});
