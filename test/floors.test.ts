import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

const root = dirname(import.meta.dirname);
const tool = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
const config = join(root, ".dependency-cruiser.mjs");

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

/** Runs the rules of `npm run check` over a small tree that keeps all of them, and the planted files. */
function cruise(planted: Readonly<Record<string, string>>): Cruise {
  const folder = mkdtempSync(join(tmpdir(), "howdah-floors-"));
  try {
    const files = { ...lawful, ...planted };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const done = spawnSync(process.execPath, [tool, "--config", config, "--output-type", "json", "src"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.notEqual(done.stdout, "", done.stderr);
    return JSON.parse(done.stdout) as Cruise;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const lawful = {
  "package.json": '{"type":"module"}',
  "src/errors/index.ts": "export class AppError extends Error {}\n",
  "src/errors/render.ts": "export const render = 1;\n",
  "src/postgres/index.ts": 'export { connect } from "./connect.ts";\nexport type { Target } from "./connect.ts";\n',
  "src/postgres/connect.ts":
    'import { AppError } from "../errors/index.ts";\nexport interface Target { readonly host: string }\n' +
    "export async function connect() { await using x = await open(); throw new AppError(String(x)); }\n" +
    "async function open() { return { async [Symbol.asyncDispose]() {} }; }\n",
  "src/capability/index.ts": 'import { connect } from "../postgres/index.ts";\nexport const contract = connect;\n',
  "src/capabilities/index.ts": 'export { jobs } from "./jobs/index.ts";\n',
  "src/capabilities/jobs/index.ts": 'export { jobs } from "./queue.ts";\n',
  "src/capabilities/jobs/queue.ts":
    'import { contract } from "../../capability/index.ts";\nexport const jobs = contract;\n',
  "src/capabilities/pages/index.ts": "export const pages = 1;\n",
  "src/server/index.ts": 'import { contract } from "../capability/index.ts";\nexport const server = contract;\n',
} as const;

/** The rules that a planted file breaks. */
function broken(path: string, text: string): readonly string[] {
  const { violations } = cruise({ [path]: text }).summary;
  return violations.filter((violation) => violation.from === path).map((violation) => violation.rule.name);
}

test("a tree that keeps to the floors is read as a whole and passes", () => {
  const { modules, summary } = cruise({});
  const read = modules.map(({ source }) => source).filter((source) => source.startsWith("src/"));
  assert.deepEqual(
    read.toSorted(),
    Object.keys(lawful)
      .filter((path) => path.startsWith("src/"))
      .toSorted(),
  );
  assert.deepEqual(summary.violations, []);
});

test("an import from a higher floor is caught", () => {
  assert.deepEqual(broken("src/errors/up.ts", 'import { connect } from "../postgres/index.ts";\nconnect;\n'), [
    "floors-downward-errors",
  ]);
});

test("an import of types alone from a higher floor is caught", () => {
  assert.deepEqual(
    broken("src/errors/up.ts", 'import type { Target } from "../postgres/index.ts";\nexport type T = Target;\n'),
    ["floors-downward-errors"],
  );
});

test("a dynamic import from a higher floor is caught", () => {
  assert.deepEqual(broken("src/errors/up.ts", 'export const later = () => import("../postgres/index.ts");\n'), [
    "floors-downward-errors",
  ]);
});

test("an import past the face of a floor is caught", () => {
  assert.deepEqual(broken("src/server/deep.ts", 'import { render } from "../errors/render.ts";\nrender;\n'), [
    "face-only",
  ]);
});

test("an import from a sibling capability is caught, even of its face", () => {
  assert.deepEqual(broken("src/capabilities/jobs/sibling.ts", 'import { pages } from "../pages/index.ts";\npages;\n'), [
    "no-siblings",
  ]);
});

test("an import past the face of a capability is caught", () => {
  const deep = "capabilities/jobs/queue.ts";
  assert.deepEqual(broken("src/application/deep.ts", `import "../${deep}";\n`), ["face-only"]);
  assert.deepEqual(broken("src/capabilities/index.ts", `export { jobs } from "./jobs/queue.ts";\n`), [
    "capability-face-only",
  ]);
});

test("a server that knows a capability is caught", () => {
  assert.deepEqual(broken("src/server/knows.ts", 'import { jobs } from "../capabilities/index.ts";\njobs;\n'), [
    "server-knows-only-the-contract",
  ]);
});

test("a cycle is caught", () => {
  const { violations } = cruise({
    "src/schema/one.ts": 'import { two } from "./two.ts";\nexport const one = () => two;\n',
    "src/schema/two.ts": 'import { one } from "./one.ts";\nexport const two = () => one;\n',
  }).summary;
  assert.deepEqual(
    violations.map(({ rule }) => rule.name),
    ["no-cycles"],
  );
});

test("an import of a test from what ships is caught", () => {
  const { violations } = cruise({
    "src/errors/index.test.ts": "export const claim = 1;\n",
    "src/errors/uses.ts": 'import { claim } from "./index.test.ts";\nclaim;\n',
  }).summary;
  assert.deepEqual(
    violations.map(({ rule }) => rule.name),
    ["no-tests-in-production"],
  );
});
