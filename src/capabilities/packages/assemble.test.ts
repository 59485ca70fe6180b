import assert from "node:assert/strict";
import { test } from "node:test";
import { testAssembly } from "../../../test/support/assembly.ts";
import { AppError } from "../../errors/index.ts";
import type { AssemblyApp } from "../../capability/index.ts";
import type { AssemblyInput } from "../../schema/index.ts";
import { hasPackages } from "./assemble.ts";
import { packages } from "./index.ts";
import { installCapability } from "../../capability/index.ts";
import type { MemoryTree } from "../../project/index.ts";

const manifest = '[package]\nname = "a"\nversion = "1.0.0"\n';

/** What the application does with the capability. */
function steps(tree: MemoryTree, owner: string, mode: AssemblyApp["mode"]): Partial<AssemblyInput> {
  const app = { mode } as AssemblyApp;
  return {
    mode,
    steps: {
      before: async (tx) => void (await installCapability(tx, packages, owner)),
      after: async (tx) => await packages.assemble?.(app, tree, tx),
    },
  };
}

test("packages of a project are part of its assembly, and edited in place in development", async (t) => {
  const { tree, roles, assemble, rows } = await testAssembly(t, {
    "packages/a/howdah.toml": manifest,
    "packages/a/functions/f.sql": "create or replace function f() returns int language sql as 'select 1'",
    "packages/a/functions/g.sql": "create or replace function g() returns int language sql as 'select 1'",
  });
  assert.equal(await hasPackages(tree), true);
  const development = steps(tree, roles.owner, "development");
  await assemble({}, development);
  assert.deepEqual(await rows("select a_1_0_0.f() as f, a_1_0_0.g() as g"), [{ f: 1, g: 1 }]);
  await assemble(
    {
      "packages/a/functions/f.sql": "create or replace function f() returns int language sql as 'select 2'",
      "packages/a/functions/g.sql": null,
    },
    development,
  );
  assert.deepEqual(await rows("select a_1_0_0.f() as f, to_regproc('a_1_0_0.g') as g"), [{ f: 2, g: null }]);
  const events = "select count(*)::int as n from _pgpm.deployment_events";
  assert.deepEqual(await rows(events), [{ n: 2 }]);
  await assemble(
    { "functions/other.sql": "create function public.other() returns int language sql as 'select 1'" },
    development,
  );
  assert.deepEqual(await rows(events), [{ n: 2 }]);
});

test("production refuses a package that differs under its version, in the project's file", async (t) => {
  const { tree, roles, assemble, errors } = await testAssembly(t, {
    "packages/a/howdah.toml": manifest,
    "packages/a/functions/f.sql": "create or replace function f() returns int language sql as 'select 1'",
  });
  const production = steps(tree, roles.owner, "production");
  await assemble({}, production);
  const changed = {
    "packages/a/functions/f.sql": "create or replace function f() returns int language sql as 'select 2'",
  };
  const [refused] = await errors(changed, production);
  assert.ok(refused instanceof AppError);
  assert.deepEqual([refused.code, refused.position?.file], ["WD643", "packages/a/functions/f.sql"]);
});

test("an error in a package's file points into the project", async (t) => {
  const { tree, roles, errors } = await testAssembly(t, {
    "packages/a/howdah.toml": manifest,
    "packages/a/functions/f.sql": "create function f() returns int language sql as 'select x'",
  });
  const [failure] = await errors({}, steps(tree, roles.owner, "development"));
  assert.deepEqual(failure?.position, { file: "packages/a/functions/f.sql", line: 1, column: 57 });
});
