import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** An empty cache root of its own for one test, open to other users as the real one is; removed with the test. */
export async function testCache(t: TestContext): Promise<string> {
  const cache = await mkdtemp(join(tmpdir(), "howdah-cache-"));
  await chmod(cache, 0o755);
  t.after(() => rm(cache, { recursive: true, force: true }));
  return cache;
}
