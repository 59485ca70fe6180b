import assert from "node:assert/strict";
import { test } from "node:test";
import { parseControl } from "./control.ts";

test("a control file is read as Postgres reads it: quotes, comments, defaults", () => {
  const text =
    "# pgvector\ncomment = 'vectors''n more' # for people\ndefault_version = '0.8.7'\nrequires = 'cube, hstore'\ntrusted=true\nrelocatable = on\n";
  assert.deepEqual(parseControl("vector", text), {
    name: "vector",
    comment: "vectors'n more",
    defaultVersion: "0.8.7",
    requires: ["cube", "hstore"],
    superuser: true,
    trusted: true,
    relocatable: true,
  });
  const bare = parseControl("bare", "superuser = false\n");
  assert.deepEqual([bare.superuser, bare.trusted, bare.requires, bare.defaultVersion], [false, false, [], ""]);
});
