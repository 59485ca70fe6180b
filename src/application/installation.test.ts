import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { AppError } from "../errors/index.ts";
import { readLock, writeLock } from "../project/index.ts";
import type { Installation, Provider, ResolvedPostgres } from "../provision/index.ts";
import { failureOf, saveFiles, testProjectFolder } from "../../test/support/project.ts";
import type { Project } from "./application.ts";
import { ensureInstallation } from "./installation.ts";
import { openProject } from "./open-project.ts";

const newest = { provider: "embedded", version: "18.9", source: "packages of this test 18.9", artifacts: [] } as const;

/** A source of Postgres that has one release, and tells what it was asked. */
function source(features = { start: true, versions: true }, release: ResolvedPostgres = newest) {
  const asked: string[] = [];
  const provider: Provider = {
    name: release.provider,
    features,
    async resolve(version) {
      asked.push(`resolve ${version}`);
      return release;
    },
    async install({ version, provider: name }): Promise<Installation> {
      asked.push(`install ${version}`);
      return { provider: name, version, major: 18, bin: "/nowhere", tools: {}, env: {} };
    },
  };
  return { provider, asked };
}

async function projectOf(t: TestContext): Promise<Project> {
  const root = await testProjectFolder(t);
  await saveFiles(root, { "howdah.toml": 'name = "shop"\npostgres = "18"\n' });
  return openProject(root, { env: {} });
}

test("the first start takes the newest and locks it, later ones take what is locked without asking", async (t) => {
  const project = await projectOf(t);
  const steps: string[] = [];
  const first = source();
  const options = { onStep: (step: string) => void steps.push(step) };
  const ensured = await ensureInstallation(project, first.provider, options);
  assert.equal(ensured.installation.version, "18.9");
  assert.equal(await readLock(project.root), undefined, "nothing is locked before the data was opened with it");
  await ensured.lock();
  assert.deepEqual([first.asked, steps], [["resolve 18", "install 18.9"], ["looking for PostgreSQL 18 (embedded)"]]);
  assert.deepEqual((await readLock(project.root))?.postgres, { request: "18", ...newest });
  const later = source(undefined, { ...newest, version: "18.10" });
  const again = await ensureInstallation(project, later.provider, {});
  await again.lock();
  assert.equal(again.installation.version, "18.9");
  assert.deepEqual(later.asked, ["install 18.9"]);
});

test("another request or another provider than the locked one is resolved anew, and locked", async (t) => {
  const project = await projectOf(t);
  for (const locked of [
    { request: "17", ...newest, version: "17.1" },
    { request: "18", ...newest, provider: "deb", version: "18.1" },
  ]) {
    await writeLock(project.root, { postgres: locked });
    const { provider, asked } = source();
    await (await ensureInstallation(project, provider, {})).lock();
    assert.deepEqual(asked, ["resolve 18", "install 18.9"]);
    assert.equal((await readLock(project.root))?.postgres?.version, "18.9");
  }
});

test("what is found on this machine is not locked for others", async (t) => {
  const project = await projectOf(t);
  const { provider } = source({ start: true, versions: false }, { ...newest, provider: "system", source: "/usr/bin" });
  await (await ensureInstallation(project, provider, {})).lock();
  assert.equal(await readLock(project.root), undefined);
});

test("an installation that fails locks nothing", async (t) => {
  const project = await projectOf(t);
  const { provider } = source();
  provider.install = () => Promise.reject(new AppError("WD370", "the download is damaged"));
  assert.equal((await failureOf(ensureInstallation(project, provider, {}))).message, "the download is damaged");
  assert.equal(await readLock(project.root), undefined);
});

test("a damaged howdah.lock is said, and left as it is", async (t) => {
  const project = await projectOf(t);
  await saveFiles(project.root, { "howdah.lock": "format = \n" });
  const { code, position } = await failureOf(ensureInstallation(project, source().provider, {}));
  assert.match(code, /^WD11[1-3]$/);
  assert.equal(position?.file, "howdah.lock");
  assert.equal(await readFile(join(project.root, "howdah.lock"), "utf8"), "format = \n");
});
