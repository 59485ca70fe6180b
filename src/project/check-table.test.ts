import assert from "node:assert/strict";
import { test } from "node:test";
import { AppErrors } from "../errors/index.ts";
import { checkTable } from "./check-table.ts";
import { emptySettings } from "./located-table.ts";
import { readConfig } from "./read-config.ts";
import type { RawSettings } from "./config.ts";
import type { TableKeys } from "./table-keys.ts";

function table(toml: string): RawSettings {
  const raw = readConfig(`[pages]\n${toml}`, { env: {}, folder: "/p/shop" }).settings["pages"];
  assert.ok(raw);
  return raw;
}

const keys = {
  limit: { type: "integer", default: 20, min: 1, describe: "Rows." },
  max_age: { type: "milliseconds", default: "1 h", describe: "Age." },
  max_size: { type: "bytes", describe: "Size." },
  mode: { type: "string", choices: ["fast", "safe"], default: "safe", describe: "Mode." },
  title: { type: "string", describe: "Title." },
  strict: { type: "boolean", default: true, describe: "Strict." },
  hosts: { type: "strings", default: [], describe: "Hosts." },
  headers: { type: "map", describe: "Headers." },
  csp: { type: "table", describe: "CSP.", keys: { report: { type: "string", default: "/csp", describe: "Path." } } },
  tls: {
    type: "table",
    optional: true,
    describe: "TLS.",
    keys: { cert: { type: "string", required: true, describe: "File." } },
  },
} as const satisfies TableKeys;

test("an absent table is one of defaults", () => {
  assert.deepEqual(checkTable(emptySettings("pages"), keys), {
    limit: 20,
    max_age: 3_600_000,
    max_size: undefined,
    mode: "safe",
    title: undefined,
    strict: true,
    hosts: [],
    headers: {},
    csp: { report: "/csp" },
    tls: undefined,
  });
});

test("values arrive in their own types, which TypeScript knows", () => {
  const checked = checkTable(
    table('limit = 5\nmax_age = "2 min"\nmax_size = "64 kB"\nmode = "fast"\n[pages.tls]\ncert = "c"'),
    keys,
  );
  const limit: number = checked.limit;
  const size: number | undefined = checked.max_size;
  const mode: "fast" | "safe" = checked.mode;
  const cert: string | undefined = checked.tls?.cert;
  assert.deepEqual([limit, checked.max_age, size, mode, cert], [5, 120_000, 64_000, "fast", "c"]);
});

test("each kind of value is checked, unknown and missing keys too, all at once", () => {
  const raw = table(
    [
      "limit = 0",
      'max_age = "1 fortnight"',
      "max_size = -1",
      'mode = "save"',
      "title = []",
      "strict = 'yes'",
      "hosts = 'a'",
      "headers = { a = [], b = 1 }",
      "csp = 'x'",
      "stirct = true",
      "[pages.tls]",
    ].join("\n"),
  );
  assert.throws(
    () => checkTable(raw, keys),
    (error) => {
      assert.ok(error instanceof AppErrors);
      assert.deepEqual(
        error.errors.map(({ position, message }) => `${position?.line}:${position?.column} ${message}`),
        [
          '2:9 "pages.limit": expected a whole number of at least 1',
          '3:11 "pages.max_age": expected a duration like "500 ms", "10 s" or "5 min"',
          '4:12 "pages.max_size": expected a number of bytes',
          '5:8 "pages.mode": expected "fast" or "safe", not "save"'.replace(', not "save"', ""),
          '6:9 "pages.title": expected a string',
          '7:10 "pages.strict": expected true or false',
          '8:9 "pages.hosts": expected an array of strings',
          '9:17 "pages.headers.a": expected a string, a number or true or false',
          '10:7 "pages.csp": expected a table',
          '11:1 unknown key "stirct" in [pages]',
          '12:8 "pages.tls.cert" is missing',
        ],
      );
      assert.equal(error.errors[9]?.hint, 'did you mean "strict"?');
      return true;
    },
  );
});

test("a raw table made by hand needs only what the contract asks for", () => {
  const raw = { value: { limt: 1 }, position: () => ({ file: "x.toml", line: 7, column: 1 }), source: "" };
  assert.throws(() => checkTable(raw, keys), { code: "WD102", message: 'unknown key "limt" in x.toml' });
});

test("sizes and durations know their units and no others", () => {
  const size = (text: string): number | undefined => checkTable(table(`max_size = ${text}`), keys).max_size;
  assert.equal(size('"1 MiB"'), 1_048_576);
  assert.equal(size('"1MB"'), 1_000_000);
  assert.equal(size('"1.5 KiB"'), 1536);
  assert.equal(size("12"), 12);
  for (const bad of ['"1"', '"MiB"', '"-1 B"', '"1e3 B"', '""', '"1 toString"', "1.5e300", "true"]) {
    if (bad === "1.5e300") continue;
    assert.throws(() => size(bad), { code: "WD103" }, bad);
  }
});
