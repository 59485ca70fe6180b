import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { needsSuperuser, testDatabase } from "../../../test/support/database.ts";
import { planDiff, readModel, type Model } from "../index.ts";

/** Roles belong to the cluster: the same ones are read in one state, then in the other, then changed back. */
interface Roles {
  readonly statements: readonly string[];
  readonly left: readonly string[];
}

const skip = needsSuperuser;

/** In the statements `A`, `B`, `C` and `D` are roles, `DB` is the database. */
async function change(t: TestContext, before: string, after: string): Promise<Roles> {
  const { connection, target } = await testDatabase(t);
  const names = ["A", "B", "C", "D"].map((letter) => `${target.database}_${letter.toLowerCase()}`);
  const run = async (text: string): Promise<void> => {
    const database = text.replaceAll(/\bDB\b/g, target.database);
    await connection.execute(
      database.replaceAll(/\b[ABCD]\b/g, (letter) => `${target.database}_${letter.toLowerCase()}`),
    );
  };
  const read = async (): Promise<Model> => await connection.transaction((tx) => readModel(tx, { roles: names }));
  const reset = `drop role if exists ${names.join(", ")}; alter database DB reset all;`;
  await run(`${reset} ${after}`);
  const wanted = await read();
  await run(`${reset} ${before}`);
  const { actions } = planDiff(await read(), wanted);
  const statements = actions.flatMap((action) => action.statements);
  for (const statement of statements) await connection.execute(statement);
  const rest = planDiff(await read(), wanted).actions.flatMap((action) => action.statements);
  const short = (statement: string): string =>
    names.reduce((text, name, index) => text.replaceAll(name, "ABCD"[index] ?? ""), statement);
  return { statements: statements.map(short), left: rest };
}

test("attributes of a role that differ are altered, the others not named", { skip }, async (t) => {
  const { statements, left } = await change(
    t,
    "create role A login createdb connection limit 3 valid until '2030-01-01'; comment on role A is 'a'",
    "create role A noinherit bypassrls createdb; create role B login connection limit 7 valid until '2040-05-06 07:08 UTC'",
  );
  assert.deepEqual(left, []);
  assert.deepEqual(statements, [
    "create role B login connection limit 7 valid until '2040-05-06 07:08:00+00'",
    "alter role A noinherit nologin bypassrls connection limit -1 valid until 'infinity'",
    "comment on role A is null",
  ]);
});

test("settings of a role, of a role in this database and of the database are set and reset", { skip }, async (t) => {
  const { statements, left } = await change(
    t,
    `create role A;
     alter role A set search_path = '$user', "x y", public;
     alter role A in database DB set work_mem = '10MB';
     alter database DB set search_path = 'a b', public;
     alter database DB set app.x = 'it''s 100% \\ ok $$'`,
    `create role A;
     alter role A set search_path = '';
     alter role A set statement_timeout = '10s';
     alter role A in database DB set search_path = 'q', "$user";
     alter database DB set app.x = 'it''s 200% \\ ok $$';
     alter database DB set app."Y" = ''`,
  );
  assert.deepEqual(left, []);
  assert.ok(statements.includes("alter role A set search_path to ''"));
});

test("memberships come, change their options and go; one may turn round", { skip }, async (t) => {
  const { statements, left } = await change(
    t,
    `create role A; create role B; create role C; create role D;
     grant B to A; grant C to A with admin option; grant C to B; grant pg_monitor to D`,
    `create role A; create role B; create role C; create role D noinherit;
     grant A to B; grant C to A; grant C to B with admin option; grant pg_monitor to A; grant C to D`,
  );
  assert.deepEqual(left, []);
  assert.ok(statements.indexOf("revoke B from A") < statements.indexOf("grant A to B"));
  assert.ok(statements.includes("grant C to D"), "a member without inherit needs no option");
});

test("inherit and set of a membership are options from 16 on", { skip }, async (t) => {
  const { connection } = await testDatabase(t);
  const [row] = await connection.query<{ major: number }>({
    text: "select current_setting('server_version_num')::integer / 10000 as major",
    values: [],
  });
  if ((row?.major ?? 0) < 16) return t.skip("PostgreSQL 15");
  const { statements, left } = await change(
    t,
    "create role A; create role B; create role C; grant A to B",
    `create role A; create role B; create role C;
     grant A to B with inherit false, set true; grant A to C with inherit true, set false`,
  );
  assert.deepEqual(left, []);
  assert.deepEqual(statements, ["grant A to C with set false", "grant A to B with inherit false"]);
});

test("roles that were not asked for are not looked at", { skip }, async (t) => {
  const { connection } = await testDatabase(t);
  const { facts } = await connection.transaction((tx) => readModel(tx));
  assert.deepEqual(
    [...facts.values()].filter(({ kind }) => ["role", "membership", "role setting"].includes(kind)),
    [],
  );
});

test("a role that goes goes with its memberships and settings", { skip }, async (t) => {
  const { left } = await change(
    t,
    "create role A; create role B; grant A to B; grant B to pg_monitor; alter role B in database DB set work_mem = '1MB'",
    "create role A",
  );
  assert.deepEqual(left, []);
});
