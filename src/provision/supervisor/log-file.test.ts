import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { homeAt } from "../home.ts";
import { openLog } from "./log-file.ts";

test("a grown log is emptied under its writer, with the part before kept once", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "howdah-log-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const home = homeAt(folder);
  await using log = await openLog(home, undefined);
  await appendFile(home.log, `${"x".repeat(9 * 2 ** 20)}\nthe end\n`);
  await log.rotate();
  writeSync(log.descriptor, "after\n"); // as Postgres does, with the descriptor it was given
  assert.equal(await readFile(home.log, "utf8"), "after\n");
  assert.match(await log.since(0), /^after$/m);
  assert.equal((await stat(home.oldLog)).size, 9 * 2 ** 20 + 9);
  await log.rotate();
  assert.equal(await readFile(home.log, "utf8"), "after\n");
  assert.equal((await stat(home.log)).mode & 0o777, 0o600);
});
