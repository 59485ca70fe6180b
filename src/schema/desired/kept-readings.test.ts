import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test, type TestContext } from "node:test";
import { testProjectFolder } from "../../../test/support/folder.ts";
import { SourceText } from "../source-text.ts";
import { cutForeignKeys } from "./foreign-key.ts";
import { KeptReadings } from "./kept-readings.ts";
import { placesOf } from "./place.ts";
import { readUnits } from "./read-units.ts";
import { readSchemaFile } from "./schema-file.ts";
import { schemaRoutine } from "./schema-routine.ts";
import { schemaUnit, type Unit } from "./unit.ts";
import { hashOfUnit } from "./unit-note.ts";

const text = `
-- Größe: ä ö ü 🐘
create type mood as enum ('traurig', 'größer');
create table "Land" (id int primary key, name text not null default 'ö' constraint "wirklich" check (name <> ''));
-- @adopt
create table ort (
  id bigint generated always as identity,
  land int constraint "im Land" references "Land" (id) on delete set null,
  vater bigint, primary key (id), constraint own foreign key (vater) references ort deferrable, check (id > 0)
);
create index on ort (land) where land > 1; create unique index by_father on ort (vater);
create view alle as select o.id, l.name, public.sagt(o.id) from ort as o join "Land" as l on l.id = o.land;
create function sagt(x bigint, variadic mehr text[]) returns text language sql as 'select 1';
create function app.zwei(x int default 1) returns int language sql return x;
create procedure tut(out x int) language plpgsql as $$ begin x := 1; end $$;
create trigger immer before insert on ort for each row execute function app.merkt();
create policy mine on ort using (id > 0); alter table ort enable row level security;
alter table ort add constraint more check (vater > 0), alter column vater set default 7;
comment on column ort.land is 'ß'; grant select on ort to public;
create schema app; create domain app.posint as int check (value > 0); create sequence s owned by ort.vater;
create materialized view m as select 1 as one; create aggregate total(int) (sfunc = int4pl, stype = int);
do $$ begin perform 1; end $$; insert into "Land" values (1, 'a');
`;

async function fresh(source: SourceText): Promise<readonly Unit[]> {
  return (await readSchemaFile(source)).statements.map(schemaUnit);
}

async function kept(t: TestContext, source: SourceText): Promise<readonly Unit[] | undefined> {
  const readings = new KeptReadings(await testProjectFolder(t));
  await readings.keep(source, await fresh(source));
  return await readings.find(source);
}

/** All that a load asks of a statement. */
function described(unit: Unit): unknown {
  const { statement, session, rank, makes, needs, alters, foreignKeys } = unit;
  const { start, kind, leading } = statement;
  const routine = schemaRoutine(unit);
  const cut = cutForeignKeys(statement, foreignKeys);
  return {
    ...{ start, kind, leading, text: statement.text, session, rank, makes, needs, alters },
    ...{
      keys: foreignKeys.map(({ to, column }) => [to, column]),
      cut: [cut.table.text, cut.later.map((at) => at.text)],
    },
    ...{ places: JSON.stringify(placesOf(unit)), hash: hashOfUnit(unit), node: Object.keys(statement.node) },
    routine: routine && [routine.kind, routine.identity, routine.arity, routine.hash, routine.references],
  };
}

test("what is kept of a file is what is read off it", async (t) => {
  const source = new SourceText("schema/all.sql", text);
  const again = await kept(t, source);
  assert.ok((again ?? []).length > 20);
  assert.deepEqual(again?.map(described), (await fresh(source)).map(described));
});

test("another text, or the same at another path, is not what was kept", async (t) => {
  const readings = new KeptReadings(await testProjectFolder(t));
  const source = new SourceText("schema/a.sql", "create table a (id int);");
  assert.equal(await readings.find(source), undefined);
  await readings.keep(source, await fresh(source));
  assert.equal((await readings.find(source))?.length, 1);
  assert.equal(await readings.find(new SourceText("schema/a.sql", "create table b (id int);")), undefined);
  assert.equal(await readings.find(new SourceText("schema/b.sql", source.text)), undefined);
});

test("what its file has set before a statement is not kept, nor is the file", async (t) => {
  const source = new SourceText("schema/a.sql", "set search_path = app; create table a (id int);");
  assert.equal(await kept(t, source), undefined);
});

test("files with errors are read again each time, and what is gone is forgotten", async (t) => {
  const folder = await testProjectFolder(t);
  const [one, two] = ["one", "two"].map((name) => new SourceText(`schema/${name}.sql`, `create table ${name} ();`));
  assert.ok(one !== undefined && two !== undefined);
  await readUnits([one, two], folder);
  assert.equal((await readdir(folder)).length, 2);
  const wrong = new SourceText("schema/one.sql", "create tabel one ();");
  for (const _ of [1, 2]) assert.equal((await readUnits([wrong, two], folder)).errors[0]?.code, "WD410");
  await readUnits([new SourceText("schema/one.sql", "create table one (id int);")], folder);
  assert.equal((await readdir(folder)).length, 1);
});
