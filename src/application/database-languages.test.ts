import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { connect, type Connection } from "../postgres/index.ts";
import { needsSuperuser } from "../../test/support/database.ts";
import { failureOf, testProject, type TestProject } from "../../test/support/project.ts";

async function value(connection: Pick<Connection, "query">, expression: string): Promise<unknown> {
  const [row] = await connection.query<{ value: unknown }>({ text: `select ${expression} as value`, values: [] });
  return row?.value;
}

/** A project whose database has the language; undefined where the server can't load it. */
async function projectWith(
  t: TestContext,
  language: string,
  files: Readonly<Record<string, string>>,
): Promise<TestProject | undefined> {
  const project = await testProject(t, files);
  await using connection = await connect(project.target);
  try {
    await connection.execute(`create extension ${language}`);
  } catch {
    // Servers advertise languages whose libraries are not on this machine.
    t.skip(`the server can't load ${language}`);
    return undefined;
  }
  return project;
}

test(
  "TypeScript runs inside the database where it has pljs, with the same values, queries and errors",
  { skip: needsSuperuser },
  async (t) => {
    const project = await projectWith(t, "pljs", {
      "migrations/1_m.sql":
        "create table public.note (id int primary key, title text not null constraint note_title check (title <> ''));",
      "functions/_lib.ts":
        "export const deep = (n: number): number => {\n  if (n < 0) throw new RangeError('negative');\n  return n * 2;\n};\n",
      "functions/a.ts": `import { sql, SqlError } from "howdah/sql";
import { deep } from "./_lib.ts";

export function twice(n: number, big: bigint, data: Uint8Array): string {
  return [deep(n), big + 1n, data.length].join(" ");
}
export function add(id: number, title: string): string {
  try {
    sql\`insert into public.note values (\${id}, \${title})\`;
  } catch (error) {
    return (error as SqlError).constraint ?? String(error);
  }
  return String(sql\`select title from public.note where id = any (\${[id]})\`[0]?.["title"]);
}
export function strict(title: string): void {
  sql\`insert into public.note values (9, \${title})\`;
}
export function* rows(end: number): Iterable<{ id: number; at: Date }> {
  for (let id = 1; id <= end; id++) yield { id, at: new Date(0) };
}
`,
    });
    if (project === undefined) return;
    await project.assemble();
    const { connection } = project;
    assert.equal(
      await value(
        connection,
        "(select string_agg(distinct lanname, ',') from pg_proc join pg_language l on l.oid = prolang where pronamespace = 'howdah_worker'::regnamespace and proname ~ '_[0-9a-f]{12}$')",
      ),
      "pljs",
    );
    assert.equal(await value(connection, "twice(2, 9007199254740993, '\\x0102')"), "4 9007199254740994 2");
    assert.equal(await value(connection, "add(1, 'it''s')"), "it's");
    assert.equal(await value(connection, "add(2, '')"), "note_title");
    assert.equal(await value(connection, "(select sum(id) from rows(3))"), 6);
    const failed = await failureOf(value(connection, "strict('')"));
    assert.equal(failed.postgres?.constraint, "note_title");
    await project.save({ "seeds/1_s.sql": "select twice(-1, 1, '');" });
    const error = await failureOf(project.assemble({ seeds: true }));
    assert.equal(error.message, "RangeError: negative");
    assert.deepEqual(error.position, { file: "functions/_lib.ts", line: 2, column: 24 });
    await project.save({
      "functions/a.ts": "// @worker\nexport function twice(n: number): number {\n  return n * 2;\n}\n",
      "seeds/1_s.sql": null,
    });
    await project.assemble();
    assert.equal(await value(connection, "twice(4)"), 8);
    assert.equal(
      await value(
        connection,
        "(select string_agg(distinct lanname, ',') from pg_proc join pg_language l on l.oid = prolang where pronamespace = 'howdah_worker'::regnamespace and proname ~ '_[0-9a-f]{12}$')",
      ),
      "plpgsql",
    );
  },
);

test(
  "Python runs inside the database where it has PL/Python and a superuser deploys",
  { skip: needsSuperuser },
  async (t) => {
    const project = await projectWith(t, "plpython3u", {
      "functions/_words.py":
        "def shout(word):\n    if not word:\n        raise ValueError('empty')\n    return word.upper()\n",
      "functions/a.py":
        "from howdah import sql\nfrom _words import shout\n\n\ndef loud(word: str) -> str:\n    return sql('select $1 || $2 as x', shout(word), '!')[0]['x']\n",
    });
    if (project === undefined) return;
    await project.assemble();
    const { connection } = project;
    assert.equal(await value(connection, "loud('a')"), "A!");
    assert.equal(
      await value(
        connection,
        "(select lanname::text from pg_proc join pg_language l on l.oid = prolang where proname like 'loud\\_%')",
      ),
      "plpython3u",
    );
    assert.equal(
      await value(
        connection,
        "(select proowner::regrole::text like '%\\_owner' from pg_proc where proname like 'loud\\_%')",
      ),
      true,
    );
    await project.save({ "seeds/1_s.sql": "select loud('');" });
    const error = await failureOf(project.assemble({ seeds: true }));
    assert.deepEqual(error.position, { file: "functions/_words.py", line: 3, column: 9 });
  },
);

test(
  "a .tcl and a .pl file are routines of their language, one for each header",
  { skip: needsSuperuser },
  async (t) => {
    const project = await projectWith(t, "pltcl", {
      "functions/add_up.tcl":
        "# sql: (a integer, b integer default 2) returns integer immutable strict\nreturn [expr {$1 + $2}]\n",
      "functions/two.tcl":
        "# sql: first_of(a text) returns text\nreturn [string index $1 0]\n# sql: last_of(a text) returns text\nreturn [string index $1 end]\n",
    });
    if (project === undefined) return;
    await project.assemble();
    const { connection } = project;
    assert.equal(await value(connection, "add_up(1)"), 3);
    assert.equal(await value(connection, "first_of('xyz') || last_of('xyz')"), "xz");
    await project.save({
      "functions/two.tcl": "# sql: last_of(a text) returns text\nreturn [string index $1 end-1]\n",
    });
    await project.assemble();
    assert.equal(await value(connection, "last_of('xyz')"), "y");
    assert.equal(await value(connection, "to_regproc('first_of')"), null);
  },
);

test("an untrusted language makes functions that belong to the owner", { skip: needsSuperuser }, async (t) => {
  const project = await projectWith(t, "plperlu", {
    "functions/last_part.pl": "# sql: (a text) returns text\nuse File::Basename; return basename($_[0]);\n",
  });
  if (project === undefined) return;
  await project.assemble();
  assert.equal(await value(project.connection, "last_part('/a/b')"), "b");
  assert.equal(
    await value(
      project.connection,
      "(select proowner::regrole::text like '%\\_owner' from pg_proc where proname = 'last_part')",
    ),
    true,
  );
  await project.save({ "functions/last_part.pl": "# sql: (a text) returns text\nreturn 'new';\n" });
  await project.assemble();
  assert.equal(await value(project.connection, "last_part('/a/b')"), "new");
});

test("a language that the database does not have is refused with what installs it", async (t) => {
  const project = await testProject(t, { "functions/a.lua": "-- sql: () returns int\nreturn 1\n" });
  const error = await failureOf(project.assemble());
  assert.equal(error.code, "WD494");
  assert.equal(error.message, "this database has no pllua or plluau");
  assert.deepEqual(error.position, { file: "functions/a.lua", line: 1, column: 1 });
  await project.save({ "functions/a.lua": null, "functions/users.xsql": "select 1" });
  assert.equal((await failureOf(project.assemble())).code, "WD421");
});

test("a project names a language of its own in howdah.toml", { skip: needsSuperuser }, async (t) => {
  const project = await projectWith(t, "pltcl", {
    "howdah.toml": '[languages.tool]\nsuffix = ".tool"\nlanguage = "pltcl"',
    "functions/a.tool": "# sql: (a integer) returns integer\nreturn [expr {$1 * 2}]\n",
  });
  if (project === undefined) return;
  await project.assemble();
  assert.equal(await value(project.connection, "a(4)"), 8);
});

test("a language that howdah.toml names is there for the first assembly", { skip: needsSuperuser }, async (t) => {
  const probe = await projectWith(t, "pltcl", {});
  if (probe === undefined) return;
  const project = await testProject(t, {
    "howdah.toml": '[extensions]\npltcl = { source = "server" }\n',
    "functions/add_up.tcl": "# sql: (a integer, b integer default 2) returns integer\nreturn [expr {$1 + $2}]\n",
    "schema/note.sql": "create table note (id int primary key, sum int default add_up(1));\n",
  });
  await project.assemble();
  assert.equal(await value(project.connection, "add_up(1)"), 3);
  const again = await project.assemble();
  assert.deepEqual([again.changed, again.actions], [false, []]);
});
