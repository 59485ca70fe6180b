import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { adoptSchema, planProject, pullSchema, type AssemblyReport } from "../../src/application/index.ts";
import { account, rows, settled, statements } from "../support/declared.ts";
import { failureOf, testProject, type TestProject } from "../support/project.ts";

/** As a database looks that was grown by hand. */
const legacy = `
  create schema crm;
  create type public.mood as enum ('sad', 'ok', 'glad');
  create domain public.email as text constraint email_at check (value like '%@%');
  create type public.spot as (x int, y int);
  create sequence public.ticket start 100;
  create table public.account (
    id bigint generated always as identity primary key,
    name text not null default 'nobody',
    mail public.email unique,
    mood public.mood default 'ok',
    at public.spot,
    code integer default nextval('public.ticket'),
    shout text generated always as (upper(name)) stored,
    constraint account_name_length check (length(name) < 60)
  );
  create index account_name_idx on public.account (lower(name)) where mood <> 'sad';
  comment on table public.account is 'Who is who';
  comment on column public.account.mail is 'one of theirs';
  create table crm."Deal" (id serial primary key, who bigint references public.account on delete cascade, "Sum" numeric(10, 2));
  create table public.event (id int not null, at date not null) partition by range (at);
  create table public.event_2026 partition of public.event for values from ('2026-01-01') to ('2027-01-01');
  create index event_at_idx on public.event (at);
  create view public.happy with (security_invoker = true) as select id, name from public.account where mood = 'glad';
  create materialized view public.moods as select mood, count(*) as number from public.account group by mood;
  create unique index moods_mood_idx on public.moods (mood);
  create function public.greet(who text, times int default 1) returns text language sql immutable as $$ select repeat('Hello ' || who, times) $$;
  create function public.greet(who int) returns text language plpgsql as $$ begin return 'Hello ' || who; end $$;
  create function public.touch() returns trigger language plpgsql as $$ begin return new; end $$;
  create trigger touch before update on public.account for each row execute function public.touch();
  alter table public.account enable row level security;
  create policy own on public.account using (name = current_user);
  create statistics public.account_ab on name, mood from public.account;
  grant usage on schema crm to public;
  grant select (id, name) on public.account to public;
  insert into public.account (name) values ('Ada'), ('Bob');
  insert into crm."Deal" (who, "Sum") values (1, 9.5);
`;

async function legacyProject(t: TestContext): Promise<TestProject> {
  const project = await testProject(t);
  await project.connection.execute(legacy);
  return project;
}

/** What belonged to whoever has made it belongs to the owner from now on. */
function besidesOwners(report: AssemblyReport): readonly string[] {
  return statements(report).filter((text) => !/^alter [\w ]+ \S+(\(.*\))? owner to \S+_owner$/.test(text));
}

async function pull(project: TestProject): Promise<readonly string[]> {
  const [opened, database] = await project.opened();
  const files = await pullSchema(opened, database);
  await project.save(Object.fromEntries(files));
  return [...files.keys()].toSorted();
}

test("a legacy database is written into files, and assembling them finds nothing to do but takes it over", async (t) => {
  const project = await legacyProject(t);
  const files = await pull(project);
  assert.ok(files.includes("schema/account.sql") && files.includes("schema/crm/Deal.sql"), files.join());
  assert.deepEqual(besidesOwners(await project.assemble()), []);
  const [owned] = await rows(
    project,
    "select count(*)::int as count from howdah.declared where key like 'column public.account.%'",
  );
  assert.equal(owned?.["count"], 7);
  const [opened, database] = await project.opened();
  const plan = await planProject(opened, database, { mode: "development", compare: true });
  assert.deepEqual([statements(plan), plan.drift, plan.questions], [[], [], []]);
  assert.deepEqual(await rows(project, "select count(*)::int as count from public.account"), [{ count: 2 }]);
  await settled(project);
});

test("what was taken over is edited like anything else", async (t) => {
  const project = await legacyProject(t);
  await pull(project);
  await project.assemble();
  const file = join(project.root, "schema/account.sql");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace("  code integer", "  age integer,\n  code bigint"));
  await project.assemble();
  assert.deepEqual(await rows(project, "select id, code, age from public.account order by id"), [
    { id: "1", code: "100", age: null },
    { id: "2", code: "101", age: null },
  ]);
  await settled(project);
});

test("tables of the project's own owner are taken over with nothing to do at all", async (t) => {
  const project = await testProject(t);
  await project.opened();
  await project.connection.execute(legacy);
  await pull(project);
  assert.deepEqual(statements(await project.assemble()), []);
  await settled(project);
});

test("a declared table that is there already, that no file made and that differs, is refused with the way out", async (t) => {
  const project = await testProject(t, account("  name text not null"));
  await project.connection.execute("create table public.account (id bigint primary key, name text, age int)");
  const error = await failureOf(project.assemble());
  assert.deepEqual([error.code, error.position], ["WD415", { file: "schema/account.sql", line: 1, column: 1 }]);
  assert.match(error.hint ?? "", /howdah schema pull.*-- @adopt/s);
  assert.match(error.detail ?? "", /alter .*account\.name/);
  assert.match(error.detail ?? "", /in no file: column public\.account\.age/);
  await project.save({ "schema/account.sql": `-- @adopt\n${account("  name text not null")["schema/account.sql"]}` });
  await project.assemble();
  const columns =
    "select attname, attnotnull from pg_attribute where attrelid = 'public.account'::regclass and attnum > 0 order by attnum";
  assert.deepEqual(await rows(project, columns), [
    { attname: "id", attnotnull: true },
    { attname: "name", attnotnull: true },
    { attname: "age", attnotnull: false },
  ]);
  await settled(project);
});

test("a declared table that is there already just as the file says it is taken over without a word", async (t) => {
  const project = await testProject(t, account("  name text"));
  await project.connection.execute("create table public.account (id bigint primary key, name text)");
  await project.connection.execute("insert into public.account values (1, 'Ada')");
  assert.deepEqual(besidesOwners(await project.assemble()), []);
  await project.save(account("  name text,\n  age int"));
  await project.assemble();
  assert.deepEqual(await rows(project, "select * from public.account"), [{ id: "1", name: "Ada", age: null }]);
  await settled(project);
});

const made = {
  "migrations/1_account.sql": `
    create type mood as enum ('sad', 'glad');
    create table account (id bigint generated always as identity primary key, name text not null, mood mood default 'sad');
    create index account_name_idx on account (name);
    create table visit (id serial primary key, who bigint references account);
    create view people as select id, name from account;
    create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
    create trigger touch before update on account for each row execute function touch();
    insert into account (name) values ('Ada');
    insert into visit (who) values (1);`,
  "functions/policy.sql": "create policy own on account using (true);",
  "migrations/2_row_security.sql": "alter table account enable row level security;",
};

async function adopt(project: TestProject, ...names: readonly string[]): Promise<readonly string[]> {
  const [opened, database] = await project.opened();
  const files = await adoptSchema(opened, database, names);
  await project.save(Object.fromEntries(files));
  return [...files.keys()].toSorted();
}

test("tables move from migrations to schema/ without a statement, and are edited there", async (t) => {
  const project = await testProject(t, made);
  await project.assemble();
  const files = ["functions/people.sql", "schema/account.sql", "schema/visit.sql"];
  assert.deepEqual(await adopt(project, "account", "visit", "people"), files);
  assert.deepEqual(statements(await project.assemble()), []);
  const textOf = (file: string): Promise<string> => readFile(join(project.root, file), "utf8");
  const table = await textOf("schema/account.sql");
  assert.match(table, /^-- @adopt\ncreate table public\.account/m);
  assert.doesNotMatch(table, /policy/);
  const renamed = table
    .replace("  name text", "  -- @renamed from=name\n  full_name text")
    .replace("(name)", "(full_name)");
  await project.save({ "schema/account.sql": renamed });
  const error = await failureOf(project.assemble());
  assert.deepEqual([error.code, error.position?.file], ["WD411", "functions/people.sql"]);
  const view = await textOf("functions/people.sql");
  await project.save({ "functions/people.sql": view.replace(/\bname\b/, "full_name as name") });
  const done = statements(await project.assemble());
  assert.ok(done.includes("alter table public.account rename column name to full_name"), done.join("\n"));
  assert.ok(!done.some((text) => /^(create|drop) table/.test(text)), done.join("\n"));
  const people = "select people.name, who from people join visit on who = people.id";
  assert.deepEqual(await rows(project, people), [{ name: "Ada", who: "1" }]);
  await settled(project);

  const fresh = await testProject(t, made);
  for (const file of files) await fresh.save({ [file]: await textOf(file) });
  await fresh.assemble();
  assert.deepEqual(await rows(fresh, people), [{ name: "Ada", who: "1" }]);
  await settled(fresh);
});

test("what a migration made on a table that moved must go on fitting it", async (t) => {
  const project = await testProject(t, made);
  await project.assemble();
  await adopt(project, "account");
  const file = join(project.root, "schema/account.sql");
  await writeFile(file, (await readFile(file, "utf8")).replaceAll(/\bname\b/g, "full_name"));
  const error = await failureOf(project.assemble());
  assert.deepEqual([error.code, error.message], ["WD448", "view public.people does not fit what the file takes over"]);
});

test("what migrations have made can be pulled as well: from then on the files count, in a new database too", async (t) => {
  const migrations = { "migrations/1_legacy.sql": legacy };
  const project = await testProject(t, migrations);
  await project.assemble();
  const files = await pull(project);
  assert.deepEqual(statements(await project.assemble()), []);
  await settled(project);
  const file = join(project.root, "schema/account.sql");
  await writeFile(file, (await readFile(file, "utf8")).replace("  code integer", "  age integer,\n  code integer"));
  assert.deepEqual(statements(await project.assemble()), ["alter table public.account add column age integer"]);
  const fresh = await testProject(t, migrations);
  const here = fresh.target.database;
  for (const path of files) {
    const text = await readFile(join(project.root, path), "utf8");
    await fresh.save({ [path]: text.replaceAll(project.target.database, here) });
  }
  await fresh.assemble();
  assert.equal((await rows(fresh, "select age from public.account limit 1")).length, 1);
  await settled(fresh);
});

test("a type moves from a migration to schema/, and gets a label there", async (t) => {
  const project = await testProject(t, made);
  await project.assemble();
  assert.deepEqual(await adopt(project, "mood"), ["schema/types.sql"]);
  assert.deepEqual(statements(await project.assemble()), []);
  const file = join(project.root, "schema/types.sql");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace("'glad'", "'glad', 'ok'"));
  await project.assemble();
  await project.connection.execute("update account set mood = 'ok'");
  await settled(project);
});

test("what is nothing, or a file's already, can't be adopted", async (t) => {
  const project = await testProject(t, { ...made, "schema/note.sql": "create table note (id int primary key);" });
  await project.assemble();
  const [opened, database] = await project.opened();
  const nothing = await failureOf(adoptSchema(opened, database, ["acount"]));
  assert.deepEqual([nothing.code, nothing.hint], ["WD017", 'did you mean "account"?']);
  const declared = await failureOf(adoptSchema(opened, database, ["note"]));
  assert.deepEqual([declared.code, declared.detail], ["WD017", "it stands in schema/note.sql"]);
});

test("an index that was made by hand is told by the name that people use, and dropped by a hint that says no table", async (t) => {
  const project = await testProject(t, account("  name text"));
  await project.assemble();
  await project.connection.execute("create index account_name_idx on public.account (name)");
  const [opened, database] = await project.opened();
  const plan = await planProject(opened, database, { mode: "development", compare: true });
  assert.deepEqual(plan.drift, [
    { object: "index account_name_idx on public.account", hint: "-- @drop index public.account_name_idx" },
  ]);
  await project.save({ "schema/hints.sql": "-- @drop index public.account_name_idx\n" });
  assert.deepEqual(statements(await project.assemble()), ["drop index public.account_name_idx"]);
  await settled(project);
});
