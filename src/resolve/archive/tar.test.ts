import assert from "node:assert/strict";
import { lstat, mkdir, readdir, readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test, type TestContext } from "node:test";
import { tarOf, type TarMember } from "../../../test/support/archive.ts";
import { testCache } from "../../../test/support/cache.ts";
import { unpackTar, type UnpackOptions } from "./tar.ts";

/** Unpacks into a folder with a neighbour, so that an escape would be seen. */
async function unpack(
  t: TestContext,
  members: readonly TarMember[],
  options: Partial<UnpackOptions> = {},
): Promise<string> {
  const root = await testCache(t);
  const folder = join(root, "inside");
  await mkdir(folder);
  try {
    await unpackTar(Readable.from([tarOf(members)]), folder, { what: "the archive", ...options });
  } finally {
    assert.deepEqual(await readdir(root), ["inside"], "nothing was written beside the folder");
  }
  return folder;
}

test("files, folders and links arrive with their modes, less the set-id bits", async (t) => {
  const folder = await unpack(t, [
    { path: "./bin/", type: "Directory", mode: 0o755 },
    { path: "./bin/run", content: "run", mode: 0o4755 },
    { path: "./lib/a.so.1", content: "a", mode: 0o600 },
    { path: "./lib/a.so", type: "SymbolicLink", linkpath: "a.so.1" },
    { path: "./bin/again", type: "Link", linkpath: "./bin/run" },
    { path: "./bin/up", type: "SymbolicLink", linkpath: "../lib/a.so.1" },
  ]);
  assert.equal(await readFile(join(folder, "bin/again"), "utf8"), "run");
  assert.equal((await lstat(join(folder, "bin/run"))).mode & 0o7777, 0o755);
  assert.equal((await stat(join(folder, "lib/a.so"))).mode & 0o444, 0o444);
  assert.equal(await readFile(join(folder, "bin/up"), "utf8"), "a");
});

test("leading folders are left out, and only what is wanted is unpacked", async (t) => {
  const members = [
    { path: "package/native/a", content: "a" },
    { path: "package/README", content: "b" },
    { path: "package/native/b" },
  ];
  const folder = await unpack(t, members, { strip: 1, wanted: (path) => path === "native/a" });
  assert.deepEqual((await readdir(folder, { recursive: true })).toSorted(), ["native", "native/a"]);
});

const escapes: readonly (TarMember & { readonly why: string })[] = [
  { why: "a path that climbs", path: "a/../../evil" },
  { why: "an absolute path", path: "/tmp/evil" },
  { why: "a Windows path", path: "C:\\evil" },
  { why: "a backslash that climbs", path: "a\\..\\..\\evil" },
  { why: "a symbolic link that climbs", path: "a/link", type: "SymbolicLink", linkpath: "../../evil" },
  { why: "an absolute symbolic link", path: "link", type: "SymbolicLink", linkpath: "/etc/passwd" },
  { why: "a hard link to outside", path: "link", type: "Link", linkpath: "../evil" },
  { why: "an absolute hard link", path: "link", type: "Link", linkpath: "/etc/passwd" },
  { why: "a device", path: "dev", type: "CharacterDevice" },
];

for (const { why, ...member } of escapes) {
  test(`an archive with ${why} is refused`, async (t) => {
    await assert.rejects(unpack(t, [member, { path: "good", content: "x" }]), {
      code: "WD356",
      message: "the archive was refused",
    });
  });
}

test("a file is not written through a link of the archive's own", async (t) => {
  const members: TarMember[] = [
    { path: "dir/", type: "Directory" },
    { path: "link", type: "SymbolicLink", linkpath: "dir" },
    { path: "link/file", content: "x" },
  ];
  await assert.rejects(unpack(t, members), { code: "WD356" });
});

test("an absolute link of a system's archive means its own root", async (t) => {
  const members: TarMember[] = [
    { path: "./lib64/ld.so", type: "SymbolicLink", linkpath: "/lib/x86/ld.so" },
    { path: "./lib/x86/ld.so", content: "loader" },
  ];
  const folder = await unpack(t, members, { absoluteLinks: "relative" });
  assert.equal(await readlink(join(folder, "lib64/ld.so")), "../lib/x86/ld.so");
  assert.equal(await readFile(join(folder, "lib64/ld.so"), "utf8"), "loader");
});

test("a damaged or cut-off archive is refused, not half-used", async (t) => {
  const folder = await testCache(t);
  const archive = tarOf([{ path: "a", content: "x".repeat(5000) }]);
  const damaged = Buffer.from(archive);
  damaged.fill(0xff, 0, 20);
  for (const bytes of [damaged, archive.subarray(0, 2000), Buffer.from("no tar at all".repeat(100))]) {
    await assert.rejects(unpackTar(Readable.from([bytes]), folder, { what: "it" }), { code: "WD356" });
  }
});

test("an archive that unpacks to more than is allowed is refused before it is on the disk", async (t) => {
  const members = [
    { path: "a", content: "a".repeat(600) },
    { path: "b", content: "b".repeat(600) },
  ];
  await unpack(t, members, { maxBytes: 1200 });
  await assert.rejects(unpack(t, members, { maxBytes: 1199 }), {
    code: "WD356",
    detail: 'its member "b" makes it larger than 1199 bytes',
  });
});

test("links are refused where an archive is to have none", async (t) => {
  const members = [{ path: "a", content: "a" }, { path: "b", type: "SymbolicLink", linkpath: "a" } as const];
  await unpack(t, members);
  await assert.rejects(unpack(t, members, { refuseLinks: true }), { code: "WD356", detail: /"b" is a SymbolicLink/ });
});
