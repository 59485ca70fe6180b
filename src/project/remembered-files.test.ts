import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { RememberedFiles } from "./remembered-files.ts";

async function testFile(t: TestContext, content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "howdah-remembered-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "a.sql"), content);
  return join(folder, "a.sql");
}

/** Reads it as a tree does, so many milliseconds after it was written. */
async function read(files: RememberedFiles, file: string, afterMs = 10_000): Promise<void> {
  const info = statSync(file, { bigint: true });
  files.keep(file, await readFile(file), info, Date.now() + afterMs);
}

test("what was read is remembered for as long as nobody touches the file", async (t) => {
  const file = await testFile(t, "old");
  const files = new RememberedFiles();
  assert.equal(files.find(file), undefined);
  await read(files, file);
  assert.equal(files.find(file)?.toString(), "old");
  assert.equal(files.find(file)?.toString(), "old");
});

test("a file of the same size and with its old time is another one", async (t) => {
  const file = await testFile(t, "old");
  const files = new RememberedFiles();
  const { atime, mtime } = statSync(file);
  await read(files, file);
  await writeFile(file, "new");
  await utimes(file, atime, mtime);
  assert.equal(files.find(file), undefined);
});

test("a file that another one has taken the place of is not the one that was read", async (t) => {
  const file = await testFile(t, "old");
  const files = new RememberedFiles();
  await writeFile(`${file}.new`, "new");
  await read(files, file);
  await rename(`${file}.new`, file);
  assert.equal(files.find(file), undefined);
  await read(files, file);
  await rm(file);
  assert.equal(files.find(file), undefined);
});

test("a file that has just been written is not remembered: the next write may bear the same time", async (t) => {
  const file = await testFile(t, "old");
  const files = new RememberedFiles();
  await read(files, file, 0);
  assert.equal(files.find(file), undefined);
});

test("what a reader does to the bytes it got is not read by the next one", async (t) => {
  const file = await testFile(t, "old");
  const files = new RememberedFiles();
  await read(files, file);
  files.find(file)?.fill(0);
  assert.equal(files.find(file)?.toString(), "old");
});
