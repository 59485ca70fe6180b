import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { destroyCluster } from "../../src/provision/index.ts";

/** A folder for a project, whose cluster goes with it when it is disposed of. */
export interface ProjectFolder extends AsyncDisposable {
  readonly folder: string;
}

/** An empty folder that the user of Postgres may pass: a cluster's data stands in it, and nowhere else. */
export async function projectFolder(prefix = "howdah-project-"): Promise<ProjectFolder> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  await chmod(folder, 0o755);
  return { folder, [Symbol.asyncDispose]: () => removeProject(folder) };
}

/** Processes of a test that have to end before its folder goes: hooks run in the order in which they were set. */
const endings = new WeakMap<TestContext, (() => Promise<unknown>)[]>();

/** Runs ahead of the removal of the test's folder; the last one that was set runs first. */
export function endBefore(t: TestContext, end: () => Promise<unknown>): void {
  const known = endings.get(t);
  if (known === undefined) t.after(end);
  else known.unshift(end);
}

/** An empty folder for a test's project, removed with its cluster once what `endBefore` names has ended. */
export async function testProjectFolder(t: TestContext, prefix?: string): Promise<string> {
  const made = await projectFolder(prefix);
  const ends = endings.get(t) ?? [];
  endings.set(t, ends);
  t.after(async () => {
    for (const end of ends.splice(0)) await end();
    await made[Symbol.asyncDispose]();
  });
  return made.folder;
}

async function removeProject(folder: string): Promise<void> {
  await destroyCluster(join(folder, ".howdah"));
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
