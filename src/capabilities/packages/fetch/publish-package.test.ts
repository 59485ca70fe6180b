import assert from "node:assert/strict";
import { test } from "node:test";
import { testCache } from "../../../../test/support/cache.ts";
import { testRegistry } from "../../../../test/support/npm-registry.ts";
import { testPackage } from "../../../../test/support/sql-package.ts";
import { keyOfPackage } from "../deploy/choose.ts";
import { readPackage } from "../folder/package-folder.ts";
import { fetchPackages } from "./fetch-packages.ts";
import { packPackage, publishPackage } from "./publish-package.ts";

const files = {
  "functions/f.sql": "create function f() returns int language sql as 'select 1'",
  "README.md": "# It\n",
  ".env": "SECRET=1\n",
  "notes/todo.txt": "nothing\n",
};

test("what is published holds manifest, scripts and README, nothing else, and always the same bytes", async (t) => {
  const { folder } = await testPackage(t, "my_api", "01_02_00", files);
  const first = await packPackage(await readPackage(folder), { as: "@acme/my-api" });
  const second = await packPackage(await readPackage(folder), { as: "@acme/my-api" });
  assert.deepEqual(first.files, ["README.md", "functions/f.sql", "howdah.toml", "package.json"]);
  assert.deepEqual([first.name, first.version, first.tag], ["@acme/my-api", "1.2.0", "latest"]);
  assert.ok(first.tarball.equals(second.tarball));
});

test("a package that was published is fetched as it was, by whoever needs it", async (t) => {
  const registry = await testRegistry(t);
  registry.take("right");
  const host = new URL(registry.server.url).host;
  using opened = await registry.open({ [`npm_config_//${host}/:_authToken`]: "right" });
  const { folder } = await testPackage(t, "my_api", "1.2.0", files);
  const source = await readPackage(folder);
  await publishPackage(source, opened, { as: "@acme/my-api" });
  const toml = `[package]\nname = "top"\nversion = "1.0.0"\n[dependencies]\nmy_api = { version = "^1", npm = "@acme/my-api" }\n`;
  const top = await readPackage((await testPackage(t, "top", "1.0.0", { "howdah.toml": toml })).folder);
  const cache = await testCache(t);
  const { packages } = await fetchPackages([top], { registry: async () => opened, cache, locked: [] });
  assert.deepEqual(
    packages.map((each) => [keyOfPackage(each), each.scripts.map(({ checksum }) => checksum)]),
    [["my_api 1.2.0", source.scripts.map(({ checksum }) => checksum)]],
  );
  await assert.rejects(publishPackage(source, opened, { as: "@acme/my-api" }), {
    code: "WD668",
    detail: /cannot publish over it/,
    hint: /raise it/,
  });
});

test("without a log-in nothing is published, and the token stands in no error", async (t) => {
  const registry = await testRegistry(t);
  registry.take("right");
  const host = new URL(registry.server.url).host;
  using opened = await registry.open({ [`npm_config_//${host}/:_authToken`]: "wrong-token" });
  const { folder } = await testPackage(t, "my_api", "1.2.0", files);
  await assert.rejects(publishPackage(await readPackage(folder), opened, {}), (error: Error) => {
    assert.match(JSON.stringify(error), /WD668/);
    assert.doesNotMatch(JSON.stringify(error), /wrong-token/);
    return true;
  });
});

test("a package that needs another by its path is not published", async (t) => {
  const toml = `[package]\nname = "top"\nversion = "1.0.0"\n[dependencies]\nlow = { version = "^1", path = "../low" }\n`;
  const { folder } = await testPackage(t, "top", "1.0.0", { "howdah.toml": toml });
  await assert.rejects(packPackage(await readPackage(folder), {}), { code: "WD665", message: /only this machine has/ });
});
