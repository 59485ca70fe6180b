import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../../test/support/until.ts";
import { nothingBeyond } from "../settings.ts";
import { restServer, type RestServerOptions } from "../../../../test/support/rest-server.ts";

// Tables that are made later than the grants of the test's server: they have those that stand here alone.
const people = `
  create schema people; grant usage on schema people to $anon;
  create table people.team (id int primary key, name text, budget int);
  create table people.person (id int primary key, name text, salary int, team_id int references people.team);
  create table people.secret (id int primary key, code text);
  create function people.everybody() returns setof people.person language sql stable security definer as
    'select * from people.person';
  insert into people.team values (1, 'red', 1000);
  insert into people.person values (1, 'Ann', 10, 1), (2, 'Bob', 20, 1);
  grant select (id, name, team_id), insert (id, name), update (name) on people.person to $anon;
  grant select (name, id) on people.team to $anon;
`;

const permitted: RestServerOptions = {
  settings: { schemas: ["people"], beyond: { ...nothingBeyond, permittedColumns: true } },
};

async function json(asked: Promise<Response>): Promise<unknown> {
  return await (await asked).json();
}

test("* stands for the columns that the role may read", async (t) => {
  const { url } = await restServer(t, people, permitted);
  const ann = { id: 1, name: "Ann", team_id: 1 };
  assert.deepEqual(await json(fetch(`${url}/person?id=eq.1`)), [ann]);
  assert.deepEqual(await json(fetch(`${url}/person?id=eq.1&select=*,team(*)`)), [
    { ...ann, team: { id: 1, name: "red" } },
  ]);
  assert.deepEqual(await json(fetch(`${url}/team?select=name,person(*)&person.limit=1`)), [
    { name: "red", person: [ann] },
  ]);
  assert.deepEqual(
    await json(
      fetch(`${url}/person?id=eq.1&order=name`, { headers: { accept: "text/csv" } }).then(async (response) =>
        Response.json(await response.text()),
      ),
    ),
    "id,name,team_id\n1,Ann,1",
  );
});

test("what was written comes back as far as it may be read", async (t) => {
  const { url } = await restServer(t, people, permitted);
  const headers = { "content-type": "application/json", prefer: "return=representation" };
  const made = fetch(`${url}/person`, { method: "POST", headers, body: '{"id": 3, "name": "Eve"}' });
  assert.deepEqual(await json(made), [{ id: 3, name: "Eve", team_id: null }]);
  const changed = fetch(`${url}/person?id=eq.3`, { method: "PATCH", headers, body: '{"name": "Eva"}' });
  assert.deepEqual(await json(changed), [{ id: 3, name: "Eva", team_id: null }]);
});

test("a column that is named is refused as ever, and so is a relation without any", async (t) => {
  const { url } = await restServer(t, people, permitted);
  for (const path of ["person?select=salary", "person?salary=gt.5", "person?order=salary", "secret"]) {
    const { code } = (await json(fetch(`${url}/${path}`))) as { code: string };
    assert.equal(code, "42501", path);
  }
});

test("what a function returns is whole: it needs no privilege", async (t) => {
  const { url } = await restServer(t, people, permitted);
  const [first] = (await json(fetch(`${url}/rpc/everybody`))) as readonly object[];
  assert.deepEqual(Object.keys(first ?? {}), ["id", "name", "salary", "team_id"]);
});

test("grants are heard as the schema is, and each role has its own", async (t) => {
  const { url, admin, roles, server, logged } = await restServer(t, people, permitted);
  const keys = async (): Promise<readonly string[]> =>
    Object.keys(((await json(fetch(`${url}/person?limit=1`))) as readonly object[])[0] ?? {});
  assert.deepEqual(await keys(), ["id", "name", "team_id"]);
  await admin.execute(`grant select (salary) on people.person to ${roles.anon}`);
  const loads = (): number => logged.filter((line) => line.startsWith("the schema cache was read")).length;
  const before = loads();
  server.reload();
  await until("the schema was read again", () => loads() > before);
  assert.deepEqual(await keys(), ["id", "name", "salary", "team_id"]);
});

test("without the setting * is what PostgREST makes of it", async (t) => {
  const { url } = await restServer(t, people, { settings: { schemas: ["people"] } });
  assert.equal(((await json(fetch(`${url}/person`))) as { code: string }).code, "42501");
});
