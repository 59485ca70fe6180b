import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { testCache } from "../../test/support/cache.ts";
import { ensureContent, listContent } from "./store.ts";

const storeUrl = JSON.stringify(new URL("./store.ts", import.meta.url).href);

/** Builds the content, or hangs half-way where it is told to; prints whether it was the one that built. */
const builder = `
  import { appendFile, writeFile } from "node:fs/promises";
  const { ensureContent } = await import(${storeUrl});
  const [cache, how] = process.argv.slice(1);
  await ensureContent({ cache, kind: "pg", key: "a" }, async (staging) => {
    await writeFile(staging + "/half", "written");
    console.log("builds");
    if (how === "hang") await new Promise((done) => setTimeout(done, 60_000));
    await appendFile(cache + "/builds", "x");
    await new Promise((done) => setTimeout(done, 100));
    await writeFile(staging + "/whole", "written");
  });
`;
const args = (cache: string, how: string): string[] => ["--input-type=module", "-e", builder, cache, how];

test("content is built once, in an empty folder, and found after", async (t) => {
  const cache = await testCache(t);
  const options = { cache, kind: "pg", key: "a" };
  const folder = await ensureContent(options, async (staging) => {
    assert.deepEqual(await readdir(staging), []);
    await mkdir(join(staging, "bin"), { mode: 0o700 });
    await writeFile(join(staging, "bin", "run"), "", { mode: 0o700 });
  });
  assert.equal(folder, join(cache, "pg", "a"));
  assert.equal(await ensureContent(options, async () => assert.fail("built again")), folder);
  assert.deepEqual(await listContent(cache, "pg"), ["a"]);
  assert.equal((await stat(join(folder, "bin"))).mode & 0o777, 0o755, "others can pass");
  assert.equal((await stat(join(folder, "bin", "run"))).mode & 0o777, 0o755, "others can run");
});

test("of several processes at once one builds, the others wait, all succeed", async (t) => {
  const cache = await testCache(t);
  const run = promisify(execFile);
  await Promise.all(["1", "2", "3"].map((how) => run(process.execPath, args(cache, how))));
  assert.equal(await readFile(join(cache, "builds"), "utf8"), "x");
  assert.deepEqual((await readdir(join(cache, "pg", "a"))).toSorted(), ["half", "whole"]);
  assert.deepEqual(await readdir(join(cache, "staging")), []);
});

test("a builder killed half-way leaves nothing that is used, and the next one starts clean", async (t) => {
  const cache = await testCache(t);
  const child = spawn(process.execPath, args(cache, "hang"), { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.deepEqual(await listContent(cache, "pg"), []);
  assert.equal((await readdir(join(cache, "staging"))).length, 1, "what it had begun is still there");
  const folder = await ensureContent({ cache, kind: "pg", key: "a" }, (staging) => writeFile(join(staging, "new"), ""));
  assert.deepEqual(await readdir(folder), ["new"]);
  assert.deepEqual(await readdir(join(cache, "staging")), []);
});

test("a waiting process takes over from one that is killed", async (t) => {
  const cache = await testCache(t);
  const child = spawn(process.execPath, args(cache, "hang"), { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const onWait = (): void => void child.kill("SIGKILL");
  const folder = await ensureContent({ cache, kind: "pg", key: "a", onWait }, (staging) =>
    writeFile(join(staging, "new"), ""),
  );
  assert.deepEqual(await readdir(folder), ["new"]);
});

test("a build that fails or is interrupted leaves nothing", async (t) => {
  const cache = await testCache(t);
  const failure = new RangeError("of the build");
  const failing = ensureContent({ cache, kind: "pg", key: "a" }, async (staging) => {
    await writeFile(join(staging, "half"), "");
    throw failure;
  });
  await assert.rejects(failing, failure);
  const aborting = new AbortController();
  const interrupted = ensureContent({ cache, kind: "pg", key: "a", signal: aborting.signal }, async () =>
    aborting.abort(),
  );
  await assert.rejects(interrupted, { code: "WD358" });
  assert.deepEqual(await listContent(cache, "pg"), []);
  assert.deepEqual(await readdir(join(cache, "staging")), []);
});
