import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createRequestPool, StatementError, type RequestPool } from "../postgres/index.ts";
import { testProject } from "../../test/support/project.ts";
import { assembleProject } from "./assemble-project.ts";
import { createEvents } from "./events.ts";
import { silentLog } from "./log.ts";
import { createLocator, locatedPool } from "./located-pool.ts";

const inner = `-- zwei Ebenen tief: größer
create function public.inner_one(n int) returns int language plpgsql as $$
begin
  return n / 0;
end
$$;

grant execute on function public.inner_one(int) to $anon;
`;

const outer = `create function public.outer_one() returns int language plpgsql as $$
begin
  return public.inner_one(3);
end
$$;

grant execute on function public.outer_one() to $anon;
`;

async function failure(pool: RequestPool, role: string, text: string): Promise<StatementError> {
  const thrown = await pool.run({ role, settings: {} }, [{ text, values: [] }]).catch((error: unknown) => error);
  assert.ok(thrown instanceof StatementError);
  return thrown;
}

const account = `create domain public.mail as text
  constraint mail_has_at check (value like '%@%');

create table public.account (
  id bigint primary key,
  größe int not null
    check (größe > 0),
  mail public.mail,
  manager bigint
    references public.account (id),
  constraint once unique (mail)
);
`;
const register = `create function public.register(id bigint) returns void language plpgsql as $$
begin
  perform public.insert_account(id);
end
$$;
create function public.insert_account(id bigint) returns void language plpgsql as $$
begin
  insert into public.account values (id, 0, null, null);
end
$$;
`;
const violations = {
  "insert into public.account values (1, 5, 'a@b', null)": 5,
  "insert into public.account values (2, null, null, null)": 6,
  "insert into public.account values (2, 0, null, null)": 7,
  "insert into public.account values (2, 1, null, 9)": 10,
  "insert into public.account values (2, 1, 'a@b', null)": 11,
  "insert into public.account values (2, 1, 'ab', null)": 2,
};

/** A project that serves in production, with a row to run into. */
async function served(
  t: TestContext,
  files: Readonly<Record<string, string>>,
): Promise<(text: string) => Promise<StatementError>> {
  const { opened } = await testProject(t, files);
  const [project, database] = await opened("production");
  await assembleProject(project, database, { mode: "production" });
  const events = createEvents(silentLog);
  const limits = { max: 1, acquireTimeoutMs: 2_000, statementTimeoutMs: 5_000 };
  const locator = createLocator(database, events, project.tree);
  const pool = locatedPool(createRequestPool(database.authenticator, limits), locator);
  t.after(() => pool.close());
  const { anon } = database.roles;
  await pool.run({ role: anon, settings: {} }, [
    { text: "insert into public.account values (1, 5, 'a@b', null)", values: [] },
  ]);
  return (text) => failure(pool, anon, text);
}

const grants = "grant all on public.account to $anon;\n";

test("a row that violates what schema/ declares points to its line there", async (t) => {
  const fail = await served(t, {
    "schema/account.sql": account + grants,
    "functions/register.sql": `${register}grant execute on function public.register(bigint), public.insert_account(bigint) to $anon;\n`,
  });
  for (const [text, line] of Object.entries(violations)) {
    const { position, source } = await fail(text);
    assert.deepEqual([position?.file, position?.line], ["schema/account.sql", line], text);
    assert.match(source ?? "", /^create domain/);
  }
  const deep = await fail("select public.register(3)");
  assert.deepEqual(deep.position, { file: "functions/register.sql", line: 8, column: 3 });
  assert.match(deep.detail ?? "", /\ndeclared at schema\/account.sql:7:5$/);
});

test("a row that violates what a migration made points to its line there, under whatever names it had", async (t) => {
  const old = account
    .replaceAll("public.account", "public.person")
    .replace("größe int", "size int")
    .replace("größe", "size");
  const fail = await served(t, {
    "migrations/1_person.sql": old,
    "migrations/2_account.sql": `alter table public.person rename to account;
alter table public.account rename column size to größe;
alter table public.account rename constraint once to once_only;
alter table public.account
  add constraint small check (größe < 100);
${grants}`,
  });
  for (const [text, line] of Object.entries(violations)) {
    const { position, source } = await fail(text);
    assert.deepEqual([position?.file, position?.line], ["migrations/1_person.sql", line], text);
    assert.match(source ?? "", /^create domain/);
  }
  const big = await fail("insert into public.account values (7, 100, null, null)");
  assert.deepEqual(big.position, { file: "migrations/2_account.sql", line: 5, column: 7 });
});

test("a run-time error two calls deep points into the file of the function that failed", async (t) => {
  const { opened } = await testProject(t, { "functions/inner.sql": inner, "functions/outer.sql": outer });
  const [project, database] = await opened("development");
  await assembleProject(project, database, { mode: "development" });
  const events = createEvents(silentLog);
  const limits = { max: 1, acquireTimeoutMs: 2_000, statementTimeoutMs: 5_000 };
  const pool = locatedPool(
    createRequestPool(database.authenticator, limits),
    createLocator(database, events, project.tree),
  );
  t.after(() => pool.close());
  const { anon } = database.roles;

  const deep = await failure(pool, anon, "select public.outer_one()");
  assert.deepEqual(deep.position, { file: "functions/inner.sql", line: 4, column: 3 });
  assert.match(deep.source ?? "", /return n \/ 0/);
  assert.equal(deep.postgres?.sqlstate, "22012");
  assert.equal(deep.index, 0);

  const own = await failure(pool, anon, "select 1 / 0");
  assert.equal(own.position, undefined);

  await t.test("and follows the function to another line when the project is assembled again", async () => {
    const connection = await database.connectOwner();
    t.after(() => connection.close());
    await connection.execute(
      "update howdah.object set line = line + 10 where key like '%inner_one%' and kind = 'function'",
    );
    assert.equal((await failure(pool, anon, "select public.outer_one()")).position?.line, 4);
    events.emit({ kind: "assembled", paths: ["functions/inner.sql"] });
    assert.equal((await failure(pool, anon, "select public.outer_one()")).position?.line, 14);
  });
});

test("a routine of schema/ points to its line there, as long as the file says what the database runs", async (t) => {
  const file = `create table größe (id int);
create function plain(n int) returns int return 1 / n;
create function "Mixed"(n int, how text) returns int language plpgsql set search_path = '' as $$
begin -- ß
  return 1 / n;
end $$;
create procedure outer_one(n int) language plpgsql as 'begin
  perform public."Mixed"(n, ''x'');
end';
grant execute on function plain, "Mixed" to $anon; grant execute on procedure outer_one to $anon;
`;
  const made = await testProject(t, { "schema/a.sql": file });
  const [project, database] = await made.opened("development");
  await assembleProject(project, database, { mode: "development" });
  const limits = { max: 1, acquireTimeoutMs: 2_000, statementTimeoutMs: 5_000 };
  const placeOf = async (text: string): Promise<string | undefined> => {
    const locator = createLocator(database, createEvents(silentLog), project.tree);
    const pool = locatedPool(createRequestPool(database.authenticator, limits), locator);
    t.after(() => pool.close());
    const { position } = await failure(pool, database.roles.anon, text);
    return position && `${position.file}:${position.line}:${position.column}`;
  };
  assert.equal(await placeOf(`select public."Mixed"(0, 'x')`), "schema/a.sql:5:3");
  assert.equal(await placeOf("call public.outer_one(0)"), "schema/a.sql:5:3");
  await made.save({ "schema/a.sql": file.replace("begin -- ß", "begin\n  -- ß") });
  assert.equal(await placeOf(`select public."Mixed"(0, 'x')`), undefined, "its lines are others by now");
});
