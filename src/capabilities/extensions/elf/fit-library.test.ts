import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { pgvectorDeb } from "../../../../test/support/pgvector.ts";
import { AppError } from "../../../errors/index.ts";
import { unpackDeb } from "../../../resolve/index.ts";
import { readNeeds } from "./elf.ts";
import { fitLibrary } from "./fit-library.ts";

/** Debian's build of pgvector, which asks for glibc 2.38. */
async function vectorLibrary(t: TestContext): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "howdah-elf-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await unpackDeb(pgvectorDeb, folder, { what: "pgvector" });
  return await readFile(join(folder, "usr/lib/postgresql/18/lib/vector.so"));
}

test("what a library needs is read off it: libraries, versions, symbols", async (t) => {
  const { libraries, versions, symbols } = readNeeds(await vectorLibrary(t), "vector.so");
  assert.deepEqual(libraries, ["libc.so.6"]);
  assert.ok(versions.some(({ library, version }) => library === "libc.so.6" && version === "GLIBC_2.38"));
  const parser = symbols.find(({ name }) => name === "__isoc23_strtol");
  assert.equal(parser?.version?.version, "GLIBC_2.38");
  assert.equal(symbols.find(({ name }) => name === "palloc")?.version, undefined);
});

test("calls that only differ in name lose the newer glibc's version, and all others stay as they were", async (t) => {
  const original = await vectorLibrary(t);
  const fitted = fitLibrary(original, "2.36", "vector.so");
  assert.ok(fitted.kind === "fits");
  assert.deepEqual(fitted.rewritten, ["__isoc23_strtol"]);
  const [before, after] = [readNeeds(original, "vector.so").symbols, readNeeds(fitted.bytes, "vector.so").symbols];
  const changed = after.filter(
    ({ name, version }, at) => name !== before[at]?.name || version?.version !== before[at]?.version?.version,
  );
  assert.deepEqual(
    changed.map(({ name, version }) => [name, version]),
    [["strtol", undefined]],
  );
});

test("a glibc that has everything gets the bytes as they are", async (t) => {
  const original = await vectorLibrary(t);
  const fitted = fitLibrary(original, "2.38", "vector.so");
  assert.ok(fitted.kind === "fits" && fitted.bytes === original);
});

test("a symbol that nothing stands in for is told with its version, and nothing is changed", async (t) => {
  const fitted = fitLibrary(await vectorLibrary(t), "2.10", "vector.so");
  assert.ok(fitted.kind === "too new");
  assert.ok(fitted.symbols.length > 0);
  for (const symbol of fitted.symbols) assert.match(symbol, /^\w+ \(GLIBC_2\.(?:1[1-9]|[2-9]\d)(?:\.\d)?\)$/);
  assert.equal(fitted.glibc, "2.38");
});

test("what is no library is refused by name", () => {
  assert.throws(
    () => readNeeds(Buffer.from("#!/bin/sh\n"), "vector.so"),
    (error) => error instanceof AppError && error.code === "WD356" && error.message.includes("vector.so"),
  );
});
