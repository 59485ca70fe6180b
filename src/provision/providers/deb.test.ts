import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { testCache } from "../../../test/support/cache.ts";
import {
  testRepository,
  type DebSpec,
  type ReleaseOptions,
  type TestRepository,
} from "../../../test/support/debian-repository.ts";
import { hasty } from "../../../test/support/npm-registry.ts";
import type { DownloadProgress, Provider, ProviderContext } from "../provider.ts";
import { debProvider } from "./deb.ts";
import type { Platform } from "./platform.ts";

const linux: Platform = { os: "linux", arch: "x64", libc: "glibc" };
const bin = "./usr/lib/postgresql/17/bin";

/** Runs its fourth argument as the loader would: --inhibit-cache --library-path L --argv0 N PROGRAM …. */
const loader = '#!/bin/sh\n[ "$1 $2 $4" = "--inhibit-cache --library-path --argv0" ] || exit 9\nshift 5\nexec "$@"\n';
const program = (says: string) => `#!/bin/sh\n${says}\n`;

/** Packages in the shape of Debian's: scripts stand for the programs and the loader. */
function packagesOf(version = "17.5-1", changed: readonly DebSpec[] = []): readonly DebSpec[] {
  const upstream = version.replace(/-.*/, "");
  const specs: DebSpec[] = [
    {
      name: "postgresql-17",
      version,
      depends: "libc6 (>= 2.38), postgresql-common (>= 252~), libssl3 | libssl-other",
      files: [
        {
          path: `${bin}/postgres`,
          mode: 0o755,
          content: program(`echo "postgres (PostgreSQL) ${upstream} (Debian)"; echo "home $PYTHONHOME" >&2`),
        },
        { path: "./usr/lib/postgresql/17/lib/bitcode/x.bc", content: "left out" },
        { path: "./usr/share/man/man1/postgres.1", content: "left out" },
      ],
    },
    {
      name: "postgresql-client-17",
      version,
      compression: "zst",
      files: [{ path: `${bin}/psql`, mode: 0o755, content: program(`echo "psql home=$PYTHONHOME $@"`) }],
    },
    { name: "postgresql-plpython3-17", version, depends: "libpython3.13" },
    { name: "libpython3.13", version: "3.13.5-2" },
    {
      name: "libc6",
      version: "2.41-12",
      files: [
        { path: "./usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", mode: 0o755, content: loader },
        {
          path: "./usr/lib64/ld-linux-x86-64.so.2",
          type: "SymbolicLink",
          linkpath: "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
        },
      ],
    },
    { name: "libssl3", version: "3.5.1-1" },
    { name: "unrelated", version: "1" },
  ];
  return [...specs.filter(({ name }) => !changed.some((each) => each.name === name)), ...changed];
}

interface Bench {
  readonly repository: TestRepository;
  readonly provider: Provider;
  readonly context: ProviderContext;
  publish(packages: readonly DebSpec[], options?: ReleaseOptions): Promise<ReadonlyMap<string, string>>;
}

async function bench(t: TestContext, platform = linux): Promise<Bench> {
  const repository = await testRepository(t);
  const { keyring, server } = repository;
  return {
    repository,
    provider: debProvider({ suite: "test", mirror: server.url, keyring, platform, request: hasty }),
    context: { cache: await testCache(t) },
    publish: (packages, options) => repository.publish("test", packages, options),
  };
}

async function installations(cache: string): Promise<readonly string[]> {
  const names = await Promise.all(["pg", "staging"].map((name) => readdir(join(cache, name)).catch(() => [])));
  return names.flat();
}

test("the server, the client, PL/Python and what they need are resolved, with a hash each", async (t) => {
  const { repository, provider, context, publish } = await bench(t);
  await publish(packagesOf());
  const resolved = await provider.resolve("17", context);
  assert.equal(resolved.version, "17.5");
  assert.equal(resolved.source, "debian/test/amd64 postgresql-17 17.5-1");
  const names = resolved.artifacts.map(({ url }) => url.slice(url.lastIndexOf("/") + 1).split("_", 1)[0]);
  assert.deepEqual(names, [
    "libc6",
    "libpython3.13",
    "libssl3",
    "postgresql-17",
    "postgresql-client-17",
    "postgresql-plpython3-17",
  ]);
  for (const { url, integrity, bytes } of resolved.artifacts) {
    assert.match(integrity, /^sha256-[A-Za-z0-9+/]{43}=$/);
    assert.equal(bytes, repository.server.files.get(new URL(url).pathname)?.length);
  }
});

test("its programs run through the loader and libraries that came with them", async (t) => {
  const { provider, context, publish } = await bench(t);
  await publish(packagesOf());
  const progress: DownloadProgress[] = [];
  const installed = await provider.install(await provider.resolve("17", context), {
    ...context,
    onProgress: (each) => progress.push(each),
  });
  const run = promisify(execFile);
  assert.equal((await run(installed.tools.psql ?? "", ["-c", "select 'a b'"])).stdout, "psql home= -c select 'a b'\n");
  const root = join(installed.bin, "../../../../..");
  const server = await run(join(installed.bin, "postgres"), []);
  assert.equal(server.stdout, "postgres (PostgreSQL) 17.5 (Debian)\n");
  assert.equal(server.stderr, `home ${root}/usr\n`, "PL/Python finds its own modules");
  const files = await readdir(root, { recursive: true });
  assert.deepEqual(
    files.filter((path) => /bitcode|man1/.test(path)),
    [],
  );
  assert.ok(files.includes("usr/share/doc/libssl3/copyright"));
  assert.equal(progress.at(-1)?.receivedBytes, progress.at(-1)?.totalBytes);
  assert.deepEqual(await readdir(join(context.cache, "downloads")), []);
});

test("what is installed is used without any network, and the locked bytes decide, not their order", async (t) => {
  const { repository, provider, context, publish } = await bench(t);
  await publish(packagesOf());
  const resolved = await provider.resolve("17", context);
  const installed = await provider.install(resolved, context);
  await repository.server.stop();
  const reversed = { ...resolved, artifacts: resolved.artifacts.toReversed() };
  assert.deepEqual(await provider.install(reversed, context), installed);
  assert.deepEqual(await provider.resolve("17", context), resolved);
  await assert.rejects(provider.resolve("16", context), { code: "WD351" });
});

test("an exact version that the suite has replaced stays what is installed", async (t) => {
  const { provider, context, publish } = await bench(t);
  await publish(packagesOf("17.5-1"));
  const resolved = await provider.resolve("17.5", context);
  await provider.install(resolved, context);
  await publish(packagesOf("17.6-1"));
  assert.deepEqual(await provider.resolve("17.5", context), resolved);
  assert.equal((await provider.resolve("17", context)).version, "17.6");
  await assert.rejects(provider.resolve("17.4", context), { code: "WD360", detail: /^test has 17\.6; by default/ });
});

test("a cache that was moved gets new wrappers", async (t) => {
  const { provider, context, publish } = await bench(t);
  await publish(packagesOf());
  const resolved = await provider.resolve("17", context);
  const first = await provider.install(resolved, context);
  const moved = await testCache(t);
  await cp(context.cache, moved, { recursive: true, verbatimSymlinks: true });
  await rename(join(context.cache, "pg"), join(context.cache, "gone"));
  const second = await provider.install(resolved, { cache: moved });
  assert.notEqual(second.bin, first.bin);
  assert.ok(second.bin.startsWith(moved));
  assert.ok(!(await readFile(join(second.bin, "psql"), "utf8")).includes(context.cache));
  assert.match((await promisify(execFile)(second.tools.psql ?? "", [])).stdout, /^psql/);
});

test("a cache whose path the loader would split is refused", async (t) => {
  const { provider, context, publish } = await bench(t);
  await publish(packagesOf());
  const cache = join(context.cache, "a:b");
  await assert.rejects(provider.install(await provider.resolve("17", context), { cache }), {
    code: "WD357",
    message: /holds ":"/,
  });
  assert.deepEqual(await installations(cache), []);
});

test("a cache whose path the shell would split works", async (t) => {
  const { provider, context, publish } = await bench(t);
  await publish(packagesOf());
  const cache = join(context.cache, 'it\'s & "b" `c`');
  const { tools } = await provider.install(await provider.resolve("17", context), { cache });
  assert.match((await promisify(execFile)(tools.psql ?? "", [])).stdout, /^psql/);
});

test("a suite signed by a stranger is refused, even where an installation could serve", async (t) => {
  const { provider, context, publish } = await bench(t);
  await publish(packagesOf());
  await provider.install(await provider.resolve("17", context), context);
  await publish(packagesOf(), { stranger: true });
  await assert.rejects(provider.resolve("17", context), { code: "WD362" });
});

test("a keyring that is not there is named", async (t) => {
  const { repository, context } = await bench(t);
  const provider = debProvider({
    suite: "test",
    mirror: repository.server.url,
    keyring: "/nowhere/keys.gpg",
    platform: linux,
  });
  await assert.rejects(provider.resolve("17", context), { code: "WD362", detail: /^\/nowhere\/keys\.gpg: ENOENT/ });
});

test("a tampered package is refused by its name, and nothing of the others is used", async (t) => {
  const { repository, provider, context, publish } = await bench(t);
  const paths = await publish(packagesOf());
  const resolved = await provider.resolve("17", context);
  const path = paths.get("libssl3") ?? "";
  const bytes = Buffer.from(repository.server.files.get(path) ?? "");
  bytes[bytes.length - 1] = 0xff ^ (bytes.at(-1) ?? 0);
  repository.server.files.set(path, bytes);
  await assert.rejects(provider.install(resolved, context), {
    code: "WD353",
    message: "libssl3_3.5.1-1_amd64.deb is not what it should be",
  });
  assert.deepEqual(await installations(context.cache), []);
});

test("a package that the mirror no longer has is told from a broken mirror", async (t) => {
  const { repository, provider, context, publish } = await bench(t);
  const paths = await publish(packagesOf());
  const resolved = await provider.resolve("17", context);
  repository.server.files.delete(paths.get("libssl3") ?? "");
  await assert.rejects(provider.install(resolved, context), {
    code: "WD365",
    message: "libssl3_3.5.1-1_amd64.deb has moved on",
    hint: /howdah\.lock/,
  });
  repository.server.answer = (_request, response) => !!response.writeHead(500).end();
  await assert.rejects(provider.install(resolved, context), { code: "WD352" });
});

test("a dependency that no package meets is named with who needs it", async (t) => {
  const { provider, context, publish } = await bench(t);
  await publish(packagesOf("17.5-1", [{ name: "libc6", version: "2.36-9" }]));
  await assert.rejects(provider.resolve("17", context), {
    code: "WD364",
    detail: "needed by postgresql-17 → libc6 (>= 2.38)\nit has libc6 2.36-9",
  });
});

test("a package that is no package, and packages that are not a whole Postgres, are refused", async (t) => {
  const { provider, context, publish } = await bench(t);
  const outside = { name: "libssl3", version: "3.5.1-1", files: [{ path: "./usr/lib/../../../evil", content: "x" }] };
  await publish(packagesOf("17.5-1", [outside]));
  await assert.rejects(provider.install(await provider.resolve("17", context), context), { code: "WD356" });
  await publish(packagesOf("17.5-1", [{ name: "libc6", version: "2.41-12" }]));
  await assert.rejects(provider.install(await provider.resolve("17", context), context), {
    code: "WD366",
    detail: /lacks ld-linux-x86-64\.so\.2/,
  });
  assert.deepEqual(await installations(context.cache), []);
});

test("musl, other systems and another architecture's lock are refused by name", async (t) => {
  for (const platform of [
    { os: "linux", arch: "x64", libc: "musl" },
    { os: "darwin", arch: "arm64", libc: undefined },
    { os: "linux", arch: "ppc64", libc: "glibc" },
  ] as const) {
    const { provider, context } = await bench(t, platform);
    await assert.rejects(provider.resolve("17", context), { code: "WD361" });
  }
  const { repository, provider, context, publish } = await bench(t);
  await publish(packagesOf());
  const resolved = await provider.resolve("17", context);
  const arm = debProvider({ mirror: repository.server.url, platform: { os: "linux", arch: "arm64", libc: "glibc" } });
  await assert.rejects(arm.install(resolved, context), { code: "WD361", detail: /this machine needs arm64/ });
});

test("a major without a suite is refused with those that have one", async (t) => {
  const { context } = await bench(t);
  await assert.rejects(debProvider({ platform: linux }).resolve("16", context), {
    code: "WD360",
    detail: "known are 15 from bookworm, 17 from trixie, 18 from sid",
  });
});
