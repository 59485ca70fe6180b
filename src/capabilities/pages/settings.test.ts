import assert from "node:assert/strict";
import { test } from "node:test";
import { emptySettings, type RawSettings } from "../../project/index.ts";
import { pagesSettings } from "./settings.ts";

function raw(value: Readonly<Record<string, unknown>>): RawSettings {
  const empty = emptySettings("pages");
  return { value, source: "", position: (path) => empty.position(path) };
}

test("pages has defaults", () => {
  assert.deepEqual(pagesSettings(raw({})), { locale: "en", timeZone: "UTC", maxFormFields: 1000 });
});

test("pages takes a language, a time zone and a limit of fields", () => {
  const value = { locale: "de-CH", time_zone: "Europe/Zurich", max_form_fields: 5 };
  assert.deepEqual(pagesSettings(raw(value)), { locale: "de-CH", timeZone: "Europe/Zurich", maxFormFields: 5 });
});

for (const [value, code, message] of [
  [{ time_zon: "UTC" }, "WD102", /time_zon/],
  [{ time_zone: "Mars/Olympus" }, "WD103", /expected a time zone/],
  [{ locale: "no such" }, "WD103", /expected a language tag/],
  [{ max_form_fields: 0 }, "WD103", /max_form_fields/],
] as const) {
  test(`pages refuses ${JSON.stringify(value)}`, () =>
    assert.throws(() => pagesSettings(raw(value)), { code, message }));
}
