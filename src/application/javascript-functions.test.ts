import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { connect, StatementError, type Connection } from "../postgres/index.ts";
import { needsSuperuser } from "../../test/support/database.ts";
import { failureOf, testProject, type TestProject } from "../../test/support/project.ts";
import { until } from "../../test/support/until.ts";

const note =
  "create table public.note (id int primary key, title text not null constraint note_title check (title <> ''));";

async function assembled(t: TestContext, files: Readonly<Record<string, string>>): Promise<TestProject> {
  const project = await testProject(t, { "migrations/1_m.sql": note, ...files });
  await project.assemble();
  return project;
}

async function value(connection: Pick<Connection, "query">, expression: string): Promise<unknown> {
  const [row] = await connection.query<{ value: unknown }>({ text: `select ${expression} as value`, values: [] });
  return row?.value;
}

async function failed(work: Promise<unknown>): Promise<StatementError> {
  const error = await failureOf(work);
  assert.ok(error instanceof StatementError, String(error));
  return error;
}

test(
  "exported functions are callable from SQL with the types of their signatures",
  { skip: needsSuperuser },
  async (t) => {
    const { connection } = await assembled(t, {
      "functions/kinds.ts": `import type { integer, numeric, Sql } from "howdah/sql";

export function whole(a: integer, b: bigint, c: numeric): string {
  return [typeof a, typeof b, typeof c, a, b, c].join(" ");
}
export function when(at: Date, after = 60): Date {
  return new Date(at.getTime() + after * 1000);
}
export function bytes(data: Uint8Array): Uint8Array {
  return data.toReversed();
}
export function maybe(a: string | null, b?: string): string | null {
  return a === null ? null : \`\${a}\${b}\`;
}
export function reversed(...words: string[]): string[] {
  return words.toReversed();
}
export function shape(of: { a: number }, extra: unknown): { b: number } {
  return { b: of.a, extra } as { b: number };
}
export function* countTo(end: integer): Iterable<integer> {
  for (let n = 1; n <= end; n++) yield n;
}
export function pairs(): { firstName: string; n: bigint }[] {
  return [{ firstName: "Ann", n: 9007199254740993n }, { firstName: "Bob", n: 2n }];
}
export function day(a: Sql<"date">): Sql<"date"> {
  return a;
}
export async function later(a: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return a / 0;
}
`,
    });
    const is = async (expression: string, expected: unknown): Promise<void> =>
      assert.deepEqual(await value(connection, expression), expected, expression);
    await is("whole(1, 9007199254740993, 1.10)", "number bigint string 1 9007199254740993 1.10");
    await is("\"when\"('2026-01-01T00:00:00Z')::text = '2026-01-01 00:01:00+00'::timestamptz::text", true);
    await is("bytes('\\x010203')", Buffer.from([3, 2, 1]));
    await is("maybe('a', 'b')", "ab");
    await is("maybe('a')", "aundefined");
    await is("maybe(null)", null);
    await is("reversed('a', 'b,\"', 'c')", ["c", 'b,"', "a"]);
    await is("reversed(variadic '{}')", []);
    await is(`shape('{"a": 12345678901234567890}', '"x"')::text`, `{"b": 12345678901234567890, "extra": "x"}`);
    await is("array(select count_to(3))", [1, 2, 3]);
    await is("(select string_agg(first_name || n, ',') from pairs())", "Ann9007199254740993,Bob2");
    await is("day('2026-02-03')::text", "2026-02-03");
    await is("later(1)", Infinity);
    await is("whole(null, 1, 1)", null);
  },
);

test(
  "a query of a function belongs to the caller's transaction, and is rolled back with it",
  { skip: needsSuperuser },
  async (t) => {
    const { connection } = await assembled(t, {
      "functions/add.ts": `import { query, sql } from "howdah/sql";
export function add(id: number, title: string): number {
  sql\`insert into public.note values (\${id}, \${title})\`;
  return query("select count(*)::int as n from public.note where id <> all ($1)", [[]])[0].n as number;
}
`,
    });
    await assert.rejects(
      connection.transaction(async (tx) => {
        assert.equal(await value(tx, "add(1, 'it''s $1')"), 1);
        assert.equal(await value(tx, "(select title from note)"), "it's $1");
        throw new Error("back");
      }),
      /back/,
    );
    assert.equal(await value(connection, "(select count(*)::int from note)"), 0);
  },
);

test(
  "a failed query is an error that a function may catch; uncaught it keeps its fields",
  { skip: needsSuperuser },
  async (t) => {
    const { connection } = await assembled(t, {
      "functions/add.ts": `import { sql, SqlError } from "howdah/sql";
export function add(title: string): string {
  sql\`insert into public.note values (1, \${title})\`;
  return "added";
}
export function tried(title: string): string {
  try {
    return add(title);
  } catch (error) {
    return (error as SqlError).constraint ?? "";
  }
}
`,
    });
    assert.equal(await value(connection, "tried('')"), "note_title");
    const error = await failed(value(connection, "add('')"));
    assert.equal(error.postgres?.sqlstate, "23514");
    assert.equal(error.postgres?.constraint, "note_title");
    assert.equal(error.postgres?.table, "note");
    assert.match(error.postgres?.where ?? "", /^JavaScript at functions\/add\.ts:3:3 \(add\)$/m);
  },
);

test(
  "what a function runs is run as its caller: row security and privileges hold",
  { skip: needsSuperuser },
  async (t) => {
    const project = await assembled(t, {
      "functions/read.ts": `import { sql } from "howdah/sql";
/** @grant $anon */
export function readAll(): number {
  return sql\`select * from public.note\`.length;
}
/** @grant $anon @security definer */
export function hidden(): number {
  return 1;
}
export function owners(): number {
  return 2;
}
`.replace("@grant $anon @security definer", "\n * @grant $anon\n * @security definer\n"),
      "functions/rules.sql": `create policy visible on public.note using (id > 1);`,
      "migrations/2_m.sql": `alter table public.note enable row level security;
      grant select on public.note to $anon;
      insert into public.note values (1, 'a'), (2, 'b');`,
    });
    const anon = `${project.target.database}_anon`;
    await using connection = await connect(project.target);
    await connection.execute(`set role ${anon}`);
    assert.equal(await value(connection, "public.read_all()"), 1);
    assert.equal(await value(connection, "public.hidden()"), 1);
    const refused = await failed(value(connection, "public.owners()"));
    assert.match(refused.message, /permission denied for function owners/);
    const gates = await project.connection.query<{ gate: string }>({
      text: "select proname as gate from pg_proc where pronamespace = 'howdah_worker'::regnamespace and prorettype = 'jsonb'::regtype and prosecdef order by 1",
      values: [],
    });
    assert.equal(gates.length, 3);
    const gate = gates.find((each) => each.gate.startsWith("owners"))?.gate;
    const direct = await failed(value(connection, `howdah_worker."${gate}"('{"call":[]}')`));
    assert.match(direct.message, /permission denied/);
    for (const call of ["exchange('x', '{}', 'y')", "dblink_connect('x', 'howdah_worker')", "tell('a', '1', 'b')"]) {
      assert.match((await failed(value(connection, `howdah_worker.${call}`))).message, /permission denied/, call);
    }
    const [secret] = await connection.query<{ options: readonly string[] | null }>({
      text: "select umoptions as options from pg_user_mappings where srvname = 'howdah_worker'",
      values: [],
    });
    assert.equal(secret?.options ?? null, null);
    await project.save({ "functions/read.ts": "export function owners(): number { return 3; }" });
    await project.assemble();
    const left = await value(
      project.connection,
      "(select count(*)::int from pg_proc where pronamespace = 'howdah_worker'::regnamespace and prorettype = 'jsonb'::regtype and prosecdef)",
    );
    assert.equal(left, 1);
  },
);

test("functions call each other through SQL, and one that never ends is ended", { skip: needsSuperuser }, async (t) => {
  const { connection } = await assembled(t, {
    "howdah.toml": '[worker]\ntimeout = "2 s"',
    "functions/deep.ts": `import { sql } from "howdah/sql";
export function down(n: number): number {
  return n === 0 ? 0 : 1 + Number(sql\`select public.down(\${n - 1}) as n\`[0].n);
}
export function forever(): void {
  for (;;);
}
export function gone(): void {
  process.exit(3);
}
export function one(): number {
  return 1;
}
`,
  });
  assert.equal(await value(connection, "down(4)"), 4);
  const endless = await failed(value(connection, "forever()"));
  assert.equal(endless.postgres?.sqlstate, "57014");
  assert.equal(endless.message, "the function ran longer than 2000 ms");
  assert.match((await failed(value(connection, "down(100)"))).message, /levels deep/);
  assert.match((await failed(value(connection, "gone()"))).message, /the function's thread ended/);
  assert.equal(await value(connection, "one()"), 1);
});

test("a call that is cancelled ends, and the next one of the session works", { skip: needsSuperuser }, async (t) => {
  const { connection, target } = await assembled(t, {
    "functions/slow.ts": `export async function slow(): Promise<void> {
  await new Promise(() => setInterval(() => {}, 1000));
}
export function one(): number {
  return 1;
}
`,
  });
  await using other = await connect(target);
  await connection.execute("set statement_timeout = '300ms'");
  assert.equal((await failed(value(connection, "slow()"))).postgres?.sqlstate, "57014");
  await connection.execute("set statement_timeout = 0");
  assert.equal(await value(connection, "one()"), 1);
  const busy = value(connection, "slow()").catch((error: unknown) => error);
  assert.equal(await value(other, "one()"), 1, "another session does not wait for it");
  await until("the call runs", async () => {
    const rows = await other.query({
      text: "select pg_cancel_backend(pid) from pg_stat_activity where state = 'active' and query like 'select slow%' and wait_event is not null and query_start < now() - interval '200 ms'",
      values: [],
    });
    return rows.length > 0;
  });
  assert.ok((await busy) instanceof StatementError);
  assert.equal(await value(connection, "one()"), 1);
});

test("a trigger in TypeScript changes the row", { skip: needsSuperuser }, async (t) => {
  const { connection } = await assembled(t, {
    "functions/trigger.ts": `import type { Trigger } from "howdah/sql";
export function tidy(event: Trigger): void {
  event.new.title = \`\${event.operation}: \${event.new.title.trim()}\`;
}
`,
    "functions/trigger.sql":
      "create trigger tidy before insert or update on public.note for each row execute function tidy();",
  });
  await connection.execute("insert into note values (1, '  a ')");
  assert.equal(await value(connection, "(select title from note)"), "insert: a");
});

test(
  "an error of a function points to its line, also two calls deep and in another file",
  { skip: needsSuperuser },
  async (t) => {
    const project = await testProject(t, {
      "pages/index.html": "{{row.value}}",
      "pages/index.query.sql": "-- @name row :one\nselect public.outer_one('ü') as value;\n",
      "functions/_lib/deep.ts":
        "// größe\nexport function deep(text: string): string {\n  if (text !== '') /* ü */ throw new RangeError(`no ${text}`);\n  return text;\n}\n",
      "functions/outer.ts": `import { deep } from "./_lib/deep.ts";

/**
 * Calls.
 * @grant $anon
 */
export function outerOne(text: string): string {
  return deep(text);
}
`,
      "functions/sql.sql":
        "create function public.caller() returns text language plpgsql as $$\nbegin\n  return public.outer_one('x');\nend $$;",
      "seeds/1_s.sql": "select 1;",
    });
    await project.assemble();
    const application = await project.serve();
    const html = await (await fetch(application.url)).text();
    assert.match(html, /functions\/_lib\/deep\.ts:3:34/);
    assert.match(html, /RangeError: no ü/);
    await project.save({ "seeds/2_s.sql": "select\n  public.caller();" });
    const error = await failureOf(project.assemble({ seeds: true }));
    assert.deepEqual(error.position, { file: "functions/_lib/deep.ts", line: 3, column: 34 });
    assert.equal(error.detail, "called from seeds/2_s.sql:1:1");
  },
);

test("mistakes are found before anything counts, each at its place", { skip: needsSuperuser }, async (t) => {
  const project = await testProject(t, {
    "functions/a.sql": "create function one() returns int language sql return 1;",
  });
  const broken: readonly (readonly [string, string])[] = [
    ["export function a(b: string): string {\n  return b +;\n}", "WD490 2:13 unexpected token"],
    ["export function a(b): string {\n  return b;\n}", 'WD493 1:19 parameter "b" has no type'],
    ["export function a(b: symbol): string {\n  return '';\n}", 'WD491 1:22 parameter "b" has no type that SQL knows'],
    ["export function a(b: string) {\n  return b;\n}", 'WD493 1:17 function "a" says nothing of its result'],
    [
      "// sql: (a integer,) returns text\nexport function a(b) {\n  return b;\n}",
      'WD492 1:20 the sql header can\'t be read: syntax error at or near ")"',
    ],
    [
      'import x from "./nowhere.ts";\nexport function a(): string {\n  return x;\n}',
      'WD496 1:15 could not resolve "./nowhere.ts"',
    ],
    [
      '/* ü */ import x from "nowhere-at-all";\nexport function a(): string {\n  return x;\n}',
      'WD496 1:23 could not resolve "nowhere-at-all"',
    ],
    ["const a = 1;", "WD498 1:1 functions/x.ts defines no routine"],
    ["export function a<T>(b: T): T {\n  return b;\n}", 'WD493 1:17 function "a" is generic, and a routine can\'t be'],
    [
      "export function a({ b }: { b: string }): string {\n  return b;\n}",
      "WD493 1:19 a parameter without a name can't be one of a routine",
    ],
  ];
  for (const [text, expected] of broken) {
    await project.save({ "functions/x.ts": text });
    const { code, position, message } = await failureOf(project.assemble());
    assert.equal(`${code} ${position?.line}:${position?.column} ${message}`, expected);
    assert.equal(position?.file, "functions/x.ts");
  }
});
