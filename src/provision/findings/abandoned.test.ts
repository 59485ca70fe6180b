import assert from "node:assert/strict";
import { chown, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { testProjectFolder } from "../../../test/support/folder.ts";
import { testCluster } from "../../../test/support/cluster.ts";
import { homeAt } from "../home.ts";
import { startCluster } from "../index.ts";
import { prepareFolders } from "../supervisor/folders.ts";
import type { ClusterFinding } from "./finding.ts";
import { abandonedFindings } from "./abandoned.ts";

interface Outside {
  readonly root: string;
  readonly project: string;
  /** Where the folders of data stand in this test. */
  readonly places: () => Promise<readonly string[]>;
}

async function outside(t: TestContext): Promise<Outside> {
  const root = await testProjectFolder(t);
  const [project, data] = [join(root, "shop"), join(root, "outside")];
  await mkdir(join(project, ".howdah"), { recursive: true });
  await mkdir(join(data, "shop-x", "data"), { recursive: true });
  await writeFile(join(data, "shop-x", "project"), `${join(project, ".howdah")}\n`);
  return { root, project, places: async () => (await readdir(data)).map((name) => join(data, name)) };
}

async function finding(places: Outside["places"], home = "/nowhere/.howdah"): Promise<ClusterFinding> {
  const found: ClusterFinding[] = [];
  for await (const each of abandonedFindings(home, places)) found.push(each);
  assert.equal(found.length, 1);
  return found[0]!;
}

test("data of a project that is there is left alone, data of a deleted one is named and never removed", async (t) => {
  const { project, places } = await outside(t);
  assert.equal((await finding(places)).kind, "ok");
  await rm(project, { recursive: true });
  const { kind, message, fix } = await finding(places);
  assert.equal(kind, "warning");
  assert.match(message, /outside\/shop-x \(of .*\/shop\)$/);
  assert.equal(fix, undefined);
});

test("what howdah did not make, or another user did, is left alone", async (t) => {
  const { root, project, places } = await outside(t);
  await rm(project, { recursive: true });
  await mkdir(join(root, "outside", "else"));
  await rm(join(root, "outside", "shop-x", "project"));
  assert.equal((await finding(places)).kind, "ok");
  if (process.getuid?.() !== 0) return;
  await writeFile(join(root, "outside", "shop-x", "project"), `${project}/.howdah\n`);
  assert.equal((await finding(places)).kind, "warning");
  await chown(join(root, "outside", "shop-x"), 65534, 65534);
  assert.equal((await finding(places)).kind, "ok");
});

test("data that a server runs on is left alone, whatever became of its project", async (t) => {
  const { root, project, places } = await outside(t);
  const base = join(root, "outside", "shop-x");
  await rm(join(base, "data"), { recursive: true });
  await rm(project, { recursive: true });
  const options = await testCluster(base);
  {
    await using _cluster = await startCluster(options);
    assert.equal((await finding(places)).kind, "ok");
  }
  assert.equal((await finding(places)).kind, "warning");
});

test("the data of a project that was moved is its own still, and its next start says where it is now", async (t) => {
  const { root, project, places } = await outside(t);
  const base = join(root, "outside", "shop-x");
  await symlink(join(base, "data"), join(project, ".howdah", "data"));
  const moved = join(root, "moved", ".howdah");
  await rename(project, join(root, "moved"));
  assert.equal((await finding(places)).kind, "warning");
  assert.equal((await finding(places, moved)).kind, "ok");
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
  await prepareFolders(homeAt(moved), user);
  assert.equal(await readFile(join(base, "project"), "utf8"), `${moved}\n`);
  assert.equal((await finding(places)).kind, "ok");
});
