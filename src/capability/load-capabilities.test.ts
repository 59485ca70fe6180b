import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { testFolder } from "../../test/support/capability.ts";
import { AppError, AppErrors } from "../errors/index.ts";
import { checkTable, readConfig } from "../project/index.ts";
import type { Capability } from "./capability.ts";
import { loadCapabilities, type LoadedCapability } from "./load-capabilities.ts";

function plain(name: string, needs: readonly string[] = []): Capability {
  return { name, needs, settings: () => ({}) };
}

function module(name: string, needs: readonly string[] = []): string {
  return `export const capability = { name: "${name}", needs: ${JSON.stringify(needs)}, settings: (raw) => raw.value };`;
}

async function load(
  t: TestContext,
  toml: string,
  files: Readonly<Record<string, string>> = {},
  builtIn: readonly Capability[] = [],
): Promise<readonly LoadedCapability[]> {
  const root = await testFolder(t, files);
  return loadCapabilities(readConfig(toml, { env: {}, folder: "/p/shop" }), root, builtIn);
}

async function names(...args: Parameters<typeof load>): Promise<readonly string[]> {
  return (await load(...args)).map(({ capability }) => capability.name);
}

/** Code, place and message of everything that is wrong. */
async function problems(...args: Parameters<typeof load>): Promise<readonly string[]> {
  try {
    await load(...args);
  } catch (error) {
    assert.ok(error instanceof AppError);
    const errors = error instanceof AppErrors ? error.errors : [error];
    return errors.map(({ code, position, message }) => `${code} ${position?.line}:${position?.column} ${message}`);
  }
  return [];
}

test("paths are files or folders, in JavaScript or TypeScript, relative to howdah.toml", async (t) => {
  const files = {
    "one.js": module("one"),
    "two/index.ts": `import type { X } from "./x.ts";\nexport const capability: X = { name: "two", needs: [], settings: () => 2 };`,
    "two/x.ts": "export type X = { name: string; needs: string[]; settings: () => number };",
    "three/package.json": '{"type":"module","exports":"./main.js"}',
    "three/main.js": module("three").replace("export const capability =", "export default"),
  };
  assert.deepEqual(await names(t, 'capabilities = ["./one.js", "./two", "./three"]', files), ["one", "two", "three"]);
});

test("npm packages are found from the project's folder, however they say where they begin", async (t) => {
  const manifest = (more: object): string => JSON.stringify({ type: "module", ...more });
  const files = {
    "node_modules/plain/package.json": manifest({ main: "lib/main.js" }),
    "node_modules/plain/lib/main.js": module("plain"),
    "node_modules/conditional/package.json": manifest({
      exports: { ".": { types: "./t.d.ts", import: "./esm.js", require: "./no.cjs" } },
    }),
    "node_modules/conditional/esm.js": module("conditional"),
    "node_modules/@scope/nested/package.json": manifest({
      exports: { "./capability": { node: { default: "./dist/c.js" } } },
    }),
    "node_modules/@scope/nested/dist/c.js": module("nested"),
  };
  const toml = 'capabilities = ["plain", "conditional", "@scope/nested/capability"]';
  assert.deepEqual(await names(t, toml, files), ["plain", "conditional", "nested"]);
});

test("a package that npm linked into the project is loaded", async (t) => {
  const elsewhere = await testFolder(t, { "index.js": module("linked"), "package.json": '{"type":"module"}' });
  const root = await testFolder(t, { "node_modules/.keep": "" });
  await symlink(elsewhere, join(root, "node_modules/linked"));
  const config = readConfig('capabilities = ["linked"]', { env: {}, folder: "/p/shop" });
  assert.equal((await loadCapabilities(config, root, []))[0]?.capability.name, "linked");
});

test("what is not found is named with its place and how to get it", async (t) => {
  const toml = 'name = "shop"\ncapabilities = [\n  "howdah-foo",\n  "./missing",\n]';
  assert.deepEqual(await problems(t, toml), [
    'WD601 3:3 the capability "howdah-foo" is not found',
    'WD601 4:3 the capability "./missing" is not found',
  ]);
  await assert.rejects(load(t, 'capabilities = ["@a/b/c"]'), { hint: "install it in the project: npm install @a/b" });
});

test("a module of another shape is named with each member that is wrong", async (t) => {
  const files = {
    "none.js": "export const x = 1;",
    "wrong.js": `export default { name: "Not Good", needs: "pages", settings: {}, mount: "rest", schema: "public", routse() {}, sql: new URL("file:///x/") };`,
    "unowned.js": `export default { name: "a", needs: [], settings() {}, sql: new URL("file:///x/") };`,
  };
  const detail = async (file: string): Promise<string | undefined> => {
    const error = await load(t, `capabilities = ["./${file}"]`, files).catch((caught: unknown) => caught);
    assert.ok(error instanceof AppError);
    assert.deepEqual([error.code, error.position?.line, error.position?.column], ["WD602", 1, 17]);
    return error.detail;
  };
  assert.equal(
    await detail("none.js"),
    "the module exports neither `capability` nor a default export that is an object",
  );
  assert.equal(
    await detail("wrong.js"),
    [
      "name: expected lower-case letters, digits and underscores, a letter first, at most 40",
      "needs: expected an array of names",
      'schema: "public" can\'t be owned by a capability',
      "settings: expected a function",
      'mount: expected "" or a path like "/rest/v1"',
      'routse: not a member, did you mean "routes"?',
    ].join("\n"),
  );
  assert.equal(await detail("unowned.js"), "schema: needed where there is sql");
});

test("a module that fails while it is loaded is reported, not thrown through", async (t) => {
  const files = {
    "throws.js": 'throw new Error("no luck")',
    "syntax.js": "export const = 1",
    "node_modules/typed/package.json": '{"type":"module","exports":"./index.ts"}',
    "node_modules/typed/index.ts": "export const capability: object = {};",
  };
  assert.deepEqual(await problems(t, 'capabilities = ["./throws.js", "./syntax.js", "typed"]', files), [
    'WD602 1:17 the capability "./throws.js" can\'t be loaded',
    'WD602 1:32 the capability "./syntax.js" can\'t be loaded',
    'WD602 1:47 the capability "typed" can\'t be loaded',
  ]);
  await assert.rejects(load(t, 'capabilities = ["typed"]', files), { hint: /has to publish JavaScript/ });
});

test("a name that is taken is refused, by a built-in one, another one, or a table of the core", async (t) => {
  const files = { "a.js": module("pages"), "b.js": module("b"), "c.js": module("b"), "d.js": module("server") };
  const toml = 'capabilities = ["./a.js", "./b.js", "./c.js", "./d.js"]';
  assert.deepEqual(await problems(t, toml, files, [plain("pages")]), [
    'WD603 1:17 the capability name "pages" is taken by another capability',
    'WD603 1:37 the capability name "b" is taken by another capability',
    'WD603 1:47 the capability name "server" is taken by a table of howdah\'s own',
  ]);
});

test("each comes after what it needs, otherwise the order stays", async (t) => {
  const files = { "d.js": module("d", ["e"]), "e.js": module("e", ["a"]) };
  const builtIn = [plain("b", ["c"]), plain("a"), plain("c")];
  assert.deepEqual(await names(t, 'capabilities = ["./d.js", "./e.js"]', files, builtIn), ["c", "b", "a", "e", "d"]);
});

test("a need that is missing and needs in a circle are errors with their place", async (t) => {
  assert.deepEqual(
    await problems(t, 'capabilities = ["./a.js"]', { "a.js": module("a", ["pagse"]) }, [plain("pages")]),
    ['WD604 1:17 the capability "a" needs "pagse", which is not there'],
  );
  const circle = { "a.js": module("a", ["b"]), "b.js": module("b", ["c"]), "c.js": module("c", ["a"]) };
  assert.deepEqual(await problems(t, 'capabilities = ["./a.js", "./b.js", "./c.js"]', circle), [
    "WD604 1:17 capabilities need each other in a circle: a → b → c → a",
  ]);
  assert.deepEqual(await problems(t, 'capabilities = ["./a.js"]', { "a.js": module("a", ["a"]) }), [
    "WD604 1:17 capabilities need each other in a circle: a → a",
  ]);
});

const strict = (name: string): Capability => ({
  ...plain(name),
  settings: (raw) => checkTable(raw, { limit: { type: "integer", default: 20, describe: "Rows." } }),
});

test("each checks its own table, defaults where there is none", async (t) => {
  const loaded = await load(t, "[pages]\nlimit = 5", {}, [strict("pages"), strict("other")]);
  assert.deepEqual(
    loaded.map(({ settings }) => settings),
    [{ limit: 5 }, { limit: 20 }],
  );
});

test("the problems of all tables are reported at once, and tables that nobody reads", async (t) => {
  const toml = "[pages]\nlimt = 5\n[other]\nlimit = 'x'\n[nobody]\n";
  const found = await problems(t, toml, {}, [strict("pages"), strict("other")]);
  assert.deepEqual(found.toSorted(), [
    'WD102 2:1 unknown key "limt" in [pages]',
    "WD102 5:2 unknown table [nobody] in howdah.toml",
    'WD103 4:9 "other.limit": expected a whole number',
  ]);
});

test("a table of a capability from npm is known once it is named", async (t) => {
  const toml = 'capabilities = ["./mail.js"]\n[mail]\nfrom = "a@b.example"';
  const [loaded] = await load(t, toml, { "mail.js": module("mail") });
  assert.deepEqual(loaded?.settings, { from: "a@b.example" });
});

test("an error of a capability's own check is kept as it is, a foreign one becomes ours", async (t) => {
  const own = {
    ...plain("own"),
    settings: () => {
      throw new AppError("WD103", "own words");
    },
  };
  const foreign = {
    ...plain("foreign"),
    settings: () => {
      throw new TypeError("boom");
    },
  };
  assert.deepEqual(await problems(t, "", {}, [own, foreign]), [
    "WD103 undefined:undefined own words",
    "WD001 undefined:undefined unexpected failure: boom",
  ]);
});
