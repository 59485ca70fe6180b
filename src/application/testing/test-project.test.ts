import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../errors/index.ts";
import { connect } from "../../postgres/index.ts";
import { failureOf } from "../../../test/support/project.ts";
import { needsSuperuser } from "../../../test/support/database.ts";
import { testedProject, told } from "../../../test/support/tested-project.ts";
import { openDatabase, testProject, type ProjectDatabase } from "../index.ts";

const note = {
  "migrations/1_note.sql": `create table public.note (
  id bigint generated always as identity constraint note_pkey primary key,
  body text not null constraint note_body check (body <> '')
);
alter table public.note enable row level security;
grant select, insert on public.note to $anon;
`,
  "functions/note.sql": `create policy seen on public.note for select to $anon using (body not like 'secret%');

create function public.add(body text) returns bigint language plpgsql set search_path = '' as $$
begin
  -- two deep
  return public.add_checked(body);
end $$;

create function public.add_checked(body text) returns bigint language plpgsql set search_path = '' as $$
declare
  id bigint;
begin
  insert into public.note (body) values (body) returning note.id into id;
  return id;
end $$;
`,
};

test("each test has a database of its own: it may commit, and nothing is left but the template", async (t) => {
  await using tested = await testedProject(t, {
    ...note,
    "tests/note.sql": `insert into note (body) values ('before each');

-- @test adds one
insert into note (body) values ('one');
select count(*) = 2 from note;

-- @test adds another, and sees no other
begin;
insert into note (body) values ('two');
commit;
select array_agg(body order by id) = array['before each', 'two'] from note;
`,
    "tests/whole.sql": "select count(*) = 0 from note;\n",
  });
  const { results, passed, files, databases, complete } = await tested.run();
  assert.deepEqual(results.map(told), [
    "passed tests/note.sql:3 adds one",
    "passed tests/note.sql:7 adds another, and sees no other",
    "passed tests/whole.sql:1 whole",
  ]);
  assert.deepEqual(
    { passed, files, complete, databases: databases.count },
    { passed: 3, files: 2, complete: true, databases: 3 },
  );
  const left = await tested.databases();
  assert.equal(left.length, 1);
  assert.match(left[0] ?? "", /_template_[0-9a-f]{12}$/);
  assert.equal(await ownNotes(tested.database), "missing", "the project's own database is not touched");
});

/** As the owner: without superuser, the role that connects sees nothing of the schema public that it handed over. */
async function ownNotes(database: ProjectDatabase): Promise<string | undefined> {
  await using connection = await database.connectOwner();
  const [row] = await connection.query<{ found: string }>({
    text: "select coalesce(to_regclass('public.note')::text, 'missing') as found",
    values: [],
  });
  return row?.found;
}

test("the template is made again when what assembles has changed, and only then", async (t) => {
  await using tested = await testedProject(t, {
    ...note,
    "tests/a.sql": "select true;\n",
    "seeds/1.sql": "select 1;\n",
  });
  const cachedBy = async (files: Readonly<Record<string, string>>, seeds = false): Promise<boolean> => {
    await tested.save(files);
    const { events } = await tested.run({ seeds });
    const [run] = events;
    return run?.event === "run" && run.template.cached;
  };
  assert.equal(await cachedBy({}), false);
  assert.equal(await cachedBy({}), true);
  assert.equal(await cachedBy({ "tests/a.sql": "select 1 = 1;\n", "pages/index.html": "hello" }), true);
  assert.equal(await cachedBy({ "seeds/1.sql": "select 2;\n" }), true, "seeds are not in it");
  assert.equal(await cachedBy({}, true), false, "with seeds it is another one");
  assert.equal(await cachedBy({ "functions/one.sql": "create function public.one() returns int return 1;\n" }), false);
  assert.equal(await cachedBy({ "migrations/2_more.sql": "create table public.more ();\n" }), false);
  for (let number = 3; number < 5; number++) {
    await cachedBy({ [`migrations/${number}_m.sql`]: `create table public.m${number} ();\n` });
  }
  assert.equal((await tested.databases()).length, 4, "old ones go");
});

test("failures stand at their line: statements, places in them, lines of blocks, assertions", async (t) => {
  await using tested = await testedProject(t, {
    ...note,
    "tests/bad.sql": `-- @test a column that is not there
select body,
  nope from note;

-- @test an assertion of plpgsql
do $block$
begin
  perform 1;
  assert (select count(*) from note) = 1, 'one note';
end $block$;

-- @test ümlauts ahead of the place: äöü
select 'äöü𝄞', nope from note;

-- @test a select that is false
insert into note (body) values ('x');
select count(*) = 2 as "there are two" from note;
select count(*) = 3 as "never asked" from note;

-- @test a select without a row
select body = 'x' from note;

-- @test null is not true
select null::boolean;

-- @test a constraint
insert into note (body) values ('');
`,
  });
  const { results, failed } = await tested.run();
  assert.equal(failed, 7);
  assert.deepEqual(
    results.map((result) => told(result).replace(/^.*✗ tests\/bad.sql:/, "")),
    [
      '3:3 column "nope" does not exist',
      "9:3 one note",
      '13:16 column "nope" does not exist',
      "17:1 there are two",
      "21:1 the select is empty",
      "24:1 the select is null",
      'failed tests/bad.sql:26 a constraint ✗ migrations/1_note.sql:3:22 new row for relation "note" violates check constraint "note_body"',
    ],
  );
  assert.deepEqual(results[6]?.failure?.calledFrom?.position, { file: "tests/bad.sql", line: 27, column: 1 });
  const states = results.map(({ failure }) => [failure?.code, failure?.sqlstate]);
  assert.deepEqual(states, [
    ["WD411", "42703"],
    ["WD480", "P0004"],
    ["WD411", "42703"],
    ["WD481", undefined],
    ["WD481", undefined],
    ["WD481", undefined],
    ["WD411", "23514"],
  ]);
});

test("an error two calls deep points into functions/, and tells the line of the test", async (t) => {
  await using tested = await testedProject(t, { ...note, "tests/deep.sql": "select 1;\nselect add('');\n" });
  const { results } = await tested.run();
  const failure = results[0]?.failure;
  assert.deepEqual(failure?.position, { file: "functions/note.sql", line: 13, column: 3 });
  assert.match(failure?.source ?? "", /^create policy seen/, "the file as it stands there");
  assert.deepEqual(failure?.calledFrom?.position, { file: "tests/deep.sql", line: 2, column: 1 });
  assert.equal(failure?.sqlstate, "23514");
});

test("a violated constraint points to the line that declares it, in schema/ or in its migration", async (t) => {
  await using tested = await testedProject(t, {
    ...note,
    "schema/account.sql": `-- Größe
create table account (
  id int primary key,
  email text not null
    unique,
  age int constraint grown check (age > 17)
);
create function born(years int) returns void language plpgsql set search_path = '' as $$
begin
  insert into public.account values (years, 'b', years);
end $$;
`,
    "tests/a_check.sql": "insert into account values (1, 'a', 18);\ninsert into account values (2, 'b', 17);\n",
    "tests/b_null.sql": "begin;\ninsert into account values (2, null);\n",
    "tests/c_unique.sql": "insert into account values (1, 'a'), (2, 'a');\n",
    "tests/d_key.sql": "insert into account values (1, 'a'), (1, 'b');\n",
    "tests/e_migrated.sql": "insert into note (body) values ('');\n",
    "tests/f_routine.sql": "select born(3);\n",
    "tests/g_script.test.ts": `import { test } from "node:test";
import { testDatabase } from "howdah/testing";
test("script", async (t) => {
  const db = await testDatabase(t);
  await db.query("insert into account values (2, 'b', 17)");
});
`,
  });
  const { results } = await tested.run();
  const places = results.map(({ failure }) => {
    const { position, calledFrom } = failure ?? {};
    return [position, calledFrom?.position].map((at) => at && `${at.file}:${at.line}:${at.column}`);
  });
  assert.deepEqual(places, [
    ["schema/account.sql:6:11", "tests/a_check.sql:2:1"],
    ["schema/account.sql:4:3", "tests/b_null.sql:2:1"],
    ["schema/account.sql:5:5", "tests/c_unique.sql:1:1"],
    ["schema/account.sql:3:10", "tests/d_key.sql:1:1"],
    ["migrations/1_note.sql:3:22", "tests/e_migrated.sql:1:1"],
    ["schema/account.sql:10:3", "tests/f_routine.sql:1:1"],
    ["schema/account.sql:6:11", "tests/g_script.test.ts:5:3"],
  ]);
  assert.match(results[0]?.failure?.source ?? "", /^-- Größe/);
  assert.match(results[5]?.failure?.detail ?? "", /\ndeclared at schema\/account\.sql:6:11$/);
});

test("assertions tell what was expected and what was found", async (t) => {
  await using tested = await testedProject(t, {
    ...note,
    "tests/assert.sql": `-- @test equal
select test.equal((select count(*) from note), 1, 'one note');
-- @test equal, of nulls and other types
select test.equal(null::int, null), test.equal(1, 1.0), test.equal('a', 'a'), test.equal('{"a":1}'::json, '{"a":1}');
select test.equal(null::int, 1);
-- @test equal, of json
select test.equal('{"a": 1, "b": 2}'::jsonb, '{"b": 3, "a": 1}');
-- @test rows
insert into note (body) values ('b'), ('a');
select test.rows_equal('select body from note', $$values ('a'), ('b')$$);
select test.rows_equal('select id, body from note;', $$values (1.0, 'b'), (2, 'a')$$, ordered => true);
select test.rows_equal('select body from note order by id', $$values ('a'), ('b')$$, ordered => true);
-- @test empty
select test.empty('select 1 where false');
select test.empty('select g from generate_series(1, 9) as g');
-- @test throws
select test.throws($$insert into note (body) values ('')$$, 'check_violation', '%note_body%');
select test.throws('select 1 / 0', '22012');
select test.throws('select 1 / 0');
select test.throws('do $a$ begin assert false; end $a$', 'assert_failure');
select test.throws('select 1', '22012');
-- @test throws something else
select test.throws('select 1 / 0', 'unique_violation');
-- @test throws with other words
select test.throws('select 1 / 0', null, 'what%');
-- @test fails
select test.fail('no way');
-- @test throws an unknown condition
select test.throws('select 1 / 0', 'no_such_condition');
`,
  });
  const { results } = await tested.run();
  assert.deepEqual(
    results.map(({ failure }) => [failure?.position?.line, failure?.message, failure?.actual, failure?.expected]),
    [
      [2, "one note", "0", "1"],
      [5, "values differ", "null", "1"],
      [7, "values differ", '{\n    "a": 1,\n    "b": 2\n}', '{\n    "a": 1,\n    "b": 3\n}'],
      [12, "rows differ", '["b"]\n["a"]', '["a"]\n["b"]'],
      [15, "rows where there should be none", "[1]\n[2]\n[3]\n[4]\n[5]\n…", ""],
      [21, "it did not fail", "success", "22012"],
      [23, "it failed with another error", "22012 division by zero", "23505"],
      [25, "it failed with another message", "division by zero", "what%"],
      [27, "no way", undefined, undefined],
      [29, 'unrecognized exception condition "no_such_condition"', undefined, undefined],
    ],
  );
});

test(
  "test.as goes on as a role of requests, with its claims: grants and row security hold",
  { skip: needsSuperuser },
  async (t) => {
    await using tested = await testedProject(t, {
      ...note,
      "tests/as.sql": `insert into note (body) values ('open'), ('secret one');
select test.as('anon', '{"sub": "7"}');
select array_agg(body) = array['open'] from note;
select current_setting('request.jwt.claims')::jsonb ->> 'sub' = '7';
select test.equal(current_user::text, (select role from test.role where name = 'anon'));
select test.throws('delete from note', 'insufficient_privilege');
select test.as('owner');
select count(*) = 2 from note;
`,
    });
    const { results } = await tested.run();
    assert.deepEqual(results.map(told), ["passed tests/as.sql:1 as"]);
  },
);

test("pgTAP's lines are read: each failure with its values, and the plan", async (t) => {
  // What pgTAP's functions return, without the extension: the protocol is all that is read.
  const tap = `create function public.plan(n int) returns text language sql return '1..' || n;
create function public.ok(is_so boolean, number int, what text) returns text language sql
return case when is_so then 'ok ' else 'not ok ' end || number || ' - ' || what;
create function public.is(have text, want text, number int) returns text language sql
return case when have = want then 'ok ' || number else 'not ok ' || number || E' - they are the same\\n# Failed test ' || number
  || E': "they are the same"\\n#         have: ' || have || E'\\n#         want: ' || want end;
`;
  await using tested = await testedProject(t, {
    "functions/tap.sql": tap,
    "tests/tap.sql": `-- @test all is well
select plan(2);
select ok(true, 1, 'first');
select ok(true, 2, 'second');
-- @test two of four
begin;
select plan(4);
select ok(false, 1, 'first');
select is('a', 'b', 2);
select ok(false, 3, 'later # TODO not done');
select ok(true, 4, 'last');
rollback;
-- @test too few
select plan(2);
select ok(true, 1, 'first');
-- @test text that is no TAP
select 'ok then'::text;
`,
  });
  const { results, passed, failed } = await tested.run();
  assert.deepEqual({ passed, failed }, { passed: 2, failed: 3 });
  assert.deepEqual(
    results.map(({ name, failure }) => [
      name,
      failure?.position?.line,
      failure?.message,
      failure?.actual,
      failure?.expected,
    ]),
    [
      ["all is well", undefined, undefined, undefined, undefined],
      ["two of four", 8, "first", undefined, undefined],
      ["two of four", 9, "they are the same", "a", "b"],
      ["too few", 15, "2 tests were planned, 1 ran", undefined, undefined],
      ["text that is no TAP", undefined, undefined, undefined, undefined],
    ],
  );
});

test("notices are kept, skipped tests told, and a file that can't be read is one failure among the others", async (t) => {
  await using tested = await testedProject(t, {
    "tests/a.sql": `-- @test says something
do $$ begin raise notice 'hello'; end $$;
select '-- @test not one' is not null;
-- @test later
-- @skip not yet
select false;
`,
    "tests/b.sql": "select 1;\nselect form;;\nselct 2;\n",
    "tests/_not/c.sql": "select false;\n",
    "tests/_d.sql": "select false;\n",
  });
  const { results } = await tested.run();
  assert.deepEqual(results.map(told), [
    "passed tests/a.sql:1 says something",
    "skipped tests/a.sql:4 later",
    'failed tests/b.sql:3  ✗ tests/b.sql:3:1 syntax error at or near "selct"',
  ]);
  assert.deepEqual(
    results.map(({ output }) => output),
    [["notice: hello"], ["not yet"], []],
  );
});

test("paths, a filter and bail choose what runs", async (t) => {
  await using tested = await testedProject(t, {
    "tests/a/one.sql": "-- @test Adds\nselect true;\n-- @test removes\nselect false;\n",
    "tests/a/two.sql": "select true;\n",
    "tests/three.sql": "select true;\n",
  });
  const names = async (options: Parameters<typeof tested.run>[0]): Promise<readonly string[]> => {
    const { results } = await tested.run(options);
    return results.map(({ name }) => name);
  };
  assert.deepEqual(await names({ paths: ["tests/a"] }), ["Adds", "removes", "two"]);
  assert.deepEqual(await names({ paths: ["a/two.sql", "./tests/three.sql"] }), ["two", "three"]);
  assert.deepEqual(await names({ paths: ["**/t*.sql"] }), ["two", "three"]);
  assert.deepEqual(await names({ filter: "add" }), ["Adds"]);
  assert.deepEqual(await names({ filter: "a/one" }), ["Adds", "removes"]);
  const bailed = await tested.run({ jobs: 1, bail: true });
  assert.deepEqual(
    { failed: bailed.failed, passed: bailed.passed, complete: bailed.complete },
    { failed: 1, passed: 1, complete: false },
  );
  const missing = await failureOf(tested.run({ paths: ["tests/thre.sql"] }));
  assert.deepEqual([missing.code, missing.hint], ["WD486", 'did you mean "tests/three.sql"?']);
});

test("a statement that takes too long is cancelled and fails its test", async (t) => {
  await using tested = await testedProject(t, { "tests/slow.sql": "select true;\nselect pg_sleep(600);\n" });
  const { results } = await tested.run({ timeoutMs: 100 });
  assert.deepEqual(results.map(told), [
    "failed tests/slow.sql:1 slow ✗ tests/slow.sql:2:1 canceling statement due to statement timeout",
  ]);
});

test("who breaks a run off leaves no database behind", async (t) => {
  await using tested = await testedProject(t, {
    "tests/slow.sql": "-- @test a\nselect pg_sleep(600);\n-- @test b\nselect true;\n",
  });
  const ending = new AbortController();
  const running = testProject(tested.project, tested.database, {
    jobs: 1,
    signal: ending.signal,
    onEvent: ({ event }) => event === "run" && ending.abort(),
  });
  const { complete, passed, failed } = await running;
  assert.deepEqual({ complete, passed, failed }, { complete: false, passed: 0, failed: 0 });
  assert.deepEqual(
    (await tested.databases()).filter((name) => name.includes("_test_")),
    [],
  );
});

test("what a killed run has left is swept by the next one, and not what a living one has", async (t) => {
  await using tested = await testedProject(t, { "tests/a.sql": "select true;\n" });
  const own = tested.target.database;
  const [dead, alive, other] = [`${own}_test_1234567_1`, `${own}_test_7654321_ab_2`, `${own}_test_mine`];
  await using connection = await connect(tested.target);
  for (const name of [dead, alive, other])
    await connection.execute(`create database ${name} owner ${tested.database.roles.owner}`);
  await connection.execute("select pg_advisory_lock(x'746573'::int, x'7654321'::int)");
  await tested.run();
  assert.deepEqual(
    (await tested.databases()).filter((name) => name.includes("_test_")),
    [alive, other],
  );
  await connection.execute("select pg_advisory_unlock(x'746573'::int, x'7654321'::int)");
  await tested.run();
  assert.deepEqual(
    (await tested.databases()).filter((name) => name.includes("_test_")),
    [other],
  );
  if (needsSuperuser !== false) await connection.execute(`set role ${tested.database.roles.owner}`);
  await connection.execute(`drop database ${other}`);
});

test("a project that does not assemble is told with its place, and leaves nothing", async (t) => {
  await using tested = await testedProject(t, {
    "migrations/1_bad.sql": "select 1;\ncreate table (;\n",
    "tests/a.sql": "select true;\n",
  });
  const error = await failureOf(tested.run());
  assert.deepEqual([error.code, error.position], ["WD410", { file: "migrations/1_bad.sql", line: 2, column: 14 }]);
  assert.deepEqual(await tested.databases(), []);
});

test("two runs at once share one template and disturb each other in nothing", async (t) => {
  await using tested = await testedProject(t, {
    ...note,
    "tests/a.sql": "insert into note (body) values ('x');\nselect count(*) = 1 from note;\n",
  });
  const runs = await Promise.all([tested.run(), tested.run()]);
  assert.deepEqual(
    runs.map(({ passed }) => passed),
    [1, 1],
  );
  assert.equal((await tested.databases()).length, 1);
});

test("what tests can't do without is asked for ahead of everything else", async (t) => {
  await using tested = await testedProject(t, { "migrations/1_test.sql": "create schema test;\n" });
  assert.equal((await failureOf(tested.run())).code, "WD486");
  await tested.save({ "tests/a.sql": "select true;\n" });
  assert.equal((await failureOf(tested.run())).code, "WD483");
  const coverage = await failureOf(tested.run({ coverage: true }));
  assert.deepEqual([coverage.code, /plpgsql-check/.test(coverage.hint ?? "")], ["WD487", true]);
  const production = { ...tested.project, config: { ...tested.project.config, environment: "production" } };
  assert.equal((await failureOf(testProject(production, tested.database))).code, "WD488");
  assert.deepEqual(await tested.databases(), []);
});

test("a role without CREATEDB is told how it gets what it needs", { skip: needsSuperuser }, async (t) => {
  await using tested = await testedProject(t, { "tests/a.sql": "select true;\n" });
  const role = `${tested.target.database}_poor`;
  await using connection = await connect(tested.target);
  await connection.execute(`
    create role ${role} login password 'poor';
    grant connect on database ${tested.target.database} to ${role}
  `);
  const poor = { ...tested.database, admin: { ...tested.database.admin, user: role, password: "poor" } };
  const error = await failureOf(testProject(tested.project, poor));
  assert.ok(error instanceof AppError);
  assert.equal(error.code, "WD484");
  assert.match(error.hint ?? "", new RegExp(`alter role ${role} createdb`));
  await connection.execute(`revoke connect on database ${tested.target.database} from ${role}`);
});

test("seeds are there when they are asked for", async (t) => {
  await using tested = await testedProject(t, {
    ...note,
    "seeds/1_note.sql": "insert into public.note (body) values ('seeded');\n",
    "tests/a.sql": "select count(*) = 1 from note;\n",
  });
  assert.equal((await tested.run()).failed, 1);
  assert.equal((await tested.run({ seeds: true })).passed, 1);
});

test("an error inside a TypeScript function points into its file", { skip: needsSuperuser }, async (t) => {
  await using tested = await testedProject(t, {
    "functions/part.ts": `export function part(n: number): number {
  if (n < 0) throw new RangeError("negative");
  return n / 2;
}
`,
    "tests/a.sql": "select part(4) = 2 as half;\nselect part(-1);\n",
  });
  const { results } = await tested.run();
  const failure = results[0]?.failure;
  assert.equal(failure?.message, "RangeError: negative");
  assert.deepEqual(failure?.position, { file: "functions/part.ts", line: 2, column: 20 });
  assert.deepEqual(failure?.calledFrom?.position, { file: "tests/a.sql", line: 2, column: 1 });
});

test("a template that an earlier run has made calls the worker of this one", { skip: needsSuperuser }, async (t) => {
  await using tested = await testedProject(t, {
    "functions/half.ts": "export function half(n: number): number {\n  return n / 2;\n}\n",
    "tests/a.sql": "select half(4) = 2;\n",
  });
  assert.equal((await tested.run()).passed, 1);
  // Its worker ends with it.
  await tested.database.close();
  await using database = await openDatabase(tested.project);
  const events: string[] = [];
  const { passed } = await testProject(tested.project, database, {
    env: { ...process.env, ...tested.env },
    onEvent: (event) => void (event.event === "run" && events.push(`cached: ${event.template.cached}`)),
  });
  assert.deepEqual([events, passed], [["cached: true"], 1]);
});
