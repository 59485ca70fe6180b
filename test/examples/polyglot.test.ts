import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { testProjectFolder } from "../support/folder.ts";
import { startHowdah } from "../support/running-howdah.ts";
import { until } from "../support/until.ts";

const example = join(import.meta.dirname, "..", "..", "examples", "polyglot");

async function exampleFolder(t: TestContext): Promise<string> {
  const folder = await testProjectFolder(t, "howdah-polyglot-");
  await cp(example, folder, { recursive: true, filter: (path) => !path.includes(".howdah") });
  return folder;
}

async function write(url: string, title: string): Promise<Response> {
  const body = new URLSearchParams({ title });
  return await fetch(url, { method: "POST", body, redirect: "manual", headers: { origin: url } });
}

test("the polyglot: one form, functions in SQL, TypeScript, JavaScript and Python, in one transaction", async (t) => {
  const folder = await exampleFolder(t);
  await using howdah = await startHowdah(folder);
  assert.equal((await write(howdah.url, "A Göod day, again")).status, 303);
  const page = await (await fetch(howdah.url)).text();
  assert.match(page, /<strong>A Göod day, again<\/strong> <code>a-good-day-again<\/code> 4 words, calm/);
  assert.match(page, /<code>a-good-day<\/code> 3 words, glad/);
  assert.match(page, /<p class="common">a \(2\) day \(2\) good \(2\) <\/p>/);

  const refused = await (await write(howdah.url, "!?")).text();
  assert.match(refused, /<p role="alert">a title needs a letter or a digit<\/p>/);

  const file = join(folder, "functions/mood.py");
  await writeFile(file, (await readFile(file, "utf8")).replace('"calm"', '"even"'));
  await until("the saved function answers", async () => {
    await write(howdah.url, `Nothing ${Math.random()}`);
    return (await (await fetch(howdah.url)).text()).includes("words, even");
  });
  assert.equal(await howdah.stop(), 0);
});
