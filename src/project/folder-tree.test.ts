import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { folderTree } from "./folder-tree.ts";
import { collect, treeConformance } from "./tree-conformance.ts";

/** A folder of its own for a test, removed with it. */
async function testFolder(t: TestContext, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "howdah-folder-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) await put(root, path, content);
  return root;
}

async function put(root: string, path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

treeConformance("folderTree", async (t, files) => {
  const root = await testFolder(t, files);
  return {
    tree: folderTree(root),
    write: (path, content) => put(root, path, content),
    remove: (path) => rm(join(root, path)),
  };
});

test("a link that stays inside is followed, one that leads outside or to what is hidden is not there", async (t) => {
  const outside = await testFolder(t, { "secret.txt": "secret", "folder/secret.txt": "secret" });
  const root = await testFolder(t, { "shared/a.txt": "a", ".env": "SECRET=1", ".howdah/x.txt": "x" });
  await mkdir(join(root, "public"));
  const link = (name: string, target: string): Promise<void> => symlink(target, join(root, "public", name));
  await link("inside.txt", "../shared/a.txt");
  await link("inside", "../shared");
  await link("outside.txt", join(outside, "secret.txt"));
  await link("outside", join(outside, "folder"));
  await link("env.txt", "../.env");
  await link("howdah", "../.howdah");
  await link("chain.txt", "outside.txt");
  await link("broken.txt", "nowhere");
  await link("loop.txt", "loop.txt");
  await link("up", "../..");
  await link("self", "..");
  const tree = folderTree(root);
  assert.deepEqual(
    (await tree.list("public/**")).map(({ path }) => path),
    ["public/inside.txt", "public/inside/a.txt"],
  );
  assert.equal((await tree.read("public/inside/a.txt")).toString(), "a");
  const gone = [
    "outside.txt",
    "outside/secret.txt",
    "env.txt",
    "howdah/x.txt",
    "chain.txt",
    "broken.txt",
    "loop.txt",
    "up/x",
    "self/.env",
  ];
  for (const path of gone) {
    assert.equal(await tree.stat(`public/${path}`), undefined, path);
    await assert.rejects(tree.read(`public/${path}`), { code: "WD121" }, path);
    await assert.rejects(collect(tree.stream(`public/${path}`)), { code: "WD121" }, path);
  }
});

test("a folder beside the root whose name begins the same is outside", async (t) => {
  const parent = await testFolder(t, { "app/a.txt": "a", "app-secret/b.txt": "b" });
  await symlink("../app-secret/b.txt", join(parent, "app", "link.txt"));
  assert.equal(await folderTree(join(parent, "app")).stat("link.txt"), undefined);
});

test("the root itself may be a link", async (t) => {
  const parent = await testFolder(t, { "real/a.txt": "a" });
  await symlink("real", join(parent, "link"));
  const tree = folderTree(join(parent, "link"));
  assert.deepEqual(
    (await tree.list("**")).map(({ path }) => path),
    ["a.txt"],
  );
  assert.equal((await tree.read("a.txt")).toString(), "a");
});

test("a pipe in the place of a file is not there, and nobody waits for it", async (t) => {
  const root = await testFolder(t, { "a.txt": "a" });
  await promisify(execFile)("mkfifo", [join(root, "pipe.txt")]);
  const tree = folderTree(root);
  assert.deepEqual(
    (await tree.list("**")).map(({ path }) => path),
    ["a.txt"],
  );
  await assert.rejects(tree.read("pipe.txt"), { code: "WD121" });
});

test("a project whose folder is gone has no files", async (t) => {
  const root = await testFolder(t);
  const tree = folderTree(join(root, "gone"));
  assert.deepEqual(await tree.list("**"), []);
  await assert.rejects(tree.read("a.txt"), { code: "WD121" });
});

test("files that vanish while the tree is listed are left out", async (t) => {
  const names = Array.from({ length: 200 }, (_, index) => `d${index % 20}/f${index}.txt`);
  const root = await testFolder(t, Object.fromEntries(names.map((name) => [name, name])));
  const tree = folderTree(root);
  const [entries] = await Promise.all([
    tree.list("**"),
    rm(join(root, "d7"), { recursive: true }),
    rm(join(root, "d19"), { recursive: true }),
  ]);
  assert.ok(entries.length >= 180 && entries.length <= 200);
});

test("a stream of a file that is cut off meanwhile fails instead of ending early", async (t) => {
  const root = await testFolder(t, { "large.bin": "x".repeat(1_000_000) });
  const stream = folderTree(root).stream("large.bin");
  await assert.rejects(
    async () => {
      for await (const _ of stream) await truncate(join(root, "large.bin"), 10);
    },
    { code: "WD123" },
  );
});

test("a file that is replaced while it is streamed is given as it was", async (t) => {
  const root = await testFolder(t, { "large.txt": "a".repeat(300_000), "new.txt": "b" });
  const stream = folderTree(root).stream("large.txt");
  let text = "";
  for await (const chunk of stream) {
    if (text === "") await rename(join(root, "new.txt"), join(root, "large.txt"));
    text += String(chunk);
  }
  assert.equal(text, "a".repeat(300_000));
});

test("a broken-off stream leaves no file open", async (t) => {
  const root = await testFolder(t, { "large.txt": "a".repeat(1_000_000) });
  const tree = folderTree(root);
  const open = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "FileHandle").length;
  const before = open();
  for (let round = 0; round < 50; round++) {
    for await (const _ of tree.stream("large.txt")) break;
  }
  assert.equal(open(), before);
});

test(
  "a file that may not be read is named with what the system says",
  { skip: process.getuid?.() === 0 && "root reads everything" },
  async (t) => {
    const root = await testFolder(t, { "a.txt": "a" });
    await chmod(join(root, "a.txt"), 0);
    await assert.rejects(folderTree(root).read("a.txt"), { code: "WD106" });
  },
);
