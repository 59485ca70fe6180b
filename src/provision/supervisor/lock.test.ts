import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "../../../test/support/cluster.ts";
import { tryLock } from "./lock.ts";

test("a lock is one process's, and free as soon as that is killed", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "howdah-lock-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "lock");
  const program = `
    const { tryLock } = await import(process.argv[1]);
    const lock = tryLock(process.argv[2]);
    process.stdout.write(lock === undefined ? "busy" : "locked");
    setInterval(() => lock, 1000);
  `;
  const module = new URL("./lock.ts", import.meta.url).href;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", program, module, path]);
  const [said] = (await once(holder.stdout, "data")) as [Buffer];
  assert.equal(said.toString(), "locked");
  assert.equal(tryLock(path), undefined);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  using lock = await eventually("the lock is free", async () => tryLock(path));
  assert.notEqual(lock, undefined);
});

test("a damaged file is emptied and locked, once", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "howdah-lock-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "lock");
  await writeFile(path, "garbage ".repeat(1000));
  using lock = tryLock(path);
  assert.notEqual(lock, undefined);
  assert.equal(tryLock(path), undefined);
});
