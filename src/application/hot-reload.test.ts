import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../errors/index.ts";
import type { AssemblyReport } from "../schema/index.ts";
import { keepingLog, listenLive, testProject, type Live, type TestProject } from "../../test/support/project.ts";
import { until } from "../../test/support/until.ts";
import type { Application, ServeOptions } from "./application.ts";

const answer = (value: string): string => `
create function public.answer() returns text language sql return ${value};
grant execute on function public.answer() to $anon;
`;

const files = {
  "pages/index.html": "<h1>{{row.value}}</h1>",
  "pages/index.query.sql": "-- @name row :one\nselect public.answer() as value;\n",
  "functions/answer.sql": answer("'one'"),
};

interface Served {
  readonly project: TestProject;
  readonly application: Application;
  readonly live: Live;
  readonly results: (AssemblyReport | AppError)[];
  readonly lines: readonly string[];
}

async function served(
  t: Parameters<typeof testProject>[0],
  added: Readonly<Record<string, string>> = {},
  options: Partial<ServeOptions> = {},
): Promise<Served> {
  const project = await testProject(t, { ...files, ...added });
  if (options.failed === undefined) await project.assemble();
  const { log, lines } = keepingLog();
  const application = await project.serve({ log, ...options });
  const results: (AssemblyReport | AppError)[] = [];
  application.onAssembled((result) => results.push(result));
  const live = await listenLive(t, application.url);
  return { project, application, live, results, lines };
}

async function heading(application: Application): Promise<string> {
  const text = await (await fetch(application.url)).text();
  return /<h1>(.*)<\/h1>/.exec(text)?.[1] ?? text;
}

test("a saved function is callable, and the page is told to follow", async (t) => {
  const { project, application, live, results } = await served(t);
  await project.save({ "functions/answer.sql": answer("'two'") });
  await live.find("the browser is told", ({ refresh }) => refresh === "page");
  assert.equal(await heading(application), "two");
  assert.deepEqual(
    results.flatMap((result) => ("actions" in result ? result.actions.map(({ kind }) => kind) : ["failed"])),
    ["replace"],
  );
});

test("a saved page, stylesheet and script are each shown in their own way", async (t) => {
  const { project, application, live } = await served(t, { "public/style.css": "a{}", "public/main.js": "1" });
  await project.save({ "pages/index.html": "<h1>new</h1>" });
  await live.find("the page", ({ refresh }) => refresh === "page");
  assert.equal(await heading(application), "new");
  await project.save({ "public/style.css": "b{}" });
  await live.find("the stylesheet", ({ refresh }) => refresh === "styles");
  await project.save({ "public/main.js": "2" });
  await live.find("the script", ({ refresh }) => refresh === "reload");
});

test("a broken function is told with its place while the last good version serves, and mended by saving", async (t) => {
  const { project, application, live, results } = await served(t);
  await project.save({ "functions/answer.sql": answer("'two'").replace("language", "langauge") });
  const { failure, refresh } = await live.find("the failure", (message) => message.failure !== null);
  assert.deepEqual(failure?.position, { file: "functions/answer.sql", line: 2, column: 46 });
  assert.match(failure?.frame ?? "", /> 2 \| create function public\.answer/);
  assert.equal(refresh, null);
  assert.equal(await heading(application), "one");
  assert.ok(results[0] instanceof AppError);
  const late = await listenLive(t, application.url);
  assert.deepEqual(late.messages[0]?.failure, failure, "who connects later is told as well");
  live.clear();
  await project.save({ "functions/answer.sql": answer("'three'") });
  await live.find("it is well again", (message) => message.failure === null);
  assert.equal(await heading(application), "three");
});

test("a migration that is added is applied; one that fails is told with its place, and changes nothing", async (t) => {
  const { project, application, live } = await served(t);
  await project.save({
    "migrations/1_item.sql": "create table public.item (id int primary key);",
    "functions/answer.sql": answer("(select count(*)::text from public.item)").replace(
      "language sql",
      "language sql security definer",
    ),
  });
  await live.find("the page", ({ refresh }) => refresh === "page");
  assert.equal(await heading(application), "0");
  await project.save({
    "migrations/2_more.sql": "insert into public.item values (1);\ninsert into public.item\n  values (1);\n",
  });
  const { failure } = await live.find("the failure", (message) => message.failure !== null);
  assert.deepEqual([failure?.position?.file, failure?.position?.line], ["migrations/2_more.sql", 2]);
  assert.equal(await heading(application), "0");
  live.clear();
  await project.save({ "migrations/2_more.sql": "insert into public.item values (1);\n" });
  await live.find("it is well again", (message) => message.failure === null);
  assert.equal(await heading(application), "1");
});

test("a file that is removed takes its objects along", async (t) => {
  const extra = { "functions/extra.sql": "create function public.extra() returns int language sql return 1;" };
  const { project, results } = await served(t, extra);
  await project.save({ "functions/extra.sql": null });
  await until("the assembly is told", () => results.length > 0);
  const [row] = await project.connection.query({
    text: "select to_regprocedure('public.extra()') as extra",
    values: [],
  });
  assert.equal(row?.["extra"], null);
});

test("what was broken before the start is shown to whoever connects, told once, and mended by saving", async (t) => {
  const failed = new AppError("WD410", "syntax error", {
    position: { file: "functions/answer.sql", line: 1, column: 1 },
  });
  const { project, application, live, results } = await served(
    t,
    { "functions/answer.sql": "create functio" },
    { failed },
  );
  await live.find("the failure", (message) => message.failure !== null);
  live.clear();
  await project.save({ "functions/answer.sql": answer("'mended'") });
  await live.find("it is well again", (message) => message.failure === null);
  assert.equal(await heading(application), "mended");
  assert.equal(results.at(-1) instanceof AppError, false);
});

test("howdah.toml: what is wrong is shown with its place, and a good change asks for a restart in one line", async (t) => {
  const { project, application, live, results, lines } = await served(t);
  const good = await project.open().then(({ config }) => config.file?.source ?? "");
  await project.save({ "howdah.toml": `${good}\n[server]\nprot = 1\n` });
  const { failure } = await live.find("the failure", (message) => message.failure !== null);
  assert.equal(failure?.code, "WD102");
  assert.equal(failure?.position?.file, "howdah.toml");
  assert.equal(failure?.frame?.includes("prot = 1"), true);
  assert.equal(await heading(application), "one");
  live.clear();
  await project.save({ "functions/answer.sql": answer("'two'") });
  await live.find("the function", ({ refresh }) => refresh === "page");
  await until("it is still shown", () => live.messages.at(-1)?.failure?.code === "WD102");
  live.clear();
  await project.save({ "howdah.toml": `${good}\n[server]\nport = 1\n` });
  await live.find("it is well again", (message) => message.failure === null);
  const asked = (): readonly string[] => lines.filter((line) => line.includes("restart"));
  assert.deepEqual(asked(), ["warn howdah.toml changed: restart howdah run to apply it"]);
  const known = results.length;
  await project.save({ "howdah.toml": good, "functions/answer.sql": answer("'three'") });
  await until("both are taken", () => results.length > known);
  assert.equal(asked().length, 1, "what runs already needs no restart");
});

test("a server.ts that changes asks for a restart in one line", async (t) => {
  const { project, live, lines } = await served(t);
  await project.save({ "server.ts": "export default async () => {};" });
  await live.find("the browser is told", ({ refresh }) => refresh === "reload");
  assert.ok(lines.includes("warn server.ts changed: restart howdah run to apply it"));
});

test("a listener that throws stops nobody", async (t) => {
  const { project, application, live } = await served(t);
  application.onAssembled(() => {
    throw new Error("mine");
  });
  await project.save({ "functions/answer.sql": answer("'two'") });
  await live.find("the first", ({ refresh }) => refresh === "page");
  live.clear();
  await project.save({ "functions/answer.sql": answer("'three'") });
  await live.find("the second", ({ refresh }) => refresh === "page");
  assert.equal(await heading(application), "three");
});

const brokenPages = {
  "a template": ["pages/index.html", "<h1>{{row.value}</h1>", "WD520"],
  "a query": ["pages/index.query.sql", "-- @name row :one\nselct 1 as value;\n", "WD528"],
  "a post": ["pages/index.post.sql", "insrt into a values (:b);\n", "WD528"],
} as const;

for (const [what, [path, text, code]] of Object.entries(brokenPages)) {
  test(`${what} that is broken is told once when it is saved, with no browser open, and mended by saving`, async (t) => {
    const { project, application, live, results, lines } = await served(t, { "pages/index.post.sql": "select 1" });
    await project.save({ [path]: text });
    await until("it is told", () => results.length > 0);
    const [told] = results;
    assert.ok(told instanceof AppError);
    assert.deepEqual([told.code, told.position?.file], [code, path]);
    assert.notEqual(told.source, undefined, "the code frame has its lines");
    await live.find("browsers show it", ({ failure }) => failure?.code === code);
    await heading(application);
    assert.deepEqual(
      lines.filter((line) => line.startsWith("error")),
      [],
      "one report a save: who asks for the page gives no second one",
    );
    live.clear();
    await project.save({ [path]: path === "pages/index.post.sql" ? "select 2" : files[path] });
    await live.find("it is well again", ({ failure }) => failure === null);
    assert.equal(results.length, 2);
    assert.equal(await heading(application), "one");
  });
}

test("a page that is broken at the start is told", async (t) => {
  const { results, live } = await served(t, { "pages/index.html": "<h1>{{row.value</h1>" });
  await until("it is told", () => results.length > 0);
  assert.ok(results[0] instanceof AppError);
  await live.find("browsers show it", ({ failure }) => failure?.position?.file === "pages/index.html");
});

test("a page that was broken by nothing but its query's names is told by whoever asks for it", async (t) => {
  const { application, results, lines } = await served(t, { "pages/index.query.sql": "select nothing" });
  await heading(application);
  assert.ok(lines.some((line) => line.startsWith('error column "nothing" does not exist')));
  assert.deepEqual(results, []);
});
