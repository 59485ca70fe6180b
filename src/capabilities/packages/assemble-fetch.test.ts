import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { testAssembly } from "../../../test/support/assembly.ts";
import { testCache } from "../../../test/support/cache.ts";
import { testRepository } from "../../../test/support/git-repository.ts";
import { installCapability, type AssemblyApp } from "../../capability/index.ts";
import { parseLock, type MemoryTree } from "../../project/index.ts";
import type { AssemblyInput } from "../../schema/index.ts";
import { packages } from "./index.ts";

const low = (version: string, value: number): Readonly<Record<string, string>> => ({
  "howdah.toml": `[package]\nname = "low"\nversion = "${version}"\n`,
  "functions/f.sql": `create function f() returns int language sql as 'select ${value}'`,
});

function appOf(mode: AssemblyApp["mode"]): AssemblyApp {
  const nothing = (): void => {};
  return { mode, log: { debug: nothing, info: nothing, warn: nothing, error: nothing } } as unknown as AssemblyApp;
}

function steps(tree: MemoryTree, owner: string, app: AssemblyApp): Partial<AssemblyInput> {
  return {
    mode: app.mode,
    steps: {
      before: async (tx) => void (await installCapability(tx, packages, owner)),
      after: async (tx) => await packages.assemble?.(app, tree, tx),
    },
  };
}

test("what packages/ needs from git is fetched and locked in development, and taken as locked in production", async (t) => {
  process.env["HOWDAH_CACHE"] = await testCache(t);
  const repository = await testRepository(t);
  await repository.commit(low("1.0.0", 1), "v1.0.0");
  const needs = `[dependencies]\nlow = { version = "^1", git = "${repository.url}" }\n`;
  const { tree, roles, assemble, rows } = await testAssembly(t, {
    "packages/a/howdah.toml": `[package]\nname = "a"\nversion = "1.0.0"\n${needs}`,
    "packages/a/functions/a.sql": "create or replace function a() returns int language sql as 'select f()'",
  });
  const production = appOf("production");
  await assert.rejects(async () => await packages.before?.(production, tree), {
    code: "WD666",
    position: { file: "packages/a/howdah.toml", line: 5, column: 1 },
  });
  const development = appOf("development");
  await packages.before?.(development, tree);
  await assemble({}, steps(tree, roles.owner, development));
  await rows("select _pgpm.set_search_path('a', '^1')");
  assert.deepEqual(await rows("select a() as a"), [{ a: 1 }]);
  await rows("select set_config('search_path', 'public', false)");
  const written = await readFile(`${await tree.materialize([])}/howdah.lock`, "utf8");
  assert.deepEqual(
    parseLock(written).packages?.map(({ name, version }) => `${name} ${version}`),
    ["low 1.0.0"],
  );
  tree.write("howdah.lock", written);
  await repository.commit(low("1.1.0", 2), "v1.1.0");
  await packages.before?.(production, tree);
  await assemble({}, steps(tree, roles.owner, production));
  assert.deepEqual(await rows("select name, version from _pgpm.packages order by name"), [
    { name: "a", version: "1.0.0" },
    { name: "low", version: "1.0.0" },
  ]);
});
