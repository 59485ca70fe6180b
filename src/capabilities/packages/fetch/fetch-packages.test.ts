import assert from "node:assert/strict";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { testCache } from "../../../../test/support/cache.ts";
import { testRepository } from "../../../../test/support/git-repository.ts";
import { testRegistry, type TestRegistry } from "../../../../test/support/npm-registry.ts";
import { testPackage } from "../../../../test/support/sql-package.ts";
import { AppError } from "../../../errors/index.ts";
import { listContent } from "../../../resolve/index.ts";
import { keyOfPackage } from "../deploy/choose.ts";
import { readPackage, type Package } from "../folder/package-folder.ts";
import { fetchPackages, type FetchedPackages, type FetchOptions } from "./fetch-packages.ts";

/** A manifest; the values of `needs` are TOML. */
function manifest(name: string, version: string, needs: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries(needs).map(([need, value]) => `${need} = ${value}`);
  return ["[package]", `name = "${name}"`, `version = "${version}"`, "[dependencies]", ...lines, ""].join("\n");
}

const npm = (range: string, name: string): string => `{ version = "${range}", npm = "${name}" }`;

interface Bench {
  readonly registry: TestRegistry;
  readonly cache: string;
  publish(name: string, version: string, needs?: Readonly<Record<string, string>>): string;
  root(needs: Readonly<Record<string, string>>): Promise<Package>;
  fetch(root: Package, options?: Partial<FetchOptions>): Promise<FetchedPackages>;
}

async function bench(t: TestContext): Promise<Bench> {
  const registry = await testRegistry(t);
  const cache = await testCache(t);
  const opened = await registry.open();
  t.after(() => opened[Symbol.dispose]());
  return {
    registry,
    cache,
    publish: (name, version, needs) =>
      registry.publish(`@acme/${name}`, version, [
        { path: "package/howdah.toml", content: manifest(name, version, needs) },
        {
          path: "package/functions/f.sql",
          content: `create function ${name}() returns int language sql as 'select 1'`,
        },
      ]),
    root: async (needs) => {
      const { folder } = await testPackage(t, "top", "1.0.0", { "howdah.toml": manifest("top", "1.0.0", needs) });
      return await readPackage(folder);
    },
    fetch: (root, options) => fetchPackages([root], { registry: async () => opened, cache, locked: [], ...options }),
  };
}

const keys = ({ packages }: FetchedPackages): readonly string[] => packages.map((each) => keyOfPackage(each));

test("the highest version in the range is fetched from npm, with what it needs, and locked by its hash", async (t) => {
  const { publish, root, fetch, registry } = await bench(t);
  publish("low", "1.0.0");
  publish("low", "1.4.0", { lower: npm("~2.1", "@acme/lower") });
  publish("low", "2.0.0");
  publish("lower", "2.1.5");
  publish("lower", "2.2.0");
  const fetched = await fetch(await root({ low: npm("^1", "@acme/low") }));
  assert.deepEqual(keys(fetched), ["low 1.4.0", "lower 2.1.5"]);
  assert.deepEqual(
    fetched.locked.map(({ name, version, source, artifacts }) => [name, version, source, artifacts[0]?.package]),
    [
      ["low", "1.4.0", "npm:@acme/low", "@acme/low@1.4.0"],
      ["lower", "2.1.5", "npm:@acme/lower", "@acme/lower@2.1.5"],
    ],
  );
  assert.equal(fetched.changed, true);
  assert.ok(registry.server.requests.includes("/@acme/low/-/low-1.4.0.tgz"));
});

test("what is locked stays although newer versions came, without any network, until it is updated", async (t) => {
  const { publish, root, fetch, registry } = await bench(t);
  publish("low", "1.4.0");
  const top = await root({ low: npm("^1", "@acme/low") });
  const { locked } = await fetch(top);
  publish("low", "1.5.0");
  registry.server.requests.length = 0;
  const again = await fetch(top, { locked });
  assert.deepEqual([keys(again), again.changed, registry.server.requests], [["low 1.4.0"], false, []]);
  const updated = await fetch(top, { locked, update: ["low"] });
  assert.deepEqual([keys(updated), updated.changed], [["low 1.5.0"], true]);
});

test("where the newest versions don't go together, older ones that do are taken", async (t) => {
  const { publish, root, fetch } = await bench(t);
  publish("c", "1.0.0");
  publish("c", "2.0.0");
  publish("a", "1.0.0", { c: npm("^1", "@acme/c") });
  publish("a", "1.1.0", { c: npm("^2", "@acme/c") });
  publish("b", "1.0.0", { c: npm("^1", "@acme/c") });
  const top = await root({ a: npm("^1", "@acme/a"), b: npm("^1", "@acme/b") });
  assert.deepEqual(keys(await fetch(top)), ["a 1.0.0", "b 1.0.0", "c 1.0.0"]);
  publish("d", "1.0.0", { c: npm("^2", "@acme/c") });
  const impossible = await root({ b: npm("^1", "@acme/b"), d: npm("^1", "@acme/d") });
  await assert.rejects(fetch(impossible), (error: AppError) => {
    assert.equal(error.code, "WD392");
    assert.match(error.detail ?? "", /d 1\.0\.0 needs c \^2 and b 1\.0\.0 needs c \^1|b 1\.0\.0 needs c \^1 and d/);
    return true;
  });
});

test("tags of a repository are versions, and a branch stays at its commit until it is updated", async (t) => {
  const { root, fetch } = await bench(t);
  const repository = await testRepository(t);
  await repository.commit({ "sql/howdah.toml": manifest("low", "1.0.0") }, "v1.0.0");
  const second = await repository.commit({ "sql/howdah.toml": manifest("low", "1.1.0") }, "low-1.1.0");
  await repository.commit({ "sql/howdah.toml": manifest("low", "2.0.0") }, "another-9.0.0");
  const tagged = await fetch(await root({ low: `{ version = "^1", git = "${repository.url}", folder = "sql" }` }));
  assert.deepEqual(
    tagged.locked.map(({ version, source }) => [version, source]),
    [["1.1.0", `git+${repository.url}#${second}:sql`]],
  );
  const top = await root({ low: `{ git = "${repository.url}", rev = "main", folder = "sql" }` });
  const { locked } = await fetch(top);
  assert.deepEqual(
    locked.map(({ version }) => version),
    ["2.0.0"],
  );
  await repository.commit({ "sql/howdah.toml": manifest("low", "3.0.0") });
  assert.deepEqual(keys(await fetch(top, { locked })), ["low 2.0.0"]);
  assert.deepEqual(keys(await fetch(top, { locked, update: "all" })), ["low 3.0.0"]);
});

test("another rev in the manifest is another revision, whatever was locked for the one before", async (t) => {
  const { root, fetch } = await bench(t);
  const repository = await testRepository(t);
  await repository.commit({ "howdah.toml": manifest("low", "1.0.0") }, "one");
  await repository.commit({ "howdah.toml": manifest("low", "2.0.0") }, "two");
  const at = async (rev: string): Promise<Package> => root({ low: `{ git = "${repository.url}", rev = "${rev}" }` });
  const { locked } = await fetch(await at("one"));
  assert.deepEqual(keys(await fetch(await at("one"), { locked, frozen: true })), ["low 1.0.0"]);
  const changed = await fetch(await at("two"), { locked });
  assert.deepEqual([keys(changed), changed.changed], [["low 2.0.0"], true]);
  await assert.rejects(fetch(await at("two"), { locked, frozen: true }), { code: "WD666" });
});

test("a repository without the revision, without versions, or that is not there is said so", async (t) => {
  const { root, fetch } = await bench(t);
  const repository = await testRepository(t);
  await repository.commit({ "howdah.toml": manifest("low", "1.0.0") });
  const ask = async (toml: string): Promise<FetchedPackages> => await fetch(await root({ low: toml }));
  await assert.rejects(ask(`{ git = "${repository.url}", rev = "gone" }`), { code: "WD394" });
  await assert.rejects(ask(`{ git = "${repository.url}" }`), { code: "WD667", hint: /tags have to be versions/ });
  await assert.rejects(ask(`{ git = "${repository.url}-gone" }`), { code: "WD351" });
});

test("a tarball that was altered is refused, and nothing of it stays", async (t) => {
  const { publish, root, fetch, registry, cache } = await bench(t);
  const path = publish("low", "1.0.0");
  const bytes = Buffer.from(registry.server.files.get(path) ?? Buffer.alloc(0));
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  registry.server.files.set(path, bytes);
  await assert.rejects(fetch(await root({ low: npm("^1", "@acme/low") })), { code: "WD353" });
  assert.deepEqual(await listContent(cache, "sql-package"), []);
});

test("a hash that begins like that of another package never stands for it", async (t) => {
  const { publish, root, fetch, registry } = await bench(t);
  publish("low", "1.0.0");
  const integrityOf = (name: string): string =>
    /"integrity":"([^"]+)"/.exec(String(registry.server.files.get(`/@acme/${name}`)))?.[1] ?? "";
  const path = registry.publish("@acme/odd", "1.0.0", [
    { path: "package/howdah.toml", content: manifest("low", "1.0.0") },
    { path: "package/functions/f.sql", content: "create function low() returns int language sql as 'select 666'" },
  ]);
  const [real, own] = [integrityOf("low"), integrityOf("odd")];
  const document = String(registry.server.files.get("/@acme/odd"));
  const disguised = document.replace(own, `x-${real.slice("sha512-".length)} ${own}`);
  registry.server.files.set("/@acme/odd", Buffer.from(disguised));
  assert.ok(registry.server.files.has(path));
  await assert.rejects(fetch(await root({ odd: npm("*", "@acme/odd") })), { code: "WD665" });
  const [low] = (await fetch(await root({ low: npm("*", "@acme/low") }))).packages;
  assert.doesNotMatch(await readFile(join(low?.folder ?? "", "functions/f.sql"), "utf8"), /666/);
});

test("a repository's symbolic links are not followed: neither a file that is one nor a folder on the way", async (t) => {
  const { root, fetch } = await bench(t);
  const repository = await testRepository(t);
  const place = fileURLToPath(repository.url);
  await mkdir(join(place, "functions"));
  await symlink("/etc/hostname", join(place, "functions", "f.sql"));
  await repository.commit({ "howdah.toml": manifest("low", "1.0.0") }, "v1.0.0");
  await symlink("/etc", join(place, "elsewhere"));
  await repository.commit({ "real/howdah.toml": manifest("low", "2.0.0") });
  await symlink("real", join(place, "alias"));
  await repository.commit({ "real/functions/f.sql": "select 1" }, "linked");
  const ask = async (rest: string): Promise<FetchedPackages> =>
    await fetch(await root({ low: `{ git = "${repository.url}", ${rest} }` }));
  await assert.rejects(ask('rev = "v1.0.0"'), { code: "WD665", detail: /: functions\/f\.sql$/ });
  await assert.rejects(ask('rev = "linked", folder = "alias"'), { code: "WD665", detail: /: alias$/ });
  await assert.rejects(ask('rev = "linked", folder = "elsewhere"'), { code: "WD665", detail: /: elsewhere$/ });
  assert.deepEqual(keys(await ask('rev = "linked", folder = "real"')), ["low 2.0.0"]);
});

test("a package from elsewhere names no repository of this machine", async (t) => {
  const { publish, root, fetch } = await bench(t);
  const repository = await testRepository(t);
  await repository.commit({ "howdah.toml": manifest("secret", "1.0.0") }, "v1.0.0");
  publish("low", "1.0.0", { secret: `{ git = "${repository.url}" }` });
  await assert.rejects(fetch(await root({ low: npm("*", "@acme/low") })), { code: "WD665", message: /"secret"/ });
});

test("a registry that fails half-way leaves nothing, and the next fetch goes well", async (t) => {
  const { publish, root, fetch, registry, cache } = await bench(t);
  const path = publish("low", "1.0.0");
  registry.server.answer = (request, response) => {
    if (request.url !== path) return false;
    response.writeHead(200, { "content-length": 10_000 }).write("half");
    setTimeout(() => response.destroy(), 10);
    return true;
  };
  const top = await root({ low: npm("^1", "@acme/low") });
  await assert.rejects(fetch(top), { code: "WD355" });
  assert.deepEqual(await listContent(cache, "sql-package"), []);
  registry.server.answer = undefined;
  assert.deepEqual(keys(await fetch(top)), ["low 1.0.0"]);
});

test("two that fetch the same at once both have it, and it was unpacked once", async (t) => {
  const { publish, root, fetch, cache } = await bench(t);
  publish("low", "1.0.0");
  const top = await root({ low: npm("^1", "@acme/low") });
  const both = await Promise.all([fetch(top), fetch(top)]);
  assert.deepEqual(both.map(keys), [["low 1.0.0"], ["low 1.0.0"]]);
  assert.equal((await listContent(cache, "sql-package")).length, 1);
});

test("an origin with another package, another version, or a path of its publisher's is refused", async (t) => {
  const { publish, root, fetch, registry } = await bench(t);
  const put = (content: string): string =>
    registry.publish("@acme/odd", "1.0.0", [{ path: "package/howdah.toml", content }]);
  const ask = async (): Promise<FetchedPackages> => await fetch(await root({ odd: npm("*", "@acme/odd") }));
  put(manifest("even", "1.0.0"));
  await assert.rejects(ask(), { code: "WD665", detail: "npm:@acme/odd: it is even 1.0.0" });
  put(manifest("odd", "1.0.1"));
  await assert.rejects(ask(), { code: "WD665", detail: "npm:@acme/odd: it is odd 1.0.1" });
  put(manifest("odd", "1.0.0", { secret: '{ path = "/etc" }' }));
  await assert.rejects(ask(), { code: "WD665", message: /needs "secret" by its path/ });
  publish("one", "1.0.0", { low: npm("*", "@acme/low") });
  publish("low", "1.0.0");
  const two = await root({ one: npm("*", "@acme/one"), low: npm("*", "@evil/low") });
  registry.publish("@evil/low", "1.0.0", [{ path: "package/howdah.toml", content: manifest("low", "1.0.0") }]);
  await assert.rejects(fetch(two), { code: "WD665", detail: /npm:@evil\/low/ });
});

test("a frozen lock that is not enough is refused with the place that asks for more", async (t) => {
  const { publish, root, fetch } = await bench(t);
  publish("low", "1.0.0");
  publish("low", "2.0.0");
  const { locked } = await fetch(await root({ low: npm("^1", "@acme/low") }));
  const newer = await root({ low: npm("^2", "@acme/low") });
  await assert.rejects(fetch(newer, { locked, frozen: true }), (error: AppError) => {
    assert.deepEqual([error.code, error.position?.line], ["WD666", 5]);
    return true;
  });
});

test("a range that the origin does not meet shows what is there", async (t) => {
  const { publish, root, fetch } = await bench(t);
  publish("low", "1.0.0");
  publish("low", "1.2.0");
  await assert.rejects(fetch(await root({ low: npm("^3", "@acme/low") })), {
    code: "WD667",
    detail: "npm:@acme/low has 1.2.0, 1.0.0",
  });
});

for (const [value, problem] of [
  [`{ git = "--upload-pack=touch" }`, /expected a URL/],
  [`{ git = "ext::sh -c touch" }`, /expected a URL/],
  [`{ git = "https://example.org/x.git", rev = "--force" }`, /expected a branch/],
  [`{ git = "https://example.org/x.git", folder = "../x" }`, /expected a folder of the repository/],
  [`{ npm = "../low" }`, /expected a name like/],
  [`{ npm = "low", path = "../low" }`, /exclude each other/],
  [`{ npm = "low", rev = "main" }`, /go with git/],
  [`{ nmp = "low" }`, /expected one of version, path, npm/],
] as const) {
  test(`the dependency ${value} is refused at its place`, async (t) => {
    const { folder } = await testPackage(t, "top", "1.0.0", {
      "howdah.toml": manifest("top", "1.0.0", { low: value }),
    });
    await assert.rejects(readPackage(folder), (error: AppError) => {
      assert.deepEqual([error.code, error.position?.line], ["WD103", 5]);
      assert.match(error.message, problem);
      return true;
    });
  });
}

test("files of a fetched package are those that were published", async (t) => {
  const { publish, root, fetch } = await bench(t);
  publish("low", "1.0.0");
  const [low] = (await fetch(await root({ low: npm("^1", "@acme/low") }))).packages;
  assert.match(await readFile(join(low?.folder ?? "", "functions/f.sql"), "utf8"), /^create function low/);
  assert.equal(low?.scripts[0]?.source.file, "low@1.0.0/functions/f.sql");
});
