import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test, type TestContext } from "node:test";
import { testCache } from "../../../../test/support/cache.ts";
import { testFolder } from "../../../../test/support/capability.ts";
import { testRepository } from "../../../../test/support/git-repository.ts";
import { hasty, testRegistry } from "../../../../test/support/npm-registry.ts";
import { testPackage } from "../../../../test/support/sql-package.ts";
import { NpmRegistry, npmSettings } from "../../../resolve/index.ts";
import { keyOfPackage } from "../deploy/choose.ts";
import { readPackage, type Package } from "../folder/package-folder.ts";
import { fetchPackages, type FetchedPackages } from "./fetch-packages.ts";
import type { Asking } from "./offers.ts";

const manifest = (name: string, needs = ""): string =>
  `[package]\nname = "${name}"\nversion = "1.0.0"\n[dependencies]\n${needs}\n`;

async function top(t: TestContext, need: string): Promise<Package> {
  const { folder } = await testPackage(t, "top", "1.0.0", { "howdah.toml": manifest("top", `low = ${need}`) });
  return await readPackage(folder);
}

const fetch = (root: Package, asking: Asking): Promise<FetchedPackages> =>
  fetchPackages([root], { ...asking, locked: [] });

test("a scope's registry of .npmrc is asked with its token, which stands in no lock and no error", async (t) => {
  const [everybody, own] = [await testRegistry(t), await testRegistry(t)];
  own.publish("@acme/low", "1.0.0", [{ path: "package/howdah.toml", content: manifest("low") }]);
  own.server.answer = (request, response) => {
    if (request.headers.authorization === "Bearer s3cret-token") return false;
    response.writeHead(401).end("{}");
    return true;
  };
  const host = new URL(own.server.url).host;
  const npmrc = (token: string): string =>
    `registry=${everybody.server.url}/\n@acme:registry=${own.server.url}/\n//${host}/:_authToken=${token}\n`;
  const asking = async (token: string): Promise<Asking> => {
    const folder = await testFolder(t, { ".npmrc": npmrc(token) });
    const at = { env: {}, home: "/nowhere", execPath: "/nowhere/bin/node", platform: "linux" } as const;
    const registry = new NpmRegistry(await npmSettings({ ...at, folder }), hasty);
    t.after(() => registry[Symbol.dispose]());
    return { registry: async () => registry, cache: await testCache(t) };
  };
  const root = await top(t, '{ version = "^1", npm = "@acme/low" }');
  const { packages, locked } = await fetch(root, await asking("s3cret-token"));
  assert.deepEqual(
    packages.map((each) => keyOfPackage(each)),
    ["low 1.0.0"],
  );
  assert.doesNotMatch(JSON.stringify(locked), /s3cret/);
  assert.deepEqual(everybody.server.requests, []);
  await assert.rejects(fetch(root, await asking("stale-s3cret")), (error: Error) => {
    assert.match(JSON.stringify(error), /WD352/);
    assert.doesNotMatch(JSON.stringify(error) + error.message, /s3cret/);
    return true;
  });
});

/** In place of ssh: writes down how it is called and runs the command that it is given here. */
const standIn = (log: string): string =>
  `#!/bin/sh\nprintf '%s\\n' "$@" >> '${log}'\nfor last; do :; done\nexec sh -c "$last"\n`;

test("a repository behind ssh is fetched by git's ssh without a question, by URL and by user@host:path", async (t) => {
  const repository = await testRepository(t);
  await repository.commit({ "howdah.toml": manifest("low") }, "v1.0.0");
  const path = fileURLToPath(repository.url);
  const folder = await testFolder(t, {});
  const [ssh, log] = [join(folder, "ssh"), join(folder, "log")];
  await testFile(ssh, standIn(log));
  setVariable(t, "PATH", `${folder}:${process.env["PATH"]}`);
  const asking: Asking = { registry: () => assert.fail("no registry is needed"), cache: await testCache(t) };
  for (const url of [`ssh://git@git.example.org:2222${path}`, `git@git.example.org:${path}`]) {
    const { packages, locked } = await fetch(await top(t, `{ version = "^1", git = "${url}" }`), {
      ...asking,
      cache: await testCache(t),
    });
    assert.deepEqual(
      packages.map((each) => keyOfPackage(each)),
      ["low 1.0.0"],
    );
    assert.ok(locked[0]?.source.startsWith(`git+${url}#`));
  }
  const called = (await readFile(log, "utf8")).split("\n");
  assert.ok(called.includes("-oBatchMode=yes"), "it never asks for a password");
  assert.ok(called.includes("git@git.example.org"));
  assert.ok(called.includes("2222"));
  assert.ok(called.includes(`git-upload-pack '${path}'`));
});

test("what ssh says when it refuses is told, with the repository", async (t) => {
  const folder = await testFolder(t, {});
  await testFile(
    join(folder, "ssh"),
    "#!/bin/sh\necho 'git@git.example.org: Permission denied (publickey).' >&2\nexit 255\n",
  );
  setVariable(t, "PATH", `${folder}:${process.env["PATH"]}`);
  const asking: Asking = { registry: () => assert.fail("no registry is needed"), cache: await testCache(t) };
  await assert.rejects(fetch(await top(t, '{ git = "git@git.example.org:shop/sql.git", rev = "main" }'), asking), {
    code: "WD351",
    message: "the repository can't be fetched: git@git.example.org:shop/sql.git",
    detail: /Permission denied \(publickey\)/,
  });
});

async function testFile(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o755);
}

function setVariable(t: TestContext, name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  t.after(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}
