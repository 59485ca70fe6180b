import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { testCache } from "../../../test/support/cache.ts";
import { fileServer } from "../../../test/support/file-server.ts";
import { hasty, testRegistry } from "../../../test/support/npm-registry.ts";
import { isNoSuchPackage, NpmRegistry } from "./registry.ts";
import { npmSettings } from "./settings.ts";

test("versions are named by the public registry and fetched from the configured one", async (t) => {
  const registry = await testRegistry(t);
  const path = registry.publish("@scope/pkg", "1.0.0", [{ path: "package/a", content: "a" }]);
  using opened = await registry.open();
  const [found] = await opened.versions("@scope/pkg");
  assert.equal(found?.version, "1.0.0");
  assert.equal(found?.tarball.url, `https://registry.npmjs.org${path}`);
  const cache = await testCache(t);
  const scratch = join(cache, "scratch");
  await mkdir(scratch);
  assert.ok(found);
  const file = await opened.fetch("@scope/pkg", found.tarball, { cache, scratch, what: "it" });
  assert.deepEqual(await readFile(file), registry.server.files.get(path));
});

test("a tarball that the registry serves from elsewhere keeps its address", async (t) => {
  const registry = await testRegistry(t);
  const dist = { tarball: "https://storage.example/pkg.tgz", integrity: "sha512-x" };
  registry.server.files.set("/pkg", Buffer.from(JSON.stringify({ versions: { "1.0.0": { dist } } })));
  using opened = await registry.open();
  assert.equal((await opened.versions("pkg"))[0]?.tarball.url, "https://storage.example/pkg.tgz");
});

test("a package that is not there is told from a registry that is not", async (t) => {
  const registry = await testRegistry(t);
  using opened = await registry.open();
  await assert.rejects(opened.versions("pkg"), (error) => isNoSuchPackage(error));
  await registry.server.stop();
  await assert.rejects(opened.versions("pkg"), (error) => !isNoSuchPackage(error));
});

test("a log-in page in the place of the registry is named as such", async (t) => {
  const registry = await testRegistry(t);
  using opened = await registry.open();
  registry.server.files.set("/pkg", Buffer.from("<html>Welcome to the airport"));
  await assert.rejects(opened.versions("pkg"), { code: "WD359", detail: /begins with "<html>Welcome/ });
  registry.server.files.set("/pkg", Buffer.from("{}"));
  await assert.rejects(opened.versions("pkg"), { code: "WD359", detail: /has no versions/ });
});

test("the token of a private registry is sent to it", async (t) => {
  const server = await fileServer(t);
  let seen: string | undefined;
  server.answer = (request, response) => {
    seen = request.headers.authorization;
    return !!response.end('{"versions": {}}');
  };
  const { host } = new URL(server.url);
  const env = { npm_config_registry: server.url, [`npm_config_//${host}/:_authToken`]: "t0ken" };
  const nowhere = { folder: "/nowhere", home: "/nowhere", execPath: "/nowhere/bin/node", platform: "linux" as const };
  using opened = new NpmRegistry(await npmSettings({ env, ...nowhere }), hasty);
  assert.deepEqual(await opened.versions("pkg"), []);
  assert.equal(seen, "Bearer t0ken");
});
