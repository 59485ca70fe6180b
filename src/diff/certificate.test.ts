import assert from "node:assert/strict";
import { test } from "node:test";
import { testDatabase } from "../../test/support/database.ts";
import type { Connection } from "../postgres/index.ts";
import { certificate, compareCertificates, type CertificateOptions, type Comparison } from "./certificate.ts";

const schema = `
  create table a (id serial primary key, v text);
  create table b (id bigint generated always as identity, n varchar(10));
  insert into a (v) values ('x'), ('y');
  insert into b (n) values ('1');
`;

const nothing: Comparison = { untouched: ["public.a", "public.b"], rewritten: [], gone: [], back: [] };

test("rows are untouched as long as their file and their columns' numbers are the same", async (t) => {
  const compare = await prepared((await testDatabase(t)).connection);
  assert.deepEqual(await compare("alter table a add column w integer default 3"), nothing);
  assert.deepEqual(await compare("alter table b alter column n type text"), nothing);
  assert.deepEqual(await compare("alter table a drop column v"), nothing);
  assert.deepEqual(await compare("alter table a rename to c; alter table c rename column v to w"), nothing);
});

test("a table that was written anew is counted on both sides", async (t) => {
  const compare = await prepared((await testDatabase(t)).connection);
  const { untouched, rewritten } = await compare("alter table a alter column id type bigint");
  assert.deepEqual(untouched, ["public.b"]);
  assert.deepEqual(rewritten, [{ name: "public.a", before: 2n, after: 2n, equal: true }]);
});

test("a row that was lost on the way shows", async (t) => {
  const compare = await prepared((await testDatabase(t)).connection);
  const { rewritten } = await compare(`
    create table c (id integer, v text);
    insert into c select * from a where id = 1;
    alter sequence a_id_seq owned by none;
    drop table a;
    alter table c rename to a
  `);
  assert.deepEqual(rewritten, [{ name: "public.a", before: 2n, after: 1n, equal: false }]);
});

test("a column that was dropped and added again is not untouched", async (t) => {
  const compare = await prepared((await testDatabase(t)).connection);
  const { rewritten } = await compare("alter table a drop column v; alter table a add column v text");
  assert.deepEqual(
    rewritten.map(({ name }) => name),
    ["public.a"],
  );
});

test("two columns that exchange their names are untouched where the renames are told", async (t) => {
  const { connection } = await testDatabase(t);
  await connection.execute("create table a (x integer, y integer)");
  const before = await connection.transaction((tx) => certificate(tx));
  await connection.execute("alter table a rename x to z; alter table a rename y to x; alter table a rename z to y");
  const after = await connection.transaction((tx) => certificate(tx));
  const renames = new Map([
    ["public.a.x", "public.a.y"],
    ["public.a.y", "public.a.x"],
  ]);
  assert.deepEqual(compareCertificates(before, after).untouched, []);
  assert.deepEqual(compareCertificates(before, after, renames).untouched, ["public.a"]);
});

test("without counting, a table that was written anew is said to be unknown", async (t) => {
  const compare = await prepared((await testDatabase(t)).connection, {});
  const { rewritten } = await compare("alter table a alter column id type bigint");
  assert.deepEqual(rewritten, [{ name: "public.a", before: undefined, after: undefined, equal: undefined }]);
});

test("only the tables that are named are counted", async (t) => {
  const { connection } = await testDatabase(t);
  await connection.execute(schema);
  const { tables } = await connection.transaction((tx) => certificate(tx, { count: ["public.b"] }));
  assert.deepEqual([tables.get("public.a")?.rows, tables.get("public.b")?.rows], [undefined, 1n]);
});

test("a table that is gone is named; one that is made again under its name is not", async (t) => {
  const compare = await prepared((await testDatabase(t)).connection);
  assert.deepEqual((await compare("drop table b")).gone, ["public.b"]);
  assert.deepEqual((await compare("drop table b; create table b ()")).gone, []);
});

test("a sequence goes back where it would give a value again", async (t) => {
  const compare = await prepared((await testDatabase(t)).connection);
  const back = [{ name: "public.a_id_seq", last: 2n, next: 1n }];
  assert.deepEqual((await compare("alter sequence a_id_seq restart")).back, back);
  assert.deepEqual((await compare("select setval('a_id_seq', 2, false)")).back, [{ ...back[0], next: 2n }]);
  assert.deepEqual((await compare("select setval('a_id_seq', 3, false)")).back, []);
  assert.deepEqual((await compare("alter sequence a_id_seq increment by 10")).back, []);
});

test("a sequence made anew for the same column goes on where the former one was", async (t) => {
  const compare = await prepared((await testDatabase(t)).connection);
  const toIdentity = `
    alter table a alter column id drop default;
    drop sequence a_id_seq;
    alter table a alter column id add generated always as identity (sequence name numbers)
  `;
  assert.deepEqual((await compare(toIdentity)).back, [{ name: "public.a_id_seq", last: 2n, next: 1n }]);
  assert.deepEqual((await compare(`${toIdentity}; select setval('numbers', 2)`)).back, []);
});

test("schemas that are left out are not certified", async (t) => {
  const { connection } = await testDatabase(t);
  await connection.execute(`create schema theirs; create table theirs.t (id serial); ${schema}`);
  const { tables, sequences } = await connection.transaction((tx) => certificate(tx, { leaveOut: ["theirs"] }));
  assert.deepEqual([...tables.keys(), ...sequences.keys()].toSorted(), [
    "public.a",
    "public.a_id_seq",
    "public.b",
    "public.b_id_seq",
  ]);
});

/** What statements do to the rows of the schema above; taken back each time. */
async function prepared(
  connection: Connection,
  options: CertificateOptions = { count: "all" },
): Promise<(statements: string) => Promise<Comparison>> {
  await connection.execute(schema);
  return async (statements) => {
    const takenBack = new Error("taken back");
    let compared = nothing;
    const run = connection.transaction(async (tx) => {
      const before = await certificate(tx, options);
      await tx.execute(`set local search_path = public; ${statements}`);
      compared = compareCertificates(before, await certificate(tx, options));
      throw takenBack;
    });
    await run.catch((error: unknown) => {
      if (error !== takenBack) throw error;
    });
    // setval() is not taken back.
    await connection.execute("select setval('a_id_seq', 2)");
    return compared;
  };
}
