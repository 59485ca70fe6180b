import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { testProjectFolder } from "../support/folder.ts";
import { binary, startHowdah, type RunningHowdah } from "../support/running-howdah.ts";
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

/** One form, whose notes go through all four languages in one transaction. */
async function assertAnswers({ url }: Pick<RunningHowdah, "url">): Promise<void> {
  assert.equal((await write(url, "A Göod day, again")).status, 303);
  const page = await (await fetch(url)).text();
  assert.match(page, /<strong>A Göod day, again<\/strong> <code>a-good-day-again<\/code> 4 words, calm/);
  assert.match(page, /<code>a-good-day<\/code> 3 words, glad/);
  assert.match(page, /<p class="common">a \(2\) day \(2\) good \(2\) <\/p>/);

  const refused = await (await write(url, "!?")).text();
  assert.match(refused, /<p role="alert">a title needs a letter or a digit<\/p>/);
}

/** Name of each function, and where it runs. */
async function runners(folder: string): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await promisify(execFile)(process.execPath, [binary, "plan", "--json", "--no-forecast"], {
    cwd: folder,
  });
  const { actions } = JSON.parse(stdout) as { actions: readonly { object?: string; runs?: string }[] };
  return Object.fromEntries(
    actions.flatMap(({ object = "", runs }) =>
      runs === undefined ? [] : [[object.replace(/^.*?\.(\w+)\(.*$/, "$1"), runs]],
    ),
  );
}

test("the polyglot: one form, functions in SQL, TypeScript, JavaScript and Python, in one transaction", async (t) => {
  const folder = await exampleFolder(t);
  assert.deepEqual(await runners(folder), { ...inWorker, mood: "worker" });
  await using howdah = await startHowdah(folder);
  await assertAnswers(howdah);

  const file = join(folder, "functions/mood.py");
  await writeFile(file, (await readFile(file, "utf8")).replace('"calm"', '"even"'));
  await until("the saved function answers", async () => {
    await write(howdah.url, `Nothing ${Math.random()}`);
    return (await (await fetch(howdah.url)).text()).includes("words, even");
  });
  assert.equal(await howdah.stop(), 0);
});

test("the polyglot on Debian's Postgres 17: Python runs inside the database", async (t) => {
  const folder = await exampleFolder(t);
  await writeFile(join(folder, "howdah.toml"), 'name = "polyglot"\n[postgres]\nversion = "17"\nprovider = "deb"\n');
  await writeFile(join(folder, "schema", "language.sql"), "create extension plpython3u;\n");
  const found = await runners(folder).catch((error: unknown) => unreachable(error));
  if (typeof found === "string") return t.skip(found);
  assert.deepEqual(found, { ...inWorker, mood: "plpython3u" });
  await using howdah = await startHowdah(folder);
  await assertAnswers(howdah);
  assert.equal(await howdah.stop(), 0);
});

const inWorker = { slug: "worker", common_words: "worker", count_words: "worker" };

/** What the mirror lacks today is no defect of ours. */
function unreachable(error: unknown): string {
  const said = (error as { readonly stderr?: string }).stderr ?? String(error);
  if (!/^WD3(51|52|55|63|65) /m.test(said)) throw error;
  return `unavailable: ${said.split("\n", 1)[0]}`;
}
