import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { testCache } from "../../../../test/support/cache.ts";
import { testRepository } from "../../../../test/support/git-repository.ts";
import { testRegistry } from "../../../../test/support/npm-registry.ts";
import type { LockedPackage } from "../../../project/index.ts";
import { listContent } from "../../../resolve/index.ts";
import { fetchPackage } from "./fetched-package.ts";
import { offersOf, type Asking } from "./offers.ts";

const manifest = (name: string, version: string, needs = ""): string =>
  `[package]\nname = "${name}"\nversion = "${version}"\n[dependencies]\n${needs}\n`;

interface Bench {
  readonly asking: Asking;
  readonly registry: Awaited<ReturnType<typeof testRegistry>>;
  /** Publishes low 1.0.0 with these files; what a lock would say of it. */
  publish(files: Readonly<Record<string, string>>): Promise<LockedPackage>;
}

async function bench(t: TestContext): Promise<Bench> {
  const registry = await testRegistry(t);
  const opened = await registry.open();
  t.after(() => opened[Symbol.dispose]());
  const asking: Asking = { registry: async () => opened, cache: await testCache(t) };
  return {
    ...{ asking, registry },
    publish: async (files) => {
      const members = Object.entries(files).map(([path, content]) => ({ path: `package/${path}`, content }));
      registry.publish("low", "1.0.0", members);
      const [offer] = await offersOf("low", { kind: "npm", name: "low" }, asking);
      assert.ok(offer !== undefined);
      return offer.locked;
    },
  };
}

const sound = { "howdah.toml": manifest("low", "1.0.0"), "functions/f.sql": "select 1" };

test("what is in the cache is read without the registry, and its errors name it and not the cache", async (t) => {
  const { asking, publish, registry } = await bench(t);
  const locked = await publish(sound);
  await fetchPackage(locked, asking);
  await registry.server.stop();
  const { manifest: read, scripts } = await fetchPackage(locked, asking);
  assert.deepEqual([read.name, read.versionText, read.position([]).file], ["low", "1.0.0", "low@1.0.0/howdah.toml"]);
  assert.deepEqual(
    scripts.map(({ file }) => file),
    ["functions/f.sql"],
  );
});

test("a package of another name or version than the lock promises is refused", async (t) => {
  const { asking, publish } = await bench(t);
  const locked = await publish(sound);
  await assert.rejects(fetchPackage({ ...locked, name: "high" }, asking), {
    code: "WD665",
    detail: /it is low 1\.0\.0/,
  });
  await assert.rejects(fetchPackage({ ...locked, version: "1.0.1" }, asking), { code: "WD665" });
});

test("an entry without anything to fetch, or whose source nobody wrote, is refused", async (t) => {
  const { asking, publish } = await bench(t);
  const locked = await publish(sound);
  for (const odd of [{ artifacts: [] }, { source: "ftp:low" }]) {
    await assert.rejects(fetchPackage({ ...locked, ...odd }, asking), { code: "WD665", detail: /nothing to fetch/ });
  }
});

test("a tarball without a manifest is no package, and one that names a folder of its publisher's is refused", async (t) => {
  const { asking, publish } = await bench(t);
  await assert.rejects(async () => fetchPackage(await publish({ "readme.md": "" }), asking), { code: "WD640" });
  const path = { ...sound, "howdah.toml": manifest("low", "1.0.0", 'secret = { path = "/etc" }') };
  await assert.rejects(async () => fetchPackage(await publish(path), asking), { code: "WD665", message: /"secret"/ });
});

test("other bytes than the locked ones leave nothing behind", async (t) => {
  const { asking, publish } = await bench(t);
  const locked = await publish(sound);
  const integrity = `sha512-${Buffer.alloc(64).toString("base64")}`;
  const artifacts = locked.artifacts.map((artifact) => ({ ...artifact, integrity }));
  await assert.rejects(fetchPackage({ ...locked, artifacts }, asking), { code: "WD353" });
  assert.deepEqual(await listContent(asking.cache, "sql-package"), []);
});

test("a folder of a repository that lies outside of it is refused, whoever wrote it into the lock", async (t) => {
  const { asking } = await bench(t);
  const repository = await testRepository(t);
  const commit = await repository.commit({ "howdah.toml": manifest("low", "1.0.0") });
  const locked = { name: "low", version: "1.0.0", artifacts: [], source: `git+${repository.url}#${commit}` };
  assert.equal((await fetchPackage(locked, asking)).manifest.name, "low");
  await assert.rejects(fetchPackage({ ...locked, source: `${locked.source}:..` }, asking), { code: "WD665" });
});
