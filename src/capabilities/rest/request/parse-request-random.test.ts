import assert from "node:assert/strict";
import { test } from "node:test";
import { RestFailure } from "../failure/index.ts";
import { parseRequest } from "./index.ts";
import { settingsForTests } from "../../../../test/support/rest-settings.ts";

const parts = [
  ...Array.from("()[]{}.,:;!*\"'\\%&=+-><#/?@ \t\n"),
  "select=",
  "order=",
  "or=",
  "and=",
  "columns=",
  "on_conflict=",
  "limit=",
  "offset=",
  "not.",
  "eq.",
  "in.(",
  "is.",
  "fts(",
  "like(any).",
  "->>",
  "->",
  "::",
  "...",
  "count()",
  "asc",
  "nullsfirst",
  "a",
  "b1",
  "é",
  "𝄞",
  "%00",
  "%C3",
  "\u0000",
  "0",
  "-1",
  "99999999999999999999",
  "null",
];

/** A generator of its own seed, so that a failure can be repeated (Steele, Lea, Flood: SplitMix, 2014). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let value = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    value = Math.imul(value ^ (value >>> 15), 0x735a2d97);
    return ((value ^ (value >>> 15)) >>> 0) / 4294967296;
  };
}

const rounds = 40_000;

test(`no request of ${rounds} made of fragments of the grammar is more than refused`, () => {
  const next = random(20261130);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
  const text = (most: number): string => Array.from({ length: Math.floor(next() * most) }, () => pick(parts)).join("");
  let refused = 0;
  for (let round = 0; round < rounds; round++) {
    const http = {
      method: pick(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "X"]),
      url: `/${next() < 0.2 ? "rpc/" : ""}${next() < 0.1 ? text(3) : "t"}?${text(14)}`,
      headers: {
        "content-type": pick([undefined, "text/csv", "application/x-www-form-urlencoded", text(4)]),
        accept: pick([undefined, text(6)]),
        prefer: pick([undefined, text(4), "handling=strict"]),
        range: pick([undefined, text(3), "1-0", "0-5"]),
        cookie: pick([undefined, text(5)]),
      },
      body: Buffer.from(pick(["", "{}", "[]", text(8)])),
    };
    try {
      const request = parseRequest(http, settingsForTests);
      assert.equal(request.method, http.method);
    } catch (error) {
      assert.ok(error instanceof RestFailure, `${JSON.stringify(http)}: ${String(error)}`);
      assert.match(error.code, /^PGRST1\d\d$/);
      assert.ok(error.status >= 400 && error.status < 500, JSON.stringify(http));
      refused += 1;
    }
  }
  assert.ok(refused > 1000 && refused < rounds - 1000, `${refused} were refused`);
});

test("text of tens of thousands of characters is parsed in a fraction of a second, whatever it repeats", () => {
  for (const part of parts) {
    for (const head of ["select=", "order=", "or=(", "id=in.(", "id=", 'or=(a.eq."', "columns=", ""]) {
      const started = performance.now();
      const http = { method: "GET", url: `/t?${head}${part.repeat(30_000)}`, headers: {}, body: Buffer.alloc(0) };
      try {
        parseRequest(http, settingsForTests);
      } catch (error) {
        assert.ok(error instanceof RestFailure, `${head}${part}: ${String(error)}`);
      }
      const spentMs = performance.now() - started;
      // Quadratic work would take minutes; the bound is wide because tests share their processors.
      assert.ok(spentMs < 5000, `${JSON.stringify(head + part)} took ${spentMs} ms`);
    }
  }
});
