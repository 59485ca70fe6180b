import assert from "node:assert/strict";
import { test } from "node:test";
import { readDistribution, readMeta, readReleases } from "./pgxn-meta.ts";

test("a META.json of version 1 says what it needs: bare versions at least, commas and", () => {
  const meta = readMeta({
    ...{ name: "pair", version: "0.1.2", sha1: "ABCDEF0123", "meta-spec": { version: "1.0.0" } },
    prereqs: {
      runtime: { requires: { PostgreSQL: "9.5.0", hstore: 0, other: ">= 1.2.0, != 1.5.0, < 2.0.0" } },
      test: { requires: { pgtap: "1.0.0" } },
    },
  });
  assert.deepEqual(meta, {
    ...{ name: "pair", version: "0.1.2", digests: { sha1: "abcdef0123" }, preload: [] },
    requires: new Map([
      ["PostgreSQL", ">=9.5.0"],
      ["hstore", "*"],
      ["other", ">= 1.2.0 < 2.0.0"],
    ]),
  });
});

test("one of version 2 says it by package URLs, with the libraries to preload and what was signed of its bytes", () => {
  const payload = Buffer.from(JSON.stringify({ digests: { sha256: "00ff", odd: "x" } })).toString("base64url");
  const meta = readMeta({
    ...{ name: "bgw", version: "1.0.0", "meta-spec": { version: "2.0.0" } },
    contents: {
      modules: { bgw: { type: "bgw", preload: "server" }, other: { preload: "session" }, "a,b": { preload: "server" } },
    },
    dependencies: {
      postgres: { version: ">= 15.0, < 19.0", with: ["xml"] },
      pipeline: "pgxs",
      packages: {
        build: { requires: { "pkg:generic/openssl": 0 } },
        run: { requires: { "pkg:pgxn/pair": "0.1.0", "pkg:postgres/uuid-ossp": 0 } },
        test: { requires: { "pkg:pgxn/pgtap": 0 } },
      },
    },
    certs: { pgxn: { payload } },
  });
  assert.deepEqual(meta, {
    ...{ name: "bgw", version: "1.0.0", digests: { sha256: "00ff" }, preload: ["bgw"] },
    requires: new Map([
      ["PostgreSQL", ">= 15.0 < 19.0"],
      ["pair", ">=0.1.0"],
      ["uuid-ossp", "*"],
    ]),
  });
});

test("what is no META.json is none, and odd parts of one say nothing", () => {
  for (const odd of [undefined, null, 7, "x", [], {}, { name: "a" }, { name: "a", version: 1 }]) {
    assert.equal(readMeta(odd), undefined);
  }
  const meta = readMeta({
    ...{ name: "a", version: "1.0.0", "meta-spec": { version: "2.0.0" }, sha1: "no hash" },
    ...{ contents: 7, dependencies: { packages: "x", postgres: null }, certs: { pgxn: { payload: "%%%" } } },
  });
  assert.deepEqual(meta, { name: "a", version: "1.0.0", digests: {}, requires: new Map(), preload: [] });
});

test("releases for tests count where they are asked for", () => {
  const document = { releases: { stable: [{ version: "1.0.0" }], testing: [{ version: "2.0.0" }, 7], unstable: "x" } };
  assert.deepEqual(readReleases(document, false), ["1.0.0"]);
  assert.deepEqual(readReleases(document, true), ["1.0.0", "2.0.0"]);
  assert.deepEqual(readReleases("odd", true), []);
  assert.equal(readDistribution({ testing: { dist: "new" } }, false), undefined);
  assert.equal(readDistribution({ testing: { dist: "new" } }, true), "new");
  assert.equal(readDistribution({ stable: { dist: 7 } }, true), undefined);
});
