import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { folderTree } from "./folder-tree.ts";
import { watched, type Watched } from "./tree-conformance.ts";

const run = promisify(execFile);

interface Playground {
  readonly root: string;
  readonly seen: Watched;
}

async function playground(
  t: TestContext,
  prepare: (root: string) => Promise<void> = async () => {},
): Promise<Playground> {
  const root = await mkdtemp(join(tmpdir(), "howdah-watch-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, "pages"));
  await writeFile(join(root, "pages/a.html"), "1");
  await prepare(root);
  return { root, seen: await watched(t, folderTree(root)) };
}

/** As most editors save: a temporary file takes the place of the old one. */
async function saveAtomically(root: string, path: string, content: string): Promise<void> {
  await writeFile(join(root, `${path}.tmp`), content);
  await rename(join(root, `${path}.tmp`), join(root, path));
}

test("an editor's atomic save is one change of one file, again and again", async (t) => {
  const { root, seen } = await playground(t);
  for (let round = 0; round < 3; round++) {
    await saveAtomically(root, "pages/a.html", `round ${round}`);
    await seen.until(["pages/a.html"]);
    assert.deepEqual(seen.changes, [["pages/a.html"]]);
    seen.clear();
  }
  await writeFile(join(root, "pages/a.html"), "a plain write after a rename");
  await seen.until(["pages/a.html"]);
});

test("an editor that moves the old file away first is understood too", async (t) => {
  const { root, seen } = await playground(t);
  await rename(join(root, "pages/a.html"), join(root, "pages/a.html~"));
  await writeFile(join(root, "pages/a.html"), "2");
  await rm(join(root, "pages/a.html~"));
  await seen.until(["pages/a.html"]);
  assert.deepEqual(
    seen.changes.flat().filter((path) => path !== "pages/a.html~"),
    ["pages/a.html"],
  );
});

test("a burst of writes to one file is one change", async (t) => {
  const { root, seen } = await playground(t);
  for (let count = 0; count < 20; count++) await appendFile(join(root, "pages/a.html"), "x");
  await seen.until(["pages/a.html"]);
  assert.equal(seen.changes.length, 1);
});

test("new folders, files in them, renamed and deleted folders are followed", async (t) => {
  const { root, seen } = await playground(t);
  await mkdir(join(root, "functions/deep/er"), { recursive: true });
  await writeFile(join(root, "functions/deep/er/f.sql"), "1");
  await seen.until(["functions/deep/er/f.sql"]);
  seen.clear();
  await rename(join(root, "functions"), join(root, "moved"));
  await seen.until(["functions/deep/er/f.sql", "moved/deep/er/f.sql"]);
  seen.clear();
  await writeFile(join(root, "moved/deep/er/f.sql"), "12");
  await seen.until(["moved/deep/er/f.sql"]);
  seen.clear();
  await rm(join(root, "moved"), { recursive: true });
  await seen.until(["moved/deep/er/f.sql"]);
  seen.clear();
  await mkdir(join(root, "moved/deep/er"), { recursive: true });
  await writeFile(join(root, "moved/deep/er/f.sql"), "back");
  await seen.until(["moved/deep/er/f.sql"]);
});

test("git checking out a branch of many files is one change", async (t) => {
  const names = Array.from({ length: 150 }, (_, index) => `functions/f${index}.sql`);
  const { root, seen } = await playground(t, async (root) => {
    const git = (...args: readonly string[]): Promise<unknown> =>
      run("git", ["-c", "user.name=t", "-c", "user.email=t@t.example", ...args], { cwd: root });
    await mkdir(join(root, "functions"));
    await git("init", "-q", "-b", "one");
    for (const name of names) await writeFile(join(root, name), "one");
    await git("add", ".");
    await git("commit", "-q", "-m", "one");
    await git("checkout", "-q", "-b", "two");
    for (const name of names) await writeFile(join(root, name), "two: longer");
    await git("commit", "-q", "-a", "-m", "two");
  });
  await run("git", ["checkout", "-q", "one"], { cwd: root });
  await seen.until(names);
  assert.equal(seen.changes.length, 1);
  assert.deepEqual(seen.changes[0], names.toSorted());
});

test(".howdah, .git and node_modules make no change", async (t) => {
  const { root, seen } = await playground(t);
  for (const folder of [".howdah", ".git", "node_modules/x", "pages/node_modules"]) {
    await mkdir(join(root, folder), { recursive: true });
    await writeFile(join(root, folder, "noise.txt"), "noise");
  }
  await writeFile(join(root, "pages/.a.html.swp"), "vim");
  await writeFile(join(root, "pages/a.html"), "2");
  await seen.until(["pages/a.html"]);
  assert.deepEqual(seen.strangers(), []);
});

test("a change of what a link inside points at is one of the link, and links outside are not followed", async (t) => {
  const outside = await mkdtemp(join(tmpdir(), "howdah-outside-"));
  t.after(() => rm(outside, { recursive: true, force: true }));
  await writeFile(join(outside, "x.txt"), "1");
  const { root, seen } = await playground(t, async (root) => {
    await symlink("a.html", join(root, "pages/link.html"));
    await symlink("pages", join(root, "linked"));
    await symlink(outside, join(root, "outside"));
  });
  await writeFile(join(outside, "x.txt"), "2");
  await writeFile(join(root, "pages/a.html"), "2");
  await seen.until(["pages/a.html", "pages/link.html", "linked/a.html"]);
  assert.deepEqual(seen.strangers(), []);
});

test("a project in a hidden folder, reached by a link, is watched all the same", async (t) => {
  const parent = await mkdtemp(join(tmpdir(), "howdah-watch-"));
  t.after(() => rm(parent, { recursive: true, force: true }));
  await mkdir(join(parent, ".hidden/project"), { recursive: true });
  await symlink(".hidden/project", join(parent, "link"));
  const seen = await watched(t, folderTree(join(parent, "link")));
  await writeFile(join(parent, ".hidden/project/a.txt"), "1");
  await seen.until(["a.txt"]);
});

test("starting and stopping leaves no watcher and no timer behind", async (t) => {
  const { root } = await playground(t);
  const held = (): number =>
    process.getActiveResourcesInfo().filter((kind) => /FSEvent|Timeout|FSReq/.test(kind)).length;
  const before = held();
  for (let round = 0; round < 20; round++) {
    const stop = new AbortController();
    const started = folderTree(root).watch(() => {}, stop.signal);
    if (round % 2 === 0) await started;
    stop.abort();
    await started;
  }
  const deadline = performance.now() + 5000;
  while (held() > before && performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(held() <= before, process.getActiveResourcesInfo().join(" "));
});

/** The kernel's own limit for the processes of a user namespace, so that nothing has to be pretended. */
async function canLimitWatches(): Promise<boolean> {
  return run("unshare", ["-Ur", "sh", "-c", "echo 2 > /proc/sys/user/max_inotify_watches"]).then(
    () => true,
    () => false,
  );
}

const poll = `
import { mkdir, writeFile, rm } from "node:fs/promises";
import { watchFolder } from ${JSON.stringify(new URL("./watch-folder.ts", import.meta.url).href)};
const root = process.argv[1];
const stop = new AbortController();
const told = [];
await watchFolder(root, {
  signal: stop.signal,
  onWarning: (warning) => console.log("warning", warning.code, warning.hint),
  onChange: ({ paths }) => {
    for (const path of paths) if (!told.includes(path)) console.log("told", path);
    told.push(...paths);
    if (told.includes("d9/x.txt") && told.includes("late/x.txt")) stop.abort();
  },
});
if (process.argv[2] === "late") for (let i = 0; i < 9; i++) await mkdir(root + "/more" + i);
await mkdir(root + "/late", { recursive: true });
await writeFile(root + "/late/x.txt", "1");
await writeFile(root + "/d9/x.txt", "changed");
`;

for (const [when, limit] of [
  ["at the start", 3],
  ["while it runs", 14],
] as const) {
  test(
    `where the limit of watches is reached ${when}, it warns once and looks at the files itself`,
    { skip: !(await canLimitWatches()) && "no user namespaces here" },
    async (t) => {
      const root = await mkdtemp(join(tmpdir(), "howdah-poll-"));
      t.after(() => rm(root, { recursive: true, force: true }));
      for (let index = 0; index < 10; index++) {
        await mkdir(join(root, `d${index}`));
        await writeFile(join(root, `d${index}/x.txt`), "1");
      }
      const script = `echo ${limit} > /proc/sys/user/max_inotify_watches && exec "$0" --input-type=module -e "$1" "$2" "$3"`;
      const { stdout } = await run(
        "unshare",
        ["-Ur", "sh", "-c", script, process.execPath, poll, root, limit === 14 ? "late" : "early"],
        { timeout: 30_000 },
      );
      assert.deepEqual(stdout.trim().split("\n").toSorted(), [
        "told d9/x.txt",
        "told late/x.txt",
        "warning WD124 raise the limit: sysctl fs.inotify.max_user_watches=524288",
      ]);
    },
  );
}
