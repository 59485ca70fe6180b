// One schema with every construct that a database can have, end to end.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { restServer } from "../../../../test/support/rest-server.ts";

const isSuperuser = process.env["HOWDAH_TEST_AS"] !== "plain";

const schema = `
  create domain public.email as text constraint email_check check (value like '%@%');
  create domain public.short as varchar(5);
  create type public.mood as enum ('sad', 'fine', 'happy');
  create type public.address as (street text, city text);
  create table public.person (
    id int generated always as identity primary key, name text not null, mail public.email unique, mood public.mood,
    home public.address, nick public.short, tags text[] not null default '{}', born date,
    initial text generated always as (left(name, 1)) stored
  );
  create table public.reservation (
    id int primary key, during tstzrange not null, seats int4range, days datemultirange,
    person_id int references public.person, exclude using gist (during with &&)
  );
  create table public.measurement (
    at date not null, sensor int not null, value numeric(8, 2), person_id int references public.person,
    primary key (at, sensor)
  ) partition by range (at);
  create table public.measurement_2025 partition of public.measurement for values from ('2025-01-01') to ('2026-01-01');
  create table public.measurement_2026 partition of public.measurement for values from ('2026-01-01') to ('2027-01-01');
  create table public.parent (id int primary key, kind text);
  create table public.child (extra text, primary key (id)) inherits (public.parent);
  create view public.adult as select id, name, born from public.person where born < '2000-01-01';
  create view public.adult_name as select id, name from public.adult;
  create materialized view public.tally as select person_id, count(*) as count from public.measurement group by 1;
  create function public.full_name(public.person) returns text language sql stable as $$ select $1.name || ' <' || $1.mail || '>' $$;
  create function public.latest(public.person) returns setof public.measurement rows 1 language sql stable as
    'select * from public.measurement where person_id = $1.id order by at desc limit 1';
  create function public.oldest() returns public.person language sql stable as
    'select * from public.person order by born limit 1';
  create function public.pair(out a int, out b public.address) language sql immutable as
    $$ select 1, row('s', 'c')::public.address $$;
  create procedure public.nothing() language sql as 'select 1';
  insert into public.person (name, mail, mood, home, nick, tags, born) values
    ('Ann', 'a@x', 'happy', row('Main', 'Rome'), 'an', '{a,b}', '1990-01-01'), ('Bob', 'b@x', 'sad', null, null, '{}', '2005-05-05');
  insert into public.reservation values
    (1, '[2026-01-01,2026-01-02)', '[1,4)', '{[2026-01-01,2026-01-03)}', 1), (2, '[2026-02-01,2026-02-02)', null, null, 2);
  insert into public.measurement values ('2025-06-01', 1, 1.5, 1), ('2026-06-01', 1, 2.5, 1), ('2026-07-01', 2, 9, 2);
  insert into public.parent values (1, 'parent'); insert into public.child values (2, 'child', 'more');
  refresh materialized view public.tally;
  ${
    isSuperuser
      ? `create extension file_fdw; create server files foreign data wrapper file_fdw;
    create foreign table public.file (id int, word text) server files options (program 'echo 1,one', format 'csv');`
      : ""
  }
`;

type Writing = "POST" | "PATCH" | "PUT" | "DELETE";

interface Api {
  readonly get: (path: string) => Promise<unknown>;
  readonly send: (
    method: Writing,
    path: string,
    body: unknown,
  ) => Promise<{ readonly status: number; readonly body: unknown }>;
}

async function api(t: TestContext): Promise<Api> {
  const { url } = await restServer(t, schema);
  const headers = { "content-type": "application/json", prefer: "return=representation" };
  return {
    get: async (path) => (await fetch(url + path)).json(),
    send: async (method, path, body) => {
      const sent: RequestInit = { method, headers, body: JSON.stringify(body) };
      const response = await fetch(url + path, sent);
      const text = await response.text();
      return { status: response.status, body: text === "" ? null : (JSON.parse(text) as unknown) };
    },
  };
}

test("domains, enums, composite types, arrays and generated columns are read, filtered and written", async (t) => {
  const { get, send } = await api(t);
  assert.deepEqual(await get("/person?select=name,mail,mood,home,nick,tags,initial&id=eq.1"), [
    {
      name: "Ann",
      mail: "a@x",
      mood: "happy",
      home: { street: "Main", city: "Rome" },
      nick: "an",
      tags: ["a", "b"],
      initial: "A",
    },
  ]);
  assert.deepEqual(await get("/person?select=name,city:home->>city&home->>city=eq.Rome"), [
    { name: "Ann", city: "Rome" },
  ]);
  assert.deepEqual(await get("/person?select=name&mood=gt.sad&tags=cs.{a}&order=mood.desc"), [{ name: "Ann" }]);
  const made = await send("POST", "/person?select=id,home,initial,tags", {
    name: "Cid",
    mail: "c@x",
    mood: "fine",
    home: { street: "Side", city: "Pisa" },
    tags: ["c"],
  });
  assert.deepEqual(made, {
    status: 201,
    body: [{ id: 3, home: { street: "Side", city: "Pisa" }, initial: "C", tags: ["c"] }],
  });
  const codes = [];
  for (const [body, id] of [
    [{ mail: "none" }, 1],
    [{ mood: "angry" }, 1],
    [{ nick: "too long" }, 1],
    [{ initial: "Z" }, 1],
  ] as const)
    codes.push(((await send("PATCH", `/person?id=eq.${id}`, body)).body as { code: string }).code);
  assert.deepEqual(codes, ["23514", "22P02", "22001", "428C9"]);
});

test("ranges and multiranges have their operators, and constraints of exclusion their status", async (t) => {
  const { get, send } = await api(t);
  assert.deepEqual(await get("/reservation?select=id&during=ov.[2026-01-01,2026-01-15)"), [{ id: 1 }]);
  assert.deepEqual(await get("/reservation?select=id&seats=cs.[2,3)"), [{ id: 1 }]);
  assert.deepEqual(await get("/reservation?select=id&days=adj.{[2026-01-03,2026-01-04)}"), [{ id: 1 }]);
  const { status, body } = await send("POST", "/reservation", { id: 3, during: "[2026-01-01,2026-03-01)" });
  assert.deepEqual([status, (body as { code: string }).code], [400, "23P01"]);
});

test("a partitioned table is one relation, related as one, and rows move between its partitions", async (t) => {
  const { get, send } = await api(t);
  assert.deepEqual(await get("/measurement?select=value,person(name)&at=gte.2026-01-01&order=at"), [
    { value: 2.5, person: { name: "Ann" } },
    { value: 9, person: { name: "Bob" } },
  ]);
  assert.deepEqual(await get("/person?select=name,measurement(value)&id=eq.1&measurement.order=at.desc"), [
    { name: "Ann", measurement: [{ value: 2.5 }, { value: 1.5 }] },
  ]);
  assert.equal(((await get("/measurement_2026")) as { code: string }).code, "PGRST205");
  const moved = await send("PATCH", "/measurement?at=eq.2026-07-01&select=at", { at: "2025-07-01" });
  assert.deepEqual(moved.body, [{ at: "2025-07-01" }]);
  const upserted = await send("PUT", "/measurement?at=eq.2025-06-01&sensor=eq.1", {
    at: "2025-06-01",
    sensor: 1,
    value: 7,
  });
  assert.equal(upserted.status, 200);
  const outside = await send("POST", "/measurement", { at: "2030-01-01", sensor: 1 });
  assert.equal((outside.body as { code: string }).code, "23514");
});

test("views on views lead to the tables below, and are written through", async (t) => {
  const { get, send } = await api(t);
  assert.deepEqual(await get("/adult_name?select=name,measurement(value)&measurement.order=at"), [
    { name: "Ann", measurement: [{ value: 1.5 }, { value: 2.5 }] },
  ]);
  assert.deepEqual(await get("/reservation?select=id,adult_name!inner(name)"), [
    { id: 1, adult_name: { name: "Ann" } },
  ]);
  assert.deepEqual((await send("PATCH", "/adult_name?id=eq.1", { name: "Anna" })).body, [{ id: 1, name: "Anna" }]);
  assert.deepEqual(await get("/tally?select=count&order=person_id"), [{ count: 2 }, { count: 1 }]);
  assert.equal(((await send("DELETE", "/tally", {})).body as { code: string }).code, "42809");
});

test("functions of a row are columns and relations of it", async (t) => {
  const { get } = await api(t);
  assert.deepEqual(await get("/person?select=full_name,latest(value)&order=full_name.desc&limit=1"), [
    { full_name: "Bob <b@x>", latest: { value: 9 } },
  ]);
  assert.deepEqual(await get("/person?select=id&full_name=like.Ann*"), [{ id: 1 }]);
  assert.deepEqual(await get("/rpc/oldest?select=name,reservation(id)"), { name: "Ann", reservation: [{ id: 1 }] });
  assert.deepEqual(await get("/rpc/pair"), { a: 1, b: { street: "s", city: "c" } });
  assert.equal(((await get("/rpc/nothing")) as { code: string }).code, "PGRST202");
});

test("tables that inherit show their children's rows, and foreign tables their wrapper's", async (t) => {
  const { get } = await api(t);
  assert.deepEqual(await get("/parent?order=id"), [
    { id: 1, kind: "parent" },
    { id: 2, kind: "child" },
  ]);
  if (isSuperuser) assert.deepEqual(await get("/file?word=eq.one"), [{ id: 1, word: "one" }]);
});

test("what goes beyond PostgREST works on all of them", async (t) => {
  const { get, send } = await api(t);
  assert.deepEqual(await get("/measurement?select=value&order=at.desc&limit=1&after="), [{ value: 9 }]);
  assert.deepEqual(await get("/measurement?select=sensor&distinct=*&order=sensor"), [{ sensor: 1 }, { sensor: 2 }]);
  const changed = await send("PATCH", "/measurement?match=*&select=value&order=value", [
    { at: "2025-06-01", sensor: 1, value: 10 },
    { at: "2026-07-01", sensor: 2, value: 20 },
  ]);
  assert.deepEqual(changed.body, [{ value: 10 }, { value: 20 }]);
  const people = await send("PATCH", "/person?match=mail&select=name,home&order=name", [
    { mail: "a@x", home: { street: "New", city: "Bari" } },
    { mail: "b@x", home: null },
  ]);
  assert.deepEqual(people.body, [
    { name: "Ann", home: { street: "New", city: "Bari" } },
    { name: "Bob", home: null },
  ]);
  assert.deepEqual(await get("/adult_name?order=name&after=&limit=1"), [{ id: 1, name: "Ann" }]);
});
