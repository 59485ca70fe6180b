import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { testCache } from "../../test/support/cache.ts";
import { cacheRoot, ensureCacheFolder, type CacheSurroundings } from "./cache.ts";

const linux: CacheSurroundings = { env: {}, platform: "linux", home: "/home/ada", root: false };

test("the cache stands where HOWDAH_CACHE says, else where the platform keeps caches", () => {
  assert.equal(cacheRoot(linux), "/home/ada/.cache/howdah");
  assert.equal(cacheRoot({ ...linux, env: { XDG_CACHE_HOME: "/fast" } }), "/fast/howdah");
  assert.equal(cacheRoot({ ...linux, env: { XDG_CACHE_HOME: "relative" } }), "/home/ada/.cache/howdah");
  assert.equal(cacheRoot({ ...linux, env: { HOWDAH_CACHE: "/own", XDG_CACHE_HOME: "/fast" } }), "/own");
  assert.equal(cacheRoot({ ...linux, platform: "darwin" }), "/home/ada/Library/Caches/howdah");
});

test("root's cache is where the server's unprivileged user can reach it", () => {
  assert.equal(cacheRoot({ ...linux, home: "/root", root: true }), "/var/cache/howdah");
  assert.equal(cacheRoot({ ...linux, root: true, env: { XDG_CACHE_HOME: "/root/.cache" } }), "/var/cache/howdah");
  assert.equal(cacheRoot({ ...linux, root: true, env: { HOWDAH_CACHE: "/own" } }), "/own");
});

test("a relative HOWDAH_CACHE is refused: it would be another cache in every folder", () => {
  assert.throws(() => cacheRoot({ ...linux, env: { HOWDAH_CACHE: "cache" } }), { code: "WD357" });
});

test("every folder that root makes in the cache is open to others, whatever the umask", async (t) => {
  const cache = await testCache(t);
  const before = process.umask(0o077);
  t.after(() => process.umask(before));
  await ensureCacheFolder(join(cache, "a", "b"), true);
  for (const folder of ["a", "a/b"]) assert.equal((await stat(join(cache, folder))).mode & 0o777, 0o755, folder);
});

test("a cache below a folder that others can't pass is refused by the name of that folder", async (t) => {
  const closed = await mkdtemp(join(tmpdir(), "howdah-closed-"));
  t.after(() => rm(closed, { recursive: true, force: true }));
  await mkdir(join(closed, "cache"), { mode: 0o755 });
  await assert.rejects(
    ensureCacheFolder(join(closed, "cache"), true),
    (error: Error & { code: string; detail: string }) => {
      assert.equal(error.code, "WD357");
      assert.match(error.detail, new RegExp(`others can't pass through ${closed} \\(mode 0700\\)`));
      return true;
    },
  );
  await chmod(closed, 0o711);
  await ensureCacheFolder(join(closed, "cache"), true);
});

test("a cache that can't be a folder is refused", async (t) => {
  const cache = await testCache(t);
  await assert.rejects(ensureCacheFolder(join("/dev/null", cache)), { code: "WD357" });
});
