import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import {
  assembleProject,
  openDatabase,
  openProject,
  serveProject,
  testProject,
  type Application,
  type ProjectDatabase,
  type TestResult,
} from "../../src/index.ts";
import { beginRun } from "../../src/application/testing/run-lock.ts";
import { dropTemplates } from "../../src/application/testing/template.ts";
import { testDatabase } from "../support/database.ts";
import { fileOf, repository, type Block } from "./page.ts";

/** A page's project on a database of its own. */
export interface PageProject {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Writes the file blocks into a folder, with howdah.toml where no block is it; removed with the test. */
export async function writeProject(t: TestContext, blocks: readonly Block[]): Promise<PageProject> {
  const { url } = await testDatabase(t);
  const folder = await mkdtemp(join(tmpdir(), "howdah-docs-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFiles(folder, { "howdah.toml": 'name = "manual"\n', ...packageFiles() });
  for (const block of blocks) {
    const file = fileOf(block);
    if (file !== undefined) await writeFiles(folder, { [file]: block.text });
  }
  const scratch = process.env["HOWDAH_TEST_SCRATCH_URL"];
  if (scratch !== undefined) process.env["HOWDAH_SCRATCH_URL"] = scratch;
  return { folder, env: { HOWDAH_DATABASE_URL: url } };
}

export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
}

/** Assembles it as `howdah run` does; throws what is wrong with its files. */
export async function assembled(project: PageProject): Promise<ProjectDatabase> {
  const opened = await openProject(project.folder, { env: project.env });
  const database = await openDatabase(opened);
  await assembleProject(opened, database, { mode: "development", seeds: true });
  return database;
}

/** Serves it on any free port, closed with the test. */
export async function served(t: TestContext, project: PageProject): Promise<Application> {
  const opened = await openProject(project.folder, { env: project.env });
  const database = await openDatabase(opened);
  const application = await serveProject(opened, database, { mode: "production", port: 0 });
  t.after(() => application.close());
  return application;
}

/** `import … from "howdah"`, as it is installed; the sources stand in for the build. */
function packageFiles(): Readonly<Record<string, string>> {
  const source = (file: string): string => JSON.stringify(pathToFileURL(join(repository, "src", file)).href);
  return {
    "package.json": '{ "type": "module" }\n',
    "node_modules/howdah/package.json":
      '{ "name": "howdah", "type": "module", "exports": { ".": "./index.js", "./testing": "./testing.js" } }\n',
    "node_modules/howdah/index.js": `export * from ${source("index.ts")};\n`,
    "node_modules/howdah/testing.js": `export * from ${source("testing.ts")};\n`,
  };
}

/** Runs its tests as `howdah test` does; what they leave as a template goes. */
export async function tested(project: PageProject): Promise<readonly TestResult[]> {
  const opened = await openProject(project.folder, { env: project.env });
  await using database = await openDatabase(opened);
  const results: TestResult[] = [];
  await testProject(opened, database, {
    env: { ...process.env, ...project.env },
    onEvent: (event) => (event.event === "test" ? results.push(event) : undefined),
  });
  await using run = await beginRun(database);
  await dropTemplates(run, database);
  return results;
}
