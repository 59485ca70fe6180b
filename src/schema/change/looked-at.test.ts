import assert from "node:assert/strict";
import { test } from "node:test";
import { testDatabase } from "../../../test/support/database.ts";
import { differences, observe } from "../../diff/index.ts";
import type { Connection } from "../../postgres/index.ts";
import { lookAt } from "./looked-at.ts";

async function look(connection: Connection): Promise<ReadonlyMap<string, string>> {
  return (await connection.transaction(async (tx) => lookAt(tx, {}))).seen;
}

async function assertAll(connection: Connection, seen: ReadonlyMap<string, string>): Promise<void> {
  const all = await connection.transaction(async (tx) => observe(tx));
  assert.deepEqual(differences(seen, all), []);
}

test("a later look at a database shows all that was made, altered and dropped since the first", async (t) => {
  const { connection } = await testDatabase(t);
  await connection.execute(`
    create table public.kept (id int primary key, name text not null default 'a');
    create table public.gone (id int);
    create type public.mood as enum ('good');
    create view public.seen as select id, name from public.kept;
    create function public.twice(n int) returns int language sql as 'select n * 2'
  `);
  await assertAll(connection, await look(connection));
  await connection.execute(`
    alter table public.kept alter column name set default 'b', add constraint short check (length(name) < 9);
    drop table public.gone;
    alter type public.mood add value 'bad';
    alter view public.seen rename to shown;
    create or replace function public.twice(n int) returns int language sql as 'select n + n';
    comment on table public.kept is 'kept'
  `);
  const later = await look(connection);
  await assertAll(connection, later);
  assert.ok(later.has("view public.shown") || [...later.keys()].some((object) => object.includes("public.shown")));
  await connection.execute("create index on public.kept (name)");
  await assertAll(connection, await look(connection));
});

test("what a transaction has written and taken back is in no later look", async (t) => {
  const { connection } = await testDatabase(t);
  await connection.execute("create table public.entry (id int, name text default 'a')");
  await look(connection);
  await assert.rejects(
    connection.transaction(async (tx) => {
      await tx.execute("alter table public.entry alter column name set default 'b'");
      const within = await lookAt(tx, {});
      assert.ok([...within.seen.values()].some((value) => value.includes("'b'")));
      throw new Error("taken back");
    }),
    /taken back/,
  );
  await assertAll(connection, await look(connection));
});

test("a role's new name is in the next look, although nothing of what was granted to it was written", async (t) => {
  const { connection, target } = await testDatabase(t);
  const role = `${target.database}_reader`;
  await connection.execute(`
    create role ${role};
    create table public.entry (id int);
    grant select on public.entry to ${role}
  `);
  await look(connection);
  await connection.execute(`alter role ${role} rename to ${role}_now`);
  await assertAll(connection, await look(connection));
});
