import assert from "node:assert/strict";
import { test } from "node:test";
import { testedProject } from "../../../test/support/tested-project.ts";
import { watchTests, type TestEvent } from "../index.ts";

test("a change runs what it touches: the file itself, TypeScript for what it may use, all for the schema", async (t) => {
  await using tested = await testedProject(t, {
    "tests/a.sql": "select true;\n",
    "tests/b.sql": "select true;\n",
    "tests/c.ts": "",
    "pages/index.html": "hello",
  });
  const ending = new AbortController();
  const events: TestEvent[] = [];
  let ended = Promise.withResolvers<readonly string[]>();
  const watching = watchTests(tested.project, tested.database, {
    jobs: 2,
    signal: ending.signal,
    onEvent: (event) => events.push(event),
    onEnd: (result) => {
      const files = events.splice(0).flatMap((event) => (event.event === "file" ? [event.file] : []));
      ended.resolve(result instanceof Error ? [result.message] : files.toSorted());
    },
  });
  const afterSaving = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    ended = Promise.withResolvers();
    await tested.save(files);
    return ended.promise;
  };
  assert.deepEqual(await ended.promise, ["tests/a.sql", "tests/b.sql", "tests/c.ts"]);
  assert.deepEqual(await afterSaving({ "tests/b.sql": "select 1 = 1;\n" }), ["tests/b.sql"]);
  assert.deepEqual(await afterSaving({ "pages/index.html": "hello again" }), ["tests/c.ts"]);
  assert.deepEqual(await afterSaving({ "migrations/1_a.sql": "create table public.a ();\n" }), [
    "tests/a.sql",
    "tests/b.sql",
    "tests/c.ts",
  ]);
  const [message] = await afterSaving({ "migrations/2_b.sql": "create tabel public.b ();\n" });
  assert.match(message ?? "", /syntax error/);
  assert.deepEqual(await afterSaving({ "migrations/2_b.sql": "create table public.b ();\n" }), [
    "tests/a.sql",
    "tests/b.sql",
    "tests/c.ts",
  ]);
  ending.abort();
  await watching;
});
