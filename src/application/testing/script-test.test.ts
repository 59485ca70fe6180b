import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { testedProject, told } from "../../../test/support/tested-project.ts";
import type { FileResult } from "../index.ts";

const note = {
  "migrations/1_note.sql": `create table public.note (id bigint generated always as identity, body text not null, owner text);
alter table public.note enable row level security;
grant select on public.note to $anon;
grant select, insert on public.note to $anon;
`,
  "functions/note.sql": `create policy own on public.note to $anon
  using (owner is null or owner = current_setting('request.jwt.claims', true)::jsonb ->> 'sub') with check (true);
create function public.fail() returns int language plpgsql set search_path = '' as $$
begin
  return 1 / 0;
end $$;
`,
  "pages/index.html": "{{#each notes}}<li>{{body}}</li>{{/each}}",
  "pages/index.query.sql": "-- @name notes\nselect body from public.note order by id;\n",
  "pages/index.post.sql": "insert into public.note (body) values (:body);\n",
};

const imports = `import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { testDatabase } from "howdah/testing";
`;

test("TypeScript tests ask their own database and application, as owner and as requests do", async (t) => {
  await using tested = await testedProject(t, {
    ...note,
    "tests/note.test.ts": `${imports}
import { one } from "./_one.ts";
test("statements", async (t) => {
  const db = await testDatabase(t);
  const body: string = "it's";
  await db.sql\`insert into public.note (body, owner) values (\${body}, '7'), (\${"other"}, '8')\`;
  assert.deepEqual(await db.query("select body from note where owner = $1", ["7"]), [{ body: "it's" }]);
  const rows = await db.as("anon", { sub: "8" }).sql<{ body: string }>\`select body from public.note\`;
  assert.deepEqual(rows, [{ body: "other" }]);
  await assert.rejects(db.as("anon").query("delete from public.note"), { code: "WD203" });
  assert.match(db.url, /^postgres:/);
  assert.equal(one, 1);
});
test("the application", async (t) => {
  const db = await testDatabase(t);
  assert.deepEqual(await db.query("select from public.note"), []);
  await db.sql\`insert into public.note (body) values ('first')\`;
  const page = await db.app.get("/");
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-type") ?? "", /html/);
  assert.match(page.body, /<li>first/);
  assert.equal((await db.app.get("/nothing")).status, 404);
  assert.equal((await db.app.get("/_health")).status, 200);
});
`,
    "tests/_one.ts": "export const one: number = 1;\n",
    "tests/plain.js": 'import assert from "node:assert/strict";\nconsole.log("said");\nassert.ok(true);\n',
  });
  const { results, databases, events } = await tested.run();
  assert.deepEqual(results.map(told), [
    "passed tests/note.test.ts:6 statements",
    "passed tests/note.test.ts:17 the application",
    "passed tests/plain.js:1 ",
  ]);
  assert.equal(databases.count, 2);
  const plain = events.find((event): event is FileResult => event.event === "file" && event.file === "tests/plain.js");
  assert.equal(plain?.output, "said\n");
  assert.deepEqual(
    (await tested.databases()).filter((name) => name.includes("_test_")),
    [],
  );
});

test("failures of TypeScript tests have their line, values, suites, and the routine's line", async (t) => {
  await using tested = await testedProject(t, {
    ...note,
    "tests/bad.test.ts": `${imports}
describe("notes", () => {
  test("differ", () => assert.deepEqual({ a: 1 }, { a: 2 }, "two notes"));
  test("throw", () => {
    throw new Error("no");
  });
  test.skip("later", () => {});
  test("say", (t) => t.diagnostic("hello"));
});
test("a routine fails", async (t) => {
  const db = await testDatabase(t);
  await db.sql\`select public.fail()\`;
});
test("a statement fails", async (t) => {
  const db = await testDatabase(t);
  await db.query("select nope");
});
`,
    "tests/broken.ts": "const a: number = 1;\nthrow new TypeError('at the top');\n",
    "tests/syntax.ts": "const = 1;\n",
    "tests/missing.ts": 'import "./nowhere.ts";\n',
    "tests/exits.ts":
      'import { test } from "node:test";\ntest("passes", () => {});\nprocess.on("exit", () => (process.exitCode = 7));\n',
  });
  const { results } = await tested.run();
  assert.deepEqual(results.map(told), [
    "failed tests/bad.test.ts:6 notes › differ ✗ tests/bad.test.ts:6:31 two notes",
    "failed tests/bad.test.ts:7 notes › throw ✗ tests/bad.test.ts:8:11 no",
    "skipped tests/bad.test.ts:10 notes › later",
    "passed tests/bad.test.ts:11 notes › say",
    "failed tests/bad.test.ts:13 a routine fails ✗ functions/note.sql:5:3 division by zero",
    'failed tests/bad.test.ts:17 a statement fails ✗ tests/bad.test.ts:19:3 column "nope" does not exist',
    "failed tests/broken.ts:1  ✗ tests/broken.ts:2:7 TypeError: at the top",
    "failed tests/exits.ts:1  ✗ tests/exits.ts:1:1 it ended with exit code 7",
    "passed tests/exits.ts:2 passes",
    results.map(told).find((line) => line.startsWith("failed tests/missing.ts")) ?? "",
    results.map(told).find((line) => line.startsWith("failed tests/syntax.ts")) ?? "",
  ]);
  const byName = new Map(results.map((result) => [result.name, result]));
  const differ = byName.get("notes › differ")?.failure;
  assert.deepEqual([differ?.actual, differ?.expected], ["{ a: 1 }", "{ a: 2 }"]);
  assert.deepEqual(byName.get("notes › say")?.output, ["hello"]);
  const routine = byName.get("a routine fails")?.failure;
  assert.deepEqual(routine?.calledFrom?.position, { file: "tests/bad.test.ts", line: 15, column: 3 });
  assert.equal(routine?.sqlstate, "22012");
  assert.match(results.map(told).join("\n"), /failed tests\/syntax\.ts:1 {2}✗ tests\/syntax\.ts:1:\d+ SyntaxError/);
  assert.match(results.map(told).join("\n"), /Cannot find module/);
});

test("a filter chooses TypeScript tests by name, and a hung one ends with its time", async (t) => {
  await using tested = await testedProject(t, {
    "tests/two.test.ts": `${imports}
test("first one", () => {});
test("second (one)", () => {});
test("hangs", async () => { await new Promise((done) => setTimeout(done, 600_000)); });
`,
  });
  const { results } = await tested.run({ filter: "SECOND (" });
  assert.deepEqual(results.map(told), ["passed tests/two.test.ts:6 second (one)"]);
  const hung = await tested.run({ filter: "hangs", timeoutMs: 200 });
  assert.equal(hung.failed, 1);
  assert.match(hung.results[0]?.failure?.message ?? "", /timed out after 200ms/);
});

test("without howdah test, node --test finds project and template by itself, and leaves no database", async (t) => {
  await using tested = await testedProject(t, {
    ...note,
    "package.json": '{ "type": "module" }',
    "tests/a.test.ts": `${imports}
test("a", async (t) => {
  const db = await testDatabase(t);
  assert.deepEqual(await db.query("select from public.note"), []);
});
test("b", async (t) => {
  const [one, two] = await Promise.all([testDatabase(t), testDatabase(t)]);
  assert.notEqual(one.name, two.name);
});
`,
  });
  const source = pathToFileURL(join(import.meta.dirname, "..", "..", "testing.ts")).href;
  const installed = join(tested.root, "node_modules/howdah");
  await mkdir(installed, { recursive: true });
  await writeFile(join(installed, "package.json"), '{ "type": "module", "exports": { "./testing": "./testing.js" } }');
  await writeFile(join(installed, "testing.js"), `export * from ${JSON.stringify(source)};\n`);
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const ended = spawnSync(process.execPath, ["--test", "tests/a.test.ts"], {
    cwd: tested.root,
    encoding: "utf8",
    env: { ...env, ...tested.env },
  });
  assert.equal(ended.status, 0, ended.stdout + ended.stderr);
  assert.deepEqual(
    (await tested.databases()).filter((name) => name.includes("_test_")),
    [],
  );
});
