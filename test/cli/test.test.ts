import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { endBefore } from "../support/folder.ts";
import { howdah, start } from "./howdah.ts";
import { newProject } from "./running.ts";

function save(cwd: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    writeFileSync(join(cwd, file), text);
  }
}

async function databases(cwd: string): Promise<readonly string[]> {
  const { stdout } = await howdah(
    ["psql", "--builtin", "-c", "select '<' || datname || '>' from pg_database where datname like '%\\_test\\_%'"],
    { cwd },
  );
  return Array.from(stdout.matchAll(/<(.*)>/g), ([, name = ""]) => name);
}

test("howdah test tells files, failures with their frame, and the sum; new test makes what passes", async (t) => {
  const cwd = await newProject(t);
  const made = await howdah(["new", "test", "Two", "Ones"], { cwd });
  assert.deepEqual({ code: made.code, stdout: made.stdout }, { code: 0, stdout: "tests/two_ones.sql\n" });
  assert.equal(
    (await howdah(["new", "test", "script", "--ts", "--json"], { cwd })).stdout,
    '{"file":"tests/script.test.ts"}\n',
  );
  const again = await howdah(["new", "test", "two ones"], { cwd });
  assert.deepEqual([again.code, again.stderr.startsWith("WD009 ")], [3, true]);

  const well = await howdah(["test"], { cwd });
  assert.equal(well.code, 0, well.stdout + well.stderr);
  assert.match(well.stdout, /^✓ tests\/two_ones\.sql {4}1 test {2}\d/m);
  assert.match(well.stdout, /^✓ tests\/script\.test\.ts {2}1 test {2}\d/m);
  assert.match(well.stdout, /^2 passed in 2 files · .* · 2 databases, .* each$/m);
  assert.match(well.stderr, /^template assembled in \d/m);

  save(cwd, {
    "tests/task.sql":
      "-- @test there is a task\ninsert into task (title) values ('x');\nselect test.equal((select count(*) from task), 2);\n",
    "tests/multi.sql": "select test.equal(E'a\\nb\\nc', E'a\\nB\\nc');\n",
  });
  const failed = await howdah(["test", "task", "multi", "two_ones"], { cwd });
  assert.equal(failed.code, 1);
  assert.match(failed.stdout, /^✗ tests\/task\.sql.* 1 failed {2}/m);
  const shown = `✗ tests/task.sql › there is a task
  values differ
  tests/task.sql:3:1
    1 | -- @test there is a task
    2 | insert into task (title) values ('x');
  > 3 | select test.equal((select count(*) from task), 2);
      | ^
  expected  2
  actual    1
`;
  assert.ok(failed.stdout.includes(shown), failed.stdout);
  assert.ok(failed.stdout.includes("  + expected  - actual\n    a\n  - b\n  + B\n    c\n"), failed.stdout);
  assert.match(failed.stdout, /^2 failed, 1 passed in 3 files/m);
  assert.doesNotMatch(failed.stderr, /template assembled/, "it was there");
  assert.deepEqual(await databases(cwd), []);
});

test("howdah test --json tells each event on a line; a project that can't be assembled is the usual error", async (t) => {
  const cwd = await newProject(t);
  save(cwd, { "tests/a.sql": "select true;\n" });
  const { code, stdout } = await howdah(["test", "--json"], { cwd });
  assert.equal(code, 0);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  assert.deepEqual(
    events.map(({ event, status, file, passed }) => ({ event, status, file, passed })),
    [
      { event: "run", status: undefined, file: undefined, passed: undefined },
      { event: "test", status: "passed", file: "tests/a.sql", passed: undefined },
      { event: "file", status: undefined, file: "tests/a.sql", passed: 1 },
      { event: "end", status: undefined, file: undefined, passed: 1 },
    ],
  );
  save(cwd, { "functions/bad.sql": "create function public.f() returns int return nope;\n" });
  const broken = await howdah(["test"], { cwd });
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /^WD411 [\s\S]* functions\/bad\.sql:1:\d+$/m);
  const wrong = await howdah(["test", "--jobs", "0"], { cwd });
  assert.equal(wrong.code, 2);
});

test("Ctrl-C ends a run of tests at once, with 130 and no database left behind", async (t) => {
  const cwd = await newProject(t);
  save(cwd, { "tests/slow.sql": "select pg_notify('x', ''), pg_sleep(600);\n" });
  const child = start(["test", "--json"], { cwd });
  endBefore(t, async () => child.kill("SIGKILL"));
  if (child.stdout === null) throw new Error("no pipe");
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  assert.match(String((await lines.next()).value), /"event":"run"/);
  child.kill("SIGINT");
  const [code] = (await exited) as [number | null];
  assert.equal(code, 130);
  assert.deepEqual(await databases(cwd), []);
});

test("howdah types writes a file, keeps it when nothing changed, and --check tells when it is out of date", async (t) => {
  const cwd = await newProject(t);
  const written = await howdah(["types"], { cwd });
  assert.deepEqual({ code: written.code, stdout: written.stdout }, { code: 0, stdout: "types/database.ts\n" });
  const text = readFileSync(join(cwd, "types/database.ts"), "utf8");
  assert.match(text, /^ {6}task: \{$/m);
  assert.match(text, /One thing to do\./);
  assert.equal((await howdah(["types", "--json"], { cwd })).stdout, '{"file":"types/database.ts","changed":false}\n');
  assert.equal((await howdah(["types", "--out", "-"], { cwd })).stdout, text);
  assert.equal((await howdah(["types", "--check"], { cwd })).code, 0);
  save(cwd, { "schema/step.sql": "create table public.step (done boolean not null default false);\n" });
  const outdated = await howdah(["types", "--check"], { cwd });
  assert.deepEqual([outdated.code, /^WD478 /m.test(outdated.stderr)], [1, true], outdated.stderr);
  assert.equal(readFileSync(join(cwd, "types/database.ts"), "utf8"), text);
  rmSync(join(cwd, "types"), { recursive: true });
  assert.equal((await howdah(["types", "-o", "src/db.ts", "--schema", "public"], { cwd })).stdout, "src/db.ts\n");
  assert.match(readFileSync(join(cwd, "src/db.ts"), "utf8"), /^ {10}done: boolean;$/m);
});
