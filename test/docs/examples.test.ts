import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { AppError, AppErrors, assembleProject, openProject, type Application } from "../../src/index.ts";
import { editOf, failureOf, fileOf, manual, type Block, type Page } from "./page.ts";
import { until } from "../support/until.ts";
import { assembled, served, tested, writeFiles, writeProject } from "./project.ts";

/** Blocks that are files of the page's own project; those of other= are projects of their own. */
function projectsOf(page: Page): ReadonlyMap<string, readonly Block[]> {
  const blocks = page.blocks.filter((block) => fileOf(block) !== undefined || block.language === "http");
  return Map.groupBy(blocks, ({ words }) => words.find((word) => word.startsWith("other=")) ?? "");
}

for (const page of manual()) {
  for (const [name, blocks] of projectsOf(page)) {
    const good = blocks.filter((block) => failureOf(block) === undefined && editOf(block) === undefined);
    test(`${page.file} ${name}: its files assemble, and its pages answer`, async (t) => {
      const project = await writeProject(t, good);
      await using _database = await assembled(project);
      const application = await served(t, project);
      for (const block of good.filter(isPlainPage)) await answers(application, block, page);
      for (const block of good.filter(({ language }) => language === "http")) await talks(application, block, page);
      for (const block of good.filter(({ words }) => words.includes("run"))) {
        await promisify(execFile)(process.execPath, [fileOf(block) ?? ""], {
          cwd: project.folder,
          env: { ...process.env, ...project.env, NODE_TEST_CONTEXT: undefined },
        });
      }
      if (good.some((block) => fileOf(block)?.startsWith("tests/") === true && !block.words.includes("run"))) {
        const results = await tested(project);
        const failed = results.filter(({ status }) => status !== "passed");
        assert.deepEqual(failed, []);
        assert.ok(results.length > 0);
      }
    });
    for (const block of blocks.filter((one) => failureOf(one) !== undefined)) refuses(page, good, block);
    const edits = Map.groupBy(
      blocks.filter((one) => editOf(one) !== undefined),
      (one) => editOf(one) ?? "",
    );
    for (const [edit, files] of edits) follows(page, good, edit, files);
  }
}

function refuses(page: Page, good: readonly Block[], block: Block): void {
  const code = failureOf(block);
  test(`${page.file}:${block.line}: ${fileOf(block)} is refused with ${code}`, async (t) => {
    const project = await writeProject(t, good);
    // The database as it was before the mistake: an edited migration is one only where it has run.
    await (await assembled(project)).close();
    await writeFiles(project.folder, { [fileOf(block) ?? ""]: block.text });
    await assert.rejects(attempt(t, project), (error) => codesOf(error).includes(code ?? ""));
  });
}

function follows(page: Page, good: readonly Block[], edit: string, files: readonly Block[]): void {
  test(`${page.file}:${files[0]?.line}: the edit "${edit}" is followed, once`, async (t) => {
    const project = await writeProject(t, good);
    await (await assembled(project)).close();
    await writeFiles(project.folder, Object.fromEntries(files.map((block) => [fileOf(block) ?? "", block.text])));
    const opened = await openProject(project.folder, { env: project.env });
    await using database = await assembled(project);
    const again = await assembleProject(opened, database, { mode: "development", compare: true });
    assert.equal(again.changed, false);
  });
}

/** Mistakes in pages/ are found by serving, all others by assembling. */
async function attempt(t: TestContext, project: Parameters<typeof assembled>[0]): Promise<void> {
  await using _database = await assembled(project);
  await served(t, project);
}

function codesOf(error: unknown): readonly string[] {
  if (error instanceof AppErrors) return error.errors.map(({ code }) => code);
  return error instanceof AppError ? [error.code] : [String(error)];
}

function isPlainPage(block: Block): boolean {
  return /^pages\/(?!.*[[_])(?!404|500).*\.html$/.test(fileOf(block) ?? "");
}

async function answers(application: Application, block: Block, page: Page): Promise<void> {
  const path = (fileOf(block) ?? "").replace(/^pages/, "").replace(/(index)?\.html$/, "");
  const response = await fetch(application.url + path);
  assert.equal(response.status, 200, `${page.file}:${block.line}: ${path}\n${await response.text()}`);
}

/** "GET /path", "POST /path field=value" or "POST /path {json}", then the status, then what the answer holds, a line each. */
async function talks(application: Application, block: Block, page: Page): Promise<void> {
  const [request = "", status = "", ...held] = block.text.trim().split("\n");
  const [, method = "", path = "", body] = /^(\S+) (\S+)(?: (.*))?$/.exec(request) ?? [];
  const ask = (): Promise<Response> =>
    fetch(application.url + path, { method, redirect: "manual", ...(body === undefined ? {} : bodyOf(body)) });
  let response = await ask();
  // The REST interface says so until it has read the schema.
  await until("the schema is read", async () => {
    if (response.status === 503) response = await ask();
    return response.status !== 503;
  });
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}`);
  const text = [...head, await response.text()].join("\n");
  const place = `${page.file}:${block.line}`;
  assert.equal(response.status, Number.parseInt(status, 10), `${place}\n${text}`);
  for (const line of held) assert.ok(text.includes(line), `${place}: "${line}" is not in\n${text}`);
}

/** A form, or JSON. */
function bodyOf(body: string): RequestInit {
  if (!/^[[{]/.test(body)) return { body: new URLSearchParams(body) };
  return { body, headers: { "content-type": "application/json" } };
}
