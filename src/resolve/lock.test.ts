import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { testCache } from "../../test/support/cache.ts";
import { withLock } from "./lock.ts";

/** A process that takes the lock, says "held", and keeps it until it is killed. */
const holder = `
  const { withLock } = await import(${JSON.stringify(new URL("./lock.ts", import.meta.url).href)});
  await withLock(process.argv[1], async () => {
    console.log("held");
    await new Promise((done) => setTimeout(done, 60_000));
  });
`;

test("two callers in one process never hold the lock at once", async (t) => {
  const path = join(await testCache(t), "locks", "a");
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise(setImmediate);
    inside--;
  };
  await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)]);
  assert.equal(most, 1);
});

test("a lock held by another process is waited for, and is free the moment that process is killed", async (t) => {
  const path = join(await testCache(t), "locks", "a");
  const child = spawn(process.execPath, ["--input-type=module", "-e", holder, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  const order: string[] = [];
  const onWait = (): void => {
    order.push("waits");
    child.kill("SIGKILL");
  };
  await withLock(path, async () => void order.push("holds"), { onWait });
  assert.deepEqual(order, ["waits", "holds"]);
  assert.equal(child.signalCode ?? (await once(child, "exit"))[1], "SIGKILL");
});

test("waiting ends when the signal aborts", async (t) => {
  const path = join(await testCache(t), "locks", "a");
  await withLock(path, async () => {
    const aborting = new AbortController();
    const waiting = withLock(path, async () => assert.fail("got the lock"), {
      signal: aborting.signal,
      onWait: () => aborting.abort(),
    });
    await assert.rejects(waiting, { code: "WD358" });
  });
});

test("the lock is free again after the work failed, and the failure passes unchanged", async (t) => {
  const path = join(await testCache(t), "locks", "a");
  const failure = new RangeError("of the work");
  await assert.rejects(
    withLock(path, async () => {
      throw failure;
    }),
    failure,
  );
  assert.equal(await withLock(path, async () => "free"), "free");
});

test("a damaged file is emptied, and locks as any other", async (t) => {
  const path = join(await testCache(t), "locks", "a");
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, "garbage ".repeat(1000));
  let most = 0;
  let inside = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise(setImmediate);
    inside--;
  };
  await Promise.all([withLock(path, work), withLock(path, work)]);
  assert.equal(most, 1);
});
