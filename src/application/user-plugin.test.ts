import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import Fastify from "fastify";
import { memoryTree, folderTree } from "../project/index.ts";
import { failureOf, saveFiles, testProject, testProjectFolder } from "../../test/support/project.ts";
import { userPlugin } from "./user-plugin.ts";

async function pluginOf(t: TestContext, files: Readonly<Record<string, string>>) {
  const root = await testProjectFolder(t);
  await saveFiles(root, files);
  return userPlugin(folderTree(root));
}

/** Where an error points, and what it says. */
async function told(work: Promise<unknown>): Promise<string> {
  const { code, position, message, source } = await failureOf(work);
  assert.ok(source, "without the text there is no code frame");
  return `${code} ${position?.file}:${position?.line}:${position?.column} ${message}`;
}

test("a project without server.ts has no plugin", async () => {
  assert.equal(await userPlugin(memoryTree()), undefined);
});

test("a plugin is mounted, asynchronous or with a callback", async (t) => {
  for (const text of [
    "export default async function (app) { app.get('/hello', async () => 'hello'); }",
    "export default function (app, _options, done) { app.get('/hello', async () => 'hello'); setImmediate(done); }",
    "export default (app) => { app.get('/hello', async () => 'hello'); };",
  ]) {
    const plugin = await pluginOf(t, { "server.ts": text });
    assert.ok(plugin);
    await using fastify = Fastify();
    fastify.register(plugin);
    assert.equal((await fastify.inject("/hello")).body, "hello", text);
  }
});

test("a plugin that is marked to hold for everything does", async (t) => {
  const text = `
async function plugin(app) { app.decorate("answer", 42); }
plugin[Symbol.for("skip-override")] = true;
export default plugin;`;
  await using fastify = Fastify();
  await fastify.register((await pluginOf(t, { "server.ts": text })) ?? assert.fail());
  assert.ok(fastify.hasDecorator("answer"));
});

for (const [what, files, expected] of [
  [
    "throws while it is imported",
    { "server.ts": "const one = 1;\n\n  nothing.here();\nexport default async () => {};\n" },
    "WD044 server.ts:3:3 server.ts could not be imported",
  ],
  [
    "does not parse",
    { "server.ts": "const one: number = 1;\nexport default async funtion () {};\n" },
    "WD044 server.ts:2:30 server.ts could not be imported",
  ],
  [
    "has what Node can't strip",
    { "server.ts": "const one: number = 1;\nenum Kind { a }\nexport default async () => {};\n" },
    "WD044 server.ts:2:1 server.ts could not be imported",
  ],
  [
    "imports a file that throws",
    {
      "server.ts": "import './lib/setup.ts';\nexport default async () => {};\n",
      "lib/setup.ts": "\nthrow new Error('no');\n",
    },
    "WD044 lib/setup.ts:2:7 server.ts could not be imported",
  ],
  [
    "imports what is not there",
    { "server.ts": "\nimport './missing.ts';\n" },
    "WD044 server.ts:1:1 server.ts could not be imported",
  ],
  [
    "exports nothing",
    { "server.ts": "export const other = 1;\n" },
    "WD044 server.ts:1:1 server.ts has no Fastify plugin",
  ],
  [
    "exports something else",
    { "server.ts": "export default { routes: [] };\n" },
    "WD044 server.ts:1:1 server.ts has no Fastify plugin",
  ],
] as const) {
  test(`a server.ts that ${what} is refused with the place`, async (t) => {
    const text = await told(pluginOf(t, files));
    assert.ok(text.startsWith(expected), text);
  });
}

test("what a plugin throws while it is mounted has its place", async (t) => {
  for (const [text, place] of [
    ["export default async function (app) {\n  app.missing();\n}\n", "server.ts:2:7"],
    ["export default function (app, _options, done) {\n  done(new Error('no'));\n}\n", "server.ts:2:8"],
  ] as const) {
    const plugin = await pluginOf(t, { "server.ts": text });
    await using fastify = Fastify();
    fastify.register(plugin ?? assert.fail());
    assert.equal(await told(Promise.resolve(fastify.ready())), `WD044 ${place} server.ts failed while it was mounted`);
  }
});

test("server.ts stands beside our own routes, behind the same checks", async (t) => {
  const project = await testProject(t, {
    "pages/index.html": "<h1>page</h1>",
    "server.ts": `
import type { FastifyInstance } from "fastify";
export default async function (app: FastifyInstance): Promise<void> {
  app.get("/hello", async () => ({ hello: "world" }));
  app.get("/broken", async () => { throw new Error("secret"); });
}`,
  });
  await project.assemble({ mode: "production" });
  await using application = await project.serve({ mode: "production" });
  const { url } = application;
  assert.deepEqual(await (await fetch(`${url}/hello`)).json(), { hello: "world" });
  assert.match(await (await fetch(url)).text(), /<h1>page<\/h1>/);
  assert.equal((await fetch(`${url}/_health`)).status, 200);
  assert.ok((await fetch(`${url}/hello`)).headers.get("x-request-id"));
  const broken = await fetch(`${url}/broken`);
  assert.equal(broken.status, 500);
  assert.ok(!(await broken.text()).includes("secret"));
});
