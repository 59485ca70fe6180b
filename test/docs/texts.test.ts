import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "libpg-query";
import { builtIn } from "../../src/capabilities/index.ts";
import { loadCapabilities } from "../../src/capability/index.ts";
import { configKeys } from "../../src/project/config-keys.ts";
import { emptySettings, readConfig, type Config } from "../../src/project/index.ts";
import { failureOf, fileOf, manual, readPage, repository, type Page } from "./page.ts";

const languages = new Set(["toml", "sql", "html", "ts", "js", "py", "sh", "text", "http"]);

for (const page of manual()) {
  test(`${page.file}: every block says what it is`, () => {
    const odd = page.blocks.filter(({ language }) => !languages.has(language));
    assert.deepEqual(odd, []);
    const fences = page.text.match(/^```.*$/gm) ?? [];
    assert.equal(fences.length, page.blocks.length * 2);
    const loose = page.blocks.filter((block) => block.language === "html" && fileOf(block) === undefined);
    assert.deepEqual(loose, [], "html is a file, so that it runs");
  });

  test(`${page.file}: its settings are settings, and its SQL is SQL`, async () => {
    for (const { language, text, line } of page.blocks) {
      if (language === "toml") await checkConfig(text, `${page.file}:${line}`);
    }
    for (const block of page.blocks) {
      if (block.language === "sql" && fileOf(block) === undefined) await parse(block.text);
    }
  });
}

/** As howdah reads it, with every variable set that it names. */
async function checkConfig(text: string, place: string): Promise<void> {
  const env = Object.fromEntries(Array.from(text.matchAll(/env = "(\w+)"/g), ([, name]) => [name, valueOf(text)]));
  const config = readConfig(text, { env, folder: "/shop" });
  const known = new Set(builtIn.map(({ name }) => name));
  const foreign = Object.keys(config.settings).filter((name) => !known.has(name));
  if (config.capabilities.length === 0) assert.deepEqual(foreign, [], place);
  const settings = Object.fromEntries(Object.entries(config.settings).filter(([name]) => known.has(name)));
  await loadCapabilities({ ...config, settings, capabilities: [] }, repository, builtIn);
}

test("docs/project.md shows each setting with its default, and names every key", () => {
  const page = readPage("docs/project.md");
  const defaults = page.blocks.find(({ language }) => language === "toml");
  const shown = readConfig(defaults?.text ?? "", { env: {}, folder: "/shop" });
  const plain = readConfig('name = "shop"', { env: {}, folder: "/shop" });
  assert.deepEqual({ ...coreOf(shown), postgres: { ...shown.postgres, settings: {} } }, coreOf(plain));
  for (const capability of builtIn) {
    const raw = shown.settings[capability.name];
    assert.deepEqual(raw && capability.settings(raw), capability.settings(emptySettings(capability.name)));
  }
  const missing = keysOf(configKeys).filter((key) => !new RegExp(`\\b${key}\\b`).test(page.text));
  assert.deepEqual(missing, []);
});

function coreOf({ name, postgres, server, roles, capabilities }: Config): object {
  return { name, postgres, server, roles, capabilities };
}

/** Every key of the tables, without their own names. */
function keysOf(keys: object): readonly string[] {
  return Object.entries(keys as Readonly<Record<string, { readonly keys?: object }>>).flatMap(
    ([key, { keys: inner }]) => (inner === undefined || key === "deb" ? [key] : keysOf(inner)),
  );
}

function valueOf(text: string): string {
  return text.includes("url") ? "postgres://app@db.example.org/shop" : "value";
}

test("TypeScript of the manual is typed as the library is", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "howdah-docs-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = manual().flatMap((page) => writeTypeScript(folder, page));
  assert.ok(files.length > 3);
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const compilerOptions = {
    noUnusedLocals: false,
    rootDir: "/",
    paths: {
      howdah: [join(repository, "src/index.ts")],
      "howdah/testing": [join(repository, "src/testing.ts")],
      "howdah/sql": [join(repository, "src/sql-types.ts")],
    },
  };
  const extended = { extends: join(repository, "tsconfig.json"), compilerOptions, include: files };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(extended));
  const tsc = join(repository, "node_modules/typescript/bin/tsc");
  const output = typeCheck(tsc, folder);
  // Mistakes of the sources themselves are `npm run check`'s.
  assert.deepEqual(
    output.split("\n").filter((line) => line.startsWith("docs-")),
    [],
    output,
  );
});

function typeCheck(tsc: string, folder: string): string {
  try {
    return execFileSync(process.execPath, [tsc, "-p", "."], { cwd: folder, encoding: "utf8" });
  } catch (error) {
    return String((error as { readonly stdout?: unknown }).stdout);
  }
}

/** docs/library.md:12 → docs-library-12.ts */
function writeTypeScript(folder: string, page: Page): readonly string[] {
  return page.blocks.flatMap((block) => {
    const { language, text, line } = block;
    // What howdah refuses need not please the compiler either.
    if (language !== "ts" || failureOf(block) !== undefined) return [];
    const name = `${page.file.replace("/", "-").replace(".md", "")}-${line}.ts`;
    writeFileSync(join(folder, name), `${text}\nexport {};\n`);
    return [name];
  });
}
