import assert from "node:assert/strict";
import { test } from "node:test";
import { deployBench, testPackage } from "../../../../test/support/sql-package.ts";
import { readPackage } from "../folder/package-folder.ts";
import { refuseCircles } from "./choose.ts";

const manifest = (name: string, version: string, needs: Readonly<Record<string, string>> = {}): string =>
  [
    `[package]`,
    `name = "${name}"`,
    `version = "${version}"`,
    "[dependencies]",
    ...Object.entries(needs).map(([need, range]) => `${need} = "${range}"`),
    "",
  ].join("\n");

test("a needs b needs c: asked for a, all three are deployed, c first", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const c = await testPackage(t, "c", "1.0.0", {
    "howdah.toml": manifest("c", "1.0.0"),
    "functions/c.sql": "create function c() returns int language sql as 'select 3'",
  });
  const b = await testPackage(t, "b", "1.0.0", {
    "howdah.toml": manifest("b", "1.0.0", { c: "^1" }),
    "functions/b.sql": "create function b() returns int language sql as 'select c()'",
  });
  const a = await testPackage(t, "a", "1.0.0", {
    "howdah.toml": manifest("a", "1.0.0", { b: "x" }),
    "functions/a.sql": "create function a() returns int language sql as 'select b() + c()'",
  });
  const available = await Promise.all([b, c].map(({ folder }) => readPackage(folder)));
  const report = await deploy(a.folder, { available });
  assert.deepEqual(
    report.packages.map(({ name }) => name),
    ["c", "b", "a"],
  );
  await rows("select _pgpm.set_search_path('a')");
  assert.deepEqual(await rows("select a() as a, current_setting('search_path') as path"), [
    { a: 6, path: "a_1_0_0, b_1_0_0, c_1_0_0, public" },
  ]);
  assert.equal((await deploy(a.folder, { available })).changed, false);
});

test("a needs b needs a is refused without a database", async (t) => {
  const a = await testPackage(t, "a", "1.0.0", { "howdah.toml": manifest("a", "1.0.0", { b: "x" }) });
  const b = await testPackage(t, "b", "1.0.0", { "howdah.toml": manifest("b", "1.0.0", { a: "x" }) });
  const packages = await Promise.all([a, b].map(({ folder }) => readPackage(folder)));
  assert.throws(() => refuseCircles(packages), { code: "WD393", message: /a needs b needs a$/ });
});

test("a need is met by the highest version that goes with all others, deployed or at hand", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const lib = async (version: string) =>
    testPackage(t, "lib", version, {
      "howdah.toml": manifest("lib", version),
      "functions/v.sql": `create function lib_version() returns text language sql as 'select ''${version}'''`,
    });
  for (const version of ["1.0.0", "1.2.0"]) await deploy((await lib(version)).folder);
  const available = [await readPackage((await lib("1.4.0")).folder), await readPackage((await lib("2.0.0")).folder)];
  const a = await testPackage(t, "a", "1.0.0", { "howdah.toml": manifest("a", "1.0.0", { lib: "^1" }) });
  await deploy(a.folder, { available });
  const b = await testPackage(t, "b", "1.0.0", { "howdah.toml": manifest("b", "1.0.0", { lib: "<1.4", a: "x" }) });
  await assert.rejects(deploy(b.folder), { code: "WD392", detail: /lib/ });
  const c = await testPackage(t, "c", "1.0.0", { "howdah.toml": manifest("c", "1.0.0", { lib: "<1.4" }) });
  await deploy(c.folder, { available });
  const path = async (name: string) =>
    (await rows("select _pgpm.set_search_path($1) -> 'search_path' ->> 1 as lib", name))[0]?.["lib"];
  assert.deepEqual([await path("a"), await path("c")], ["lib_1_4_0", "lib_1_2_0"]);
  assert.deepEqual(await rows("select version from _pgpm.packages where name = 'lib' order by version"), [
    { version: "1.0.0" },
    { version: "1.2.0" },
    { version: "1.4.0" },
  ]);
});

test("a need that nothing meets says what there is, and nothing is changed", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const a = await testPackage(t, "a", "1.0.0", { "howdah.toml": manifest("a", "1.0.0", { lib: ">=3" }) });
  await assert.rejects(deploy(a.folder), { code: "WD392", detail: "a 1.0.0 needs lib >=3 (there is no such package)" });
  assert.deepEqual(await rows("select to_regnamespace('_pgpm') as schema"), [{ schema: null }]);
});

test("a plan says what would be done, and does nothing", async (t) => {
  const { plan, rows } = await deployBench(t);
  const a = await testPackage(t, "a", "1.0.0", {
    "functions/f.sql": "create function f() returns int language sql as 'select 1'; comment on function f() is 'one';",
    "functions/readme.md": "no SQL",
  });
  assert.deepEqual(await plan(a.folder), [
    {
      ...{ name: "a", version: "1.0.0", schema: "a_1_0_0", mode: "safe", verdict: "deploy" },
      actions: [
        { kind: "create schema", schema: "a_1_0_0" },
        { kind: "script", phase: "function", file: "functions/f.sql", statements: 2 },
      ],
      ...{ outsiders: [], textual: [], leftover: [], ignored: ["functions/readme.md"] },
    },
  ]);
  assert.deepEqual(await rows("select to_regnamespace('_pgpm') as ledger, to_regnamespace('a_1_0_0') as schema"), [
    { ledger: null, schema: null },
  ]);
});
