import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../errors/index.ts";
import type { Connection } from "../postgres/index.ts";
import { locateError, readSourceMap } from "./index.ts";
import { testAssembly, told } from "../../test/support/assembly.ts";

test("mistakes in bodies are found before anything counts, all of them, each on its line", async (t) => {
  const { errors, rows } = await testAssembly(t, {
    "functions/a.sql": `-- ümlaut 😀
create function sql_body() returns int language sql as $body$
  select 'ä😀',
    missing_column
$body$;

create function quoted() returns text language sql as '
  select ''it''''s'', nothing';

create function plpgsql_body() returns int language plpgsql as $$
declare
  a int;
begin
  a := 1;
  selec a;
end $$;
`,
    "functions/b.sql": `create function nowhere() returns int language plpgsql as $$ begin return 1; end $$;
create function atomic() returns int begin atomic select unknown_one(); end;
create view v as select ä from nothing_at_all;
create function undeclared() returns void language plpgsql as $$
begin
  -- größe
  x := 1;
end $$;`,
  });
  assert.deepEqual((await errors()).map(told), [
    "WD411 functions/b.sql:2:58 function unknown_one() does not exist",
    'WD411 functions/b.sql:3:32 relation "nothing_at_all" does not exist',
  ]);
  assert.deepEqual(await rows("select to_regnamespace('howdah')"), [{ to_regnamespace: null }]);
  const bodies = await errors({
    "functions/b.sql":
      "create function undeclared() returns void language plpgsql as $$\nbegin\n  /* größe */ x := 1;\nend $$;",
  });
  assert.deepEqual(bodies.map(told).toSorted(), [
    'WD411 functions/a.sql:15:3 syntax error at or near "selec"',
    'WD411 functions/a.sql:4:5 column "missing_column" does not exist',
    'WD411 functions/a.sql:8:23 column "nothing" does not exist',
    'WD411 functions/b.sql:3:15 "x" is not a known variable',
  ]);
});

test("a parsed body that returns another type than its routine is found", async (t) => {
  const { errors } = await testAssembly(t, {
    "functions/a.sql": "create function day() returns date begin atomic select 1::bigint; end;",
  });
  assert.deepEqual((await errors()).map(told), [
    "WD411 functions/a.sql:1:49 return type mismatch in function declared to return date",
  ]);
});

test("a table that a migration changes breaks the bodies that use it, and says where", async (t) => {
  const { assemble, errors } = await testAssembly(t, {
    "migrations/1_m.sql": "create table item (id int, name text)",
    "functions/a.sql": "create function names() returns setof text\nlanguage sql as $$\n  select name from item\n$$;",
  });
  await assemble();
  const [error] = await errors({ "migrations/2_m.sql": "alter table item drop column name" });
  assert.equal(told(error!), 'WD411 functions/a.sql:3:10 column "name" does not exist');
});

test("a seed that fails inside a function shows the function's line and the seed's", async (t) => {
  const { errors } = await testAssembly(t, {
    "functions/a.sql":
      "create function half(n int) returns int\nlanguage plpgsql as $$\nbegin\n  return n / (n - n);\nend $$;",
    "seeds/1.sql": "select 1;\nselect half(2);",
  });
  const [error] = await errors();
  assert.equal(told(error!), "WD411 functions/a.sql:4:3 division by zero");
  assert.equal(error?.detail, "called from seeds/1.sql:2:1");
});

const functions = `-- ümlaut
create function inner_one(n int) returns int language plpgsql as $$
declare
  found_one int;
begin
  select 1 / n
    into found_one
    from größen;
  return found_one;
end $$;

create function outer_one(n int, words text[], v varchar(3) default 'x') returns int language sql as $$
  select inner_one(n) from (values (1)) as t
$$;

create function checked(n int) returns int language plpgsql as $$
begin
  if n < 0 then
    raise exception 'must not be negative' using errcode = 'HW001';
  end if;
  return n;
end $$;

create function atomic_one(n int) returns int
begin atomic
  select 1;
  select 10 / n;
end;
`;

async function located(connection: Connection, text: string) {
  const map = await readSourceMap(connection);
  try {
    await connection.execute(text);
  } catch (error) {
    const found = locateError(error, map);
    assert.ok(error instanceof AppError);
    const line = found?.source.split("\n")[found.position.line - 1];
    return found === undefined ? undefined : { ...found.position, line_text: line?.trim() };
  }
  throw new Error("it succeeded");
}

test("run-time errors point to the line of the innermost function of ours, in any search_path", async (t) => {
  const { assemble, another } = await testAssembly(t, {
    "migrations/1_m.sql": "create table größen (id int); insert into größen values (1);",
    "functions/a.sql": functions,
  });
  await assemble();
  await using connection = await another();
  const inner = { file: "functions/a.sql", line: 6, column: 3, line_text: "select 1 / n" };
  assert.deepEqual(await located(connection, "select public.inner_one(0)"), inner);
  assert.deepEqual(await located(connection, "select outer_one(0, '{}')"), inner);
  await connection.execute("set search_path = ''");
  assert.deepEqual(await located(connection, "select public.checked(-1)"), {
    file: "functions/a.sql",
    line: 19,
    column: 5,
    line_text: "raise exception 'must not be negative' using errcode = 'HW001';",
  });
  await connection.execute("set search_path = public");
  assert.equal(await located(connection, "select 1 / 0"), undefined, "no function of ours was running");
  await connection.execute("drop table größen");
  assert.deepEqual(await located(connection, "select inner_one(1)"), {
    file: "functions/a.sql",
    line: 8,
    column: 10,
    line_text: "from größen;",
  });
});

test("a function that was changed by hand is not located by the lines of its file", async (t) => {
  const {
    assemble,
    another,
    connection: admin,
  } = await testAssembly(t, { "functions/a.sql": functions.replace("from größen", "from pg_class") });
  await assemble();
  await admin.execute(
    "create or replace function checked(n int) returns int language plpgsql as 'begin raise exception ''other''; end'",
  );
  await using connection = await another();
  assert.equal(await located(connection, "select checked(1)"), undefined);
  assert.deepEqual(await located(connection, "select inner_one(0)"), {
    file: "functions/a.sql",
    line: 6,
    column: 3,
    line_text: "select 1 / n",
  });
});
