import assert from "node:assert/strict";
import { test } from "node:test";
import { testCache } from "../../test/support/cache.ts";
import { testFolder } from "../../test/support/capability.ts";
import { readLock, type LockedPackage } from "../project/index.ts";
import { changeLock } from "./change-lock.ts";

const locked = (name: string): LockedPackage => ({ name, version: "1.0.0", source: `npm:${name}`, artifacts: [] });

test("of many changes of howdah.lock at once none is lost", async (t) => {
  const [root, cache] = [await testFolder(t, {}), await testCache(t)];
  const names = Array.from({ length: 12 }, (_, at) => `p${at}`);
  const add = async (name: string): Promise<void> =>
    changeLock(root, (lock) => ({ ...lock, packages: [...(lock.packages ?? []), locked(name)] }), cache);
  await Promise.all(names.map(add));
  const found = (await readLock(root))?.packages?.map(({ name }) => name);
  assert.deepEqual(found, names.toSorted());
});

test("a change that fails, or that is none, leaves the file alone", async (t) => {
  const [root, cache] = [await testFolder(t, {}), await testCache(t)];
  await changeLock(root, () => undefined, cache);
  assert.equal(await readLock(root), undefined);
  await changeLock(root, () => ({ packages: [locked("a")] }), cache);
  const fails = changeLock(
    root,
    () => {
      throw new RangeError("no");
    },
    cache,
  );
  await assert.rejects(fails, RangeError);
  assert.deepEqual(await readLock(root), { packages: [locked("a")] });
});
