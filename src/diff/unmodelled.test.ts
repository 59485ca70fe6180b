import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Connection } from "../postgres/index.ts";
import { needsSuperuser, testDatabase } from "../../test/support/database.ts";
import { factKinds, type FactKind } from "./fact.ts";
import { readModel } from "./read-model.ts";

const skip = needsSuperuser;

/** One of every kind that SQL can make; in an order in which Postgres takes them. */
const everything: Readonly<Record<FactKind, string>> = {
  role: "create role ROLE",
  membership: "grant pg_monitor to ROLE",
  "role setting": "alter role ROLE in database DB set work_mem = '1MB'",
  "database setting": "alter database DB set work_mem = '2MB'",
  schema: "create schema s",
  extension: "create extension hstore schema s",
  language: "create language l handler plpgsql_call_handler",
  collation: `create collation public.c (locale = 'C')`,
  "foreign data wrapper": "create foreign data wrapper w",
  server: "create server v foreign data wrapper w",
  "user mapping": "create user mapping for public server v",
  "access method": "create access method m type table handler heap_tableam_handler",
  enum: "create type public.e as enum ('a')",
  domain: "create domain public.d as integer",
  "domain constraint": "alter domain public.d add constraint positive check (value > 0)",
  "composite type": "create type public.k as (a integer)",
  attribute: "alter type public.k add attribute b text",
  range: "create type public.r as range (subtype = integer)",
  "shell type": "create type public.shell",
  "base type": `
    create type public.b;
    create function public.b_in(cstring) returns public.b language internal immutable strict as 'int4in';
    create function public.b_out(public.b) returns cstring language internal immutable strict as 'int4out';
    create type public.b (input = public.b_in, output = public.b_out, like = integer)`,
  sequence: "create sequence public.q",
  function: "create function public.f(integer) returns integer return $1",
  procedure: "create procedure public.p() begin atomic end",
  aggregate: "create aggregate public.a(integer) (sfunc = int4pl, stype = integer)",
  operator: "create operator public.### (leftarg = integer, rightarg = integer, function = int4pl)",
  "operator family": "create operator family public.of using btree",
  "operator class": `
    create operator class public.oc for type integer using btree as
      operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint4cmp(integer, integer)`,
  cast: "create cast (public.k as text) with inout",
  conversion: "create conversion public.cv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
  transform: `
    create function public.to_l(internal) returns internal language internal immutable as 'int4in';
    create transform for public.e language l (from sql with function public.to_l(internal))`,
  "text search parser": `
    create text search parser public.tp (
      start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype
    )`,
  "text search template": "create text search template public.tt (lexize = dsimple_lexize)",
  "text search dictionary": "create text search dictionary public.td (template = pg_catalog.simple)",
  "text search configuration": "create text search configuration public.tc (copy = pg_catalog.simple)",
  table: "create table public.t (id integer, name text) partition by range (id)",
  "foreign table": "create foreign table public.ft (id integer) server v",
  column: "create table public.u (id integer)",
  default: "alter table public.t alter column name set default 'x'",
  identity: "create table public.i (id integer generated always as identity)",
  ownership: "create sequence public.oq owned by public.u.id",
  inheritance: "create table public.t1 partition of public.t for values from (0) to (9)",
  constraint: "alter table public.t add primary key (id)",
  index: "create index t_name on public.t (name)",
  statistics: "create statistics public.st on id, name from public.t",
  view: "create view public.vw as select id from public.t",
  "materialized view": "create materialized view public.mv as select id from public.t",
  rule: "create rule rl as on delete to public.t do instead nothing",
  trigger: `
    create function public.tf() returns trigger language plpgsql as 'begin return new; end';
    create trigger tr after insert on public.t for each row execute function public.tf()`,
  "event trigger": `
    create function public.ef() returns event_trigger language plpgsql as 'begin end';
    create event trigger et on ddl_command_end execute function public.ef()`,
  policy: "create policy po on public.t using (true)",
  publication: "create publication pu",
  "publication table": "create publication pt for table public.u",
  "publication schema": "create publication ps for tables in schema s",
  subscription: `
    create subscription su connection 'dbname=nowhere' publication p
      with (connect = false, slot_name = none, enabled = false)`,
  "default privileges": "alter default privileges grant select on tables to public",
  // Needs a shared library otherwise.
  "security label": `
    set allow_system_table_mods = on;
    insert into pg_seclabel (objoid, classoid, objsubid, provider, label)
    values ('public.t'::regclass, 'pg_class'::regclass, 0, 'guard', 'x')`,
};

test("one object of every kind there is is a fact of that kind", { skip }, async (t) => {
  const { connection, role } = await withEverything(t);
  const model = await connection.transaction((tx) => readModel(tx, { roles: [role] }));
  await connection.execute("drop subscription su");
  const found = new Set([...model.facts.values()].map(({ kind }) => kind));
  assert.deepEqual(
    factKinds.filter((kind) => !found.has(kind)),
    [],
  );
  assert.deepEqual(model.unmodelled, []);
});

test("every object in the catalogs belongs to a fact, with what hangs on it inside", { skip }, async (t) => {
  const { connection, role } = await withEverything(t);
  const addressed = await connection.transaction(async (tx) => {
    const { facts } = await readModel(tx, { roles: [role] });
    return [...facts.values()].map(({ address }) => address.replace(/\/\d+$/, ""));
  });
  const rows = await connection.query<{ object: string }>({ text: withoutFact, values: [addressed] });
  await connection.execute("drop subscription su");
  assert.deepEqual(
    rows.map(({ object }) => object),
    [],
  );
});

/** What pg_depend knows, less facts, less members of extensions, less what is internal to one of either. */
const withoutFact = `
  with recursive known as (
    select split_part(address, '/', 1)::oid as class, split_part(address, '/', 2)::oid as oid
    from unnest($1::text[]) as address
    where address ~ '^[0-9]+/[0-9]+$'
    union
    select depend.classid, depend.objid
    from known
    join pg_depend as depend
      on depend.refclassid = known.class
      and depend.refobjid = known.oid
    left join pg_class as relation
      on depend.classid = 'pg_class'::regclass
      and relation.oid = depend.objid
    where depend.deptype in ('i', 'e', 'P', 'S')
      or depend.classid in ('pg_type'::regclass, 'pg_amop'::regclass, 'pg_amproc'::regclass)
      or relation.relnamespace = 'pg_toast'::regnamespace
  )
  select distinct pg_describe_object(depend.classid, depend.objid, 0) as object
  from pg_depend as depend
  where depend.objid >= 16384
    and not exists (select from known where known.class = depend.classid and known.oid = depend.objid)
    -- Its column says it (18); a fact of its own is one that says more.
    and not exists (
      select
      from pg_constraint as item
      where depend.classid = 'pg_constraint'::regclass
        and item.oid = depend.objid
        and item.contype = 'n'
    )
  order by object`;

test(
  "each catalog is read by a kind, or left out for a reason: a newer Postgres may have more",
  { skip },
  async (t) => {
    const { connection } = await testDatabase(t);
    const rows = await connection.query<{ name: string }>({
      text: `
      select relname as name
      from pg_class
      where relnamespace = 'pg_catalog'::regnamespace
        and relkind = 'r'
      order by relname`,
      values: [],
    });
    assert.deepEqual(
      rows.map(({ name }) => name).filter((name) => !readByKinds.has(name) && !leftOut.has(name)),
      [],
    );
  },
);

const readByKinds = new Set(
  `pg_aggregate pg_am pg_amop pg_amproc pg_attrdef pg_attribute pg_auth_members pg_authid pg_cast pg_class
   pg_collation pg_constraint pg_conversion pg_db_role_setting pg_default_acl pg_depend pg_description pg_enum
   pg_event_trigger pg_extension pg_foreign_data_wrapper pg_foreign_server pg_foreign_table pg_index pg_inherits
   pg_language pg_namespace pg_opclass pg_operator pg_opfamily pg_partitioned_table pg_policy pg_proc pg_publication
   pg_publication_namespace pg_publication_rel pg_range pg_rewrite pg_seclabel pg_sequence pg_shdescription
   pg_shseclabel pg_statistic_ext pg_subscription pg_transform pg_trigger pg_ts_config pg_ts_config_map pg_ts_dict
   pg_ts_parser pg_ts_template pg_type pg_user_mapping`.split(/\s+/),
);

const leftOut = new Set([
  // Of the cluster.
  ...["pg_database", "pg_parameter_acl", "pg_replication_origin", "pg_shdepend", "pg_tablespace"],
  // Rows, and what is computed of them.
  ...["pg_largeobject", "pg_largeobject_metadata", "pg_statistic", "pg_statistic_ext_data", "pg_subscription_rel"],
  // What extensions were born with.
  "pg_init_privs",
]);

test("what no kind knows is listed", { skip }, async (t) => {
  const { connection, target } = await testDatabase(t);
  const space = `${target.database}_space`;
  await connection.execute("set allow_in_place_tablespaces = on");
  await connection.execute(`create tablespace ${space} location ''`);
  t.after(async () => {
    await using cleaner = (await testDatabase(t)).connection;
    await cleaner.execute(`drop tablespace if exists ${space}`);
  });
  await connection.execute(`
    create extension hstore;
    create table public.t (id integer) tablespace ${space};
    create function public.f() returns integer return 1;
    alter function public.f() depends on extension hstore`);
  const { unmodelled } = await connection.transaction((tx) => readModel(tx));
  await connection.execute("drop table public.t");
  assert.deepEqual(unmodelled, [
    "function public.f() going with extension hstore",
    `table public.t in tablespace ${space}`,
  ]);
});

test("options of mappings that the reader may not see are listed, and compared no further", { skip }, async (t) => {
  const { connection, target } = await testDatabase(t);
  const reader = `${target.database}_reader`;
  await connection.execute(`
    create foreign data wrapper w;
    create server s foreign data wrapper w;
    create user mapping for pg_monitor server s options (password 'secret');
    create role ${reader};
    create user mapping for ${reader} server s options (password 'own');
    grant usage on foreign server s to ${reader};
    set role ${reader}`);
  const { unmodelled, facts } = await connection.transaction((tx) => readModel(tx));
  assert.deepEqual(unmodelled, ["options of user mapping for pg_monitor on server s, which only a superuser may read"]);
  assert.deepEqual(facts.get("user mapping s(pg_monitor)")?.props, { hidden: true, options: {} });
  assert.deepEqual(facts.get(`user mapping s(${reader})`)?.props, { hidden: false, options: { password: "own" } });
});

async function withEverything(t: TestContext): Promise<{ connection: Connection; role: string }> {
  const { connection, target } = await testDatabase(t);
  const role = `${target.database}_role`;
  for (const kind of factKinds) {
    const text = everything[kind].replaceAll("ROLE", role).replaceAll("DB", target.database);
    try {
      await connection.execute(text);
    } catch (error) {
      throw new Error(`${kind}: ${String(error)}`, { cause: error });
    }
  }
  return { connection, role };
}
