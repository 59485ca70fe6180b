import assert from "node:assert/strict";
import { test } from "node:test";
import { said, testAssembly, told } from "../../test/support/assembly.ts";

const item = "create table item (id int primary key, name text);";
const f = "create function f(a int) returns int language sql as 'select a';";
const g = "create function g() returns int language sql as 'select 1';";

test("nobody may call a routine before it is granted", async (t) => {
  const { assemble, rows, roles } = await testAssembly(t, {
    "functions/f.sql": `${f} ${g} grant execute on function f to $anon;`,
  });
  await assemble();
  assert.deepEqual(
    await rows(
      "select has_function_privilege($1, 'f(int)', 'execute') as f, has_function_privilege($1, 'g()', 'execute') as g",
      roles.anon,
    ),
    [{ f: true, g: false }],
  );
});

test("a grant goes with its line; what others granted, and what another line still grants, stays", async (t) => {
  const { assemble, rows, roles, connection } = await testAssembly(t, {
    "migrations/1_item.sql": item,
    "functions/v.sql": `
      create view v as select id, name from item;
      grant select, insert on v to $anon with grant option;
      grant select (id) /* to */ on table v to $anon;
      grant select on v to $anon;`,
  });
  await assemble();
  await connection.execute(`grant select on v to ${roles.authenticated}`);
  const report = await assemble({
    "functions/v.sql": `
      create view v as select id, name from item;
      grant select on v to $anon;`,
  });
  assert.deepEqual(
    said(report).map((line) => line.replace(/[0-9a-f]{12}/, "…")),
    ["drop grant … on relation public.v", "drop grant … on relation public.v", "replace grant … on relation public.v"],
  );
  const privileges = await rows(
    `select
      has_table_privilege($1, 'v', 'select') as reads,
      has_table_privilege($1, 'v', 'insert') as inserts,
      has_table_privilege($1, 'v', 'select with grant option') as grants,
      (select attacl from pg_attribute where attrelid = 'v'::regclass and attname = 'id') as columns,
      has_table_privilege($2, 'v', 'select') as other_reads`,
    roles.anon,
    roles.authenticated,
  );
  assert.deepEqual(privileges, [{ reads: true, inserts: false, grants: false, columns: null, other_reads: true }]);
});

test("a revoke that goes gives nothing back", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    "functions/f.sql": `${f} revoke execute on function f(int) from public;`,
  });
  await assemble();
  await assemble({ "functions/f.sql": f });
  assert.deepEqual(await rows("select has_function_privilege('public', 'f(int)', 'execute') as may"), [{ may: false }]);
});

test("a comment changes with its text and goes with its line", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    "migrations/1_item.sql": item,
    "functions/f.sql": `${f} comment on function f is 'one';
      create view v as select id, name from item; comment on column v.name is 'called'; comment on view v is 'v';`,
  });
  const comments =
    "select obj_description('f(int)'::regprocedure) as f, obj_description('v'::regclass) as v, col_description('v'::regclass, 2) as name";
  await assemble();
  assert.deepEqual(await rows(comments), [{ f: "one", v: "v", name: "called" }]);
  const report = await assemble({
    "functions/f.sql": `${f} comment on function f(integer) is 'it''s two';
      create view v as select id, name from item; comment on view v is 'v';`,
  });
  assert.deepEqual(said(report), [
    "drop comment on relation public.v.name",
    "replace comment on routine public.f(int4)",
  ]);
  assert.deepEqual(await rows(comments), [{ f: "it's two", v: "v", name: null }]);
});

test("indexes and comments of a materialized view, triggers and policies come back when it is made again", async (t) => {
  const { assemble, rows } = await testAssembly(t, {
    "migrations/1_item.sql": `${item} insert into item values (1, 'a'); alter table item enable row level security;`,
    "functions/m.sql": `
      create materialized view m as select id from item;
      create unique index m_id on m (id);
      comment on index m_id is 'unique';
      create policy p on item using (true); comment on policy p on item is 'all';
      create function t() returns trigger language plpgsql as 'begin return new; end';
      create trigger t before insert on item for each row execute function t(); comment on trigger t on item is 'none';`,
  });
  const facts = `select
    obj_description('m_id'::regclass) as index,
    (select obj_description(oid, 'pg_policy') from pg_policy) as policy,
    (select obj_description(oid, 'pg_trigger') from pg_trigger where not tgisinternal) as trigger,
    (select count(*)::int from m) as n`;
  await assemble();
  assert.deepEqual(await rows(facts), [{ index: "unique", policy: "all", trigger: "none", n: 1 }]);
  await assemble({
    "functions/m.sql": `
      create materialized view m as select id, name from item;
      create unique index m_id on m (id);
      comment on index m_id is 'unique';
      create policy p on item using (id > 0); comment on policy p on item is 'all';
      create function t() returns trigger language plpgsql as 'begin return new; end';
      create trigger t before update on item for each row execute function t(); comment on trigger t on item is 'none';`,
  });
  assert.deepEqual(await rows(facts), [{ index: "unique", policy: "all", trigger: "none", n: 1 }]);
});

test("a grant by a bare name needs the only routine of that name", async (t) => {
  const { errors } = await testAssembly(t, {
    "functions/f.sql": `${f}\ncreate function f() returns int language sql as 'select 1';\ngrant execute on function f to $anon;`,
  });
  const [error] = await errors();
  assert.equal(told(error!), "WD417 functions/f.sql:3:1 public.f is ambiguous: there are 2 routines of that name");
  assert.equal(error?.detail, "public.f(int4)\npublic.f()");
});
