import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { provideChromium } from "../test/run/chromium.ts";
import { launch } from "../test/support/browser.ts";
import { exampleProject, start } from "./cli.ts";
import { median, type Figure } from "./figure.ts";

const rounds = 10;

/** From a saved file to what it changes: a SQL function that can be called, a page that the browser shows. */
export async function reloadFigures(): Promise<readonly Figure[]> {
  await using project = await exampleProject("guestbook");
  const query = join(project.folder, "pages", "answer.query.sql");
  await writeFile(join(project.folder, "pages", "answer.html"), "<p id=answer>{{answer.value}}</p>\n");
  await writeFile(query, "-- @name answer :one\nselect public.answer() as value;\n");
  await saveFunction(project.folder, 0);
  await using running = await start("run", project.folder);
  return [await functionFigure(project.folder, running.url), ...(await pageFigure(project.folder, running.url))];
}

async function functionFigure(folder: string, url: string): Promise<Figure> {
  const times: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const savedAt = performance.now();
    await saveFunction(folder, round);
    while (!(await body(`${url}/answer`)).includes(`>${round}<`)) await pause(2);
    times.push(performance.now() - savedAt);
  }
  return { name: "saved SQL function → callable over HTTP", value: median(times), unit: "ms", bar: { atMost: 500 } };
}

async function pageFigure(folder: string, url: string): Promise<readonly Figure[]> {
  if ((await provideChromium(process.env)) === undefined) return [];
  await using browser = await launch();
  const page = await browser.newPage();
  await page.goto(url);
  const file = join(folder, "pages", "index.html");
  const original = await readFile(file, "utf8");
  const times: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const savedAt = performance.now();
    await writeFile(file, original.replace("<h1>Guestbook", `<h1>Guestbook ${round}.`));
    await page.locator("h1", { hasText: `Guestbook ${round}.` }).waitFor();
    times.push(performance.now() - savedAt);
  }
  return [{ name: "saved page → visible in the browser", value: median(times), unit: "ms", bar: { atMost: 300 } }];
}

function saveFunction(folder: string, value: number): Promise<void> {
  return writeFile(
    join(folder, "functions", "answer.sql"),
    `create function public.answer() returns int language sql return ${value};\ngrant execute on function public.answer() to anon;\n`,
  );
}

async function body(url: string): Promise<string> {
  const response = await fetch(url);
  return response.text();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
