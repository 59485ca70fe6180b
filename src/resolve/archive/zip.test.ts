import assert from "node:assert/strict";
import { test } from "node:test";
import { zipOf } from "../../../test/support/zip.ts";
import { AppError } from "../../errors/index.ts";
import { readZip } from "./zip.ts";

const isRefused = (error: unknown): boolean => error instanceof AppError && error.code === "WD356";

test("files come back as they went in, their folders with them", () => {
  const files = readZip(zipOf({ "a-1.0/Makefile": "all:\n", "a-1.0/sql/a.sql": "select 1;\n".repeat(500) }), "a.zip");
  assert.deepEqual(
    files.map(({ path, content }) => [path, content.length]),
    [
      ["a-1.0/Makefile", 5],
      ["a-1.0/sql/a.sql", 5000],
    ],
  );
});

test("a file outside of the archive's own folder is refused, whatever the notation", () => {
  for (const path of ["../evil", "/etc/passwd", "a/../../evil", "c:\\evil", "a\\..\\..\\evil"]) {
    assert.throws(() => readZip(zipOf({ [path]: "x" }), "a.zip"), isRefused, path);
  }
});

test("what is damaged, cut off, no archive or too large is refused", () => {
  const good = zipOf({ "a/b": "hello ".repeat(100) });
  assert.throws(() => readZip(good.subarray(0, good.length - 30), "a.zip"), isRefused);
  assert.throws(() => readZip(Buffer.from("hello"), "a.zip"), isRefused);
  assert.throws(() => readZip(good, "a.zip", 100), isRefused);
  const lying = Buffer.from(good);
  lying.writeUInt32LE(5, good.indexOf("PK\x01\x02", 0, "latin1") + 24); // says that it is shorter than it is
  assert.throws(() => readZip(lying, "a.zip"), isRefused);
});
