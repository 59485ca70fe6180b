import assert from "node:assert/strict";
import { test } from "node:test";
import { testDatabase } from "../../test/support/database.ts";
import { diffDatabases } from "./diff-databases.ts";

test("the statements between two databases run one by one, whatever bodies of functions name", async (t) => {
  const [from, to] = [await testDatabase(t), await testDatabase(t)];
  await to.connection.execute(`
    create table public.member (id integer primary key);
    create function public.is_member(integer) returns boolean language sql stable
      as 'select exists (select from public.member where id = $1)';
    create table public.account (id integer primary key, member integer);
    create policy own on public.account using (public.is_member(member));
  `);
  const { statements, unmodelled } = await diffDatabases(from.target, to.target);
  assert.deepEqual(unmodelled, []);
  assert.equal(statements[0], "set check_function_bodies = off");
  for (const statement of statements) await from.connection.execute(statement);
  assert.deepEqual((await diffDatabases(from.target, to.target)).statements, []);
});
