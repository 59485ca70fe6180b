import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { testCache } from "../../../../test/support/cache.ts";
import { testFolder } from "../../../../test/support/capability.ts";
import { testRegistry, type TestRegistry } from "../../../../test/support/npm-registry.ts";
import { testPackage } from "../../../../test/support/sql-package.ts";
import { readLock, writeLock } from "../../../project/index.ts";
import { readPackage, type Package } from "../folder/package-folder.ts";
import { fetchLocked } from "./fetch-locked.ts";
import type { Asking } from "./offers.ts";

const manifest = (name: string, needs: string): string =>
  `[package]\nname = "${name}"\nversion = "1.0.0"\n[dependencies]\n${needs}\n`;

interface Bench {
  readonly root: string;
  readonly registry: Asking["registry"];
  readonly server: TestRegistry;
  package(name: string, ...needs: readonly string[]): Promise<Package>;
  locked(): Promise<readonly string[]>;
}

/** A registry that has @acme/x and @acme/y, and a folder with a howdah.lock. */
async function bench(t: TestContext): Promise<Bench> {
  const [root, cache, server] = [await testFolder(t, {}), await testCache(t), await testRegistry(t)];
  const before = process.env["HOWDAH_CACHE"];
  process.env["HOWDAH_CACHE"] = cache;
  t.after(() => {
    if (before === undefined) delete process.env["HOWDAH_CACHE"];
    else process.env["HOWDAH_CACHE"] = before;
  });
  const opened = await server.open();
  t.after(() => opened[Symbol.dispose]());
  for (const name of ["x", "y"]) {
    server.publish(`@acme/${name}`, "1.0.0", [{ path: "package/howdah.toml", content: manifest(name, "") }]);
  }
  return {
    ...{ root, server, registry: async () => opened },
    package: async (name, ...needs) => {
      const lines = needs.map((need) => `${need} = { version = "^1", npm = "@acme/${need}" }`);
      const { folder } = await testPackage(t, name, "1.0.0", { "howdah.toml": manifest(name, lines.join("\n")) });
      return await readPackage(folder);
    },
    locked: async () => ((await readLock(root))?.packages ?? []).map(({ name }) => name),
  };
}

test("packages that need nothing from elsewhere ask nobody and write nothing", async (t) => {
  const { root, package: write, registry, server } = await bench(t);
  const fetched = await fetchLocked(root, [await write("a")], { registry });
  assert.deepEqual([fetched.packages, fetched.changed, server.server.requests], [[], false, []]);
  assert.equal(await readLock(root), undefined);
});

test("what is locked of Postgres stays, and the same again changes nothing", async (t) => {
  const { root, package: write, registry, locked } = await bench(t);
  const postgres = { request: "18", provider: "embedded", version: "18.4", source: "x", artifacts: [] };
  await writeLock(root, { postgres });
  const top = await write("top", "x");
  assert.equal((await fetchLocked(root, [top], { registry })).changed, true);
  assert.deepEqual([(await readLock(root))?.postgres, await locked()], [postgres, ["x"]]);
  assert.equal((await fetchLocked(root, [top], { registry })).changed, false);
});

test("of two that fetch different things for one lock at once, neither loses its own", async (t) => {
  const { root, package: write, registry, locked } = await bench(t);
  const tops = [await write("a", "x"), await write("b", "y")];
  await Promise.all(tops.map(async (top) => fetchLocked(root, [top], { registry })));
  assert.deepEqual(await locked(), ["x", "y"]);
});

test("what is not needed any more goes, unless the lock is for others, too", async (t) => {
  const { root, package: write, registry, locked } = await bench(t);
  await fetchLocked(root, [await write("a", "x", "y")], { registry });
  const fewer = await write("a", "x");
  assert.equal((await fetchLocked(root, [fewer], { registry, others: true })).changed, false);
  assert.deepEqual(await locked(), ["x", "y"]);
  assert.equal((await fetchLocked(root, [fewer], { registry })).changed, true);
  assert.deepEqual(await locked(), ["x"]);
});

test("a frozen lock is not written, and refused where it lacks something", async (t) => {
  const { root, package: write, registry, locked } = await bench(t);
  await fetchLocked(root, [await write("a", "x")], { registry });
  await assert.rejects(fetchLocked(root, [await write("b", "y")], { registry, frozen: true }), { code: "WD666" });
  await fetchLocked(root, [await write("c", "x")], { registry, frozen: true });
  assert.deepEqual(await locked(), ["x"]);
});
