import assert from "node:assert/strict";
import { test } from "node:test";
import { account, fileOf, rows, settled, statements } from "../support/declared.ts";
import { failureOf, testProject } from "../support/project.ts";

test("a column that is edited from one name to another stops the plan, which asks once and does nothing", async (t) => {
  const project = await testProject(t, account("  name text"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, 'Ada')");
  await project.save(account("  full_name text"));
  const error = await failureOf(project.assemble());
  assert.equal(error.code, "WD461");
  assert.match(error.hint ?? "", /-- @renamed from=name/);
  assert.deepEqual(error.position, { file: "schema/account.sql", line: 3, column: 3 });
  assert.deepEqual(await rows(project, "select * from public.account"), [{ id: "1", name: "Ada" }]);
});

test("a hinted rename under a view, an index, a foreign key, a policy and a generated column is one rename", async (t) => {
  const rest = (name: string): string => `
    create index account_name_idx on account (${name});
    create policy own on account using (${name} = current_user);
    alter table account enable row level security;
    create table friend (name text references account (${name}));
    create view people as select id, ${name} from account;
  `;
  const columns = (name: string, hint = ""): string =>
    `${hint}  ${name} text unique,\n  shout text generated always as (upper(${name})) stored`;
  const project = await testProject(t, account(columns("name"), rest("name")));
  await project.assemble();
  await project.connection.execute("insert into public.account (id, name) values (1, 'Ada')");
  const node = await fileOf(project, "public.account");
  await project.save(account(columns("full_name", "  -- @renamed from=name\n"), rest("full_name")));
  const report = await project.assemble();
  assert.deepEqual(
    statements(report).filter((text) => /^(create|drop) (table|index|policy)|rename column/.test(text)),
    ["alter table public.account rename column name to full_name"],
  );
  assert.deepEqual(await rows(project, "select full_name, shout from public.account"), [
    { full_name: "Ada", shout: "ADA" },
  ]);
  assert.equal(await fileOf(project, "public.account"), node);
  await settled(project);
});

test("a fresh database follows no rename, and has what the files say", async (t) => {
  const project = await testProject(t, account("  -- @renamed from=name\n  full_name text"));
  await project.assemble();
  assert.deepEqual(await rows(project, "select full_name from public.account"), []);
  await settled(project);
});

test("a table is renamed with its index, a foreign key to it, a view and a trigger; no row is touched", async (t) => {
  const files = (name: string, hint = ""): Record<string, string> => ({
    "schema/a.sql": `${hint}create table ${name} (id bigint generated always as identity primary key, name text not null);
      create index ${name}_name_idx on ${name} (name);
      create table visit (id int primary key, who bigint references ${name});
      create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
      create trigger touch before update on ${name} for each row execute function touch();`,
    "functions/v.sql": `create view everybody as select name from ${name};`,
  });
  const project = await testProject(t, files("account"));
  await project.assemble();
  await project.connection.execute(
    "insert into public.account (name) values ('Ada'); insert into public.visit values (1, 1)",
  );
  const node = await fileOf(project, "public.account");
  await project.save(files("person", "-- @renamed from=account\n"));
  await project.assemble();
  assert.equal(await fileOf(project, "public.person"), node);
  await project.connection.execute("insert into public.person (name) values ('Bob')");
  assert.deepEqual(await rows(project, "select id, name from public.person order by id"), [
    { id: "1", name: "Ada" },
    { id: "2", name: "Bob" },
  ]);
  await settled(project);
});

test("a table moves to another schema by a hint, and its grants go with it", async (t) => {
  const files = (schema: string, hint = ""): Record<string, string> => ({
    "schema/a.sql": `create schema crm;\n${hint}create table ${schema}.account (id int primary key);
      grant select on ${schema}.account to $anon;`,
  });
  const project = await testProject(t, files("public"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1)");
  await project.save(files("crm", "-- @renamed from=public.account\n"));
  await project.assemble();
  assert.deepEqual(await rows(project, "select id from crm.account"), [{ id: 1 }]);
  const [row] = await rows(
    project,
    `select has_table_privilege('${project.target.database}_anon', 'crm.account', 'select') as readable`,
  );
  assert.equal(row?.["readable"], true);
  await settled(project);
});

test("a hint that names what is not there is an error with its line, and nothing is done", async (t) => {
  const project = await testProject(t, account("  name text"));
  await project.assemble();
  await project.save(account("  -- @renamed from=nmae\n  full_name text"));
  const error = await failureOf(project.assemble());
  assert.deepEqual([error.code, error.position?.line, error.hint], ["WD467", 3, "did you mean name?"]);
});

test("a hint whose old and new name are both there is refused", async (t) => {
  const project = await testProject(t, account("  name text,\n  full_name text"));
  await project.assemble();
  await project.save(account("  -- @renamed from=name\n  full_name text"));
  const error = await failureOf(project.assemble());
  assert.deepEqual([error.code, error.position?.line], ["WD467", 3]);
  assert.match(error.message, /both there/);
});

test("two columns exchange their names, once", async (t) => {
  const project = await testProject(t, account("  a text,\n  b text"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1, 'a', 'b')");
  const exchanged = account("  -- @renamed from=b\n  a text,\n  -- @renamed from=a\n  b text");
  await project.save(exchanged);
  await project.assemble();
  assert.deepEqual(await rows(project, "select a, b from public.account"), [{ a: "b", b: "a" }]);
  await project.save({ ...exchanged, "schema/other.sql": "create table other (id int primary key);" });
  await project.assemble();
  assert.deepEqual(await rows(project, "select a, b from public.account"), [{ a: "b", b: "a" }]);
});

test("a label of an enum is renamed under rows, a default and a view", async (t) => {
  const files = (label: string, hint = ""): Record<string, string> => ({
    "schema/a.sql": `create type mood as enum (\n  'sad',\n${hint}  '${label}'\n);
      create table account (id int primary key, mood mood default '${label}');
      create view v as select id from account where mood = '${label}';`,
  });
  const project = await testProject(t, files("ok"));
  await project.assemble();
  await project.connection.execute("insert into public.account values (1)");
  await project.save(files("fine", "  -- @renamed from=ok\n"));
  await project.assemble();
  assert.deepEqual(await rows(project, "select mood::text from public.account"), [{ mood: "fine" }]);
  await settled(project);
});
