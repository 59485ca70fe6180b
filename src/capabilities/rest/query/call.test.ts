import assert from "node:assert/strict";
import { test } from "node:test";
import { restDatabase } from "../../../../test/support/rest.ts";

const functions = `
  create table owner (id int primary key, name text);
  create table item (id int primary key, name text, owner_id int references owner);
  insert into owner values (1, 'Ann'), (2, 'Bob');
  insert into item values (1, 'one', 1), (2, 'two', 1), (3, 'three', 2);
  create function add(a int, b int default 10) returns int immutable language sql as 'select a + b';
  create function items(above int default 0) returns setof item stable language sql as 'select * from api.item where id > above';
  create function item_one() returns item stable language sql as 'select * from api.item where id = 1';
  create function numbers() returns setof int stable language sql as 'select generate_series(1, 3)';
  create function listed() returns table (a int, b text) stable language sql as $$ values (1, 'x'), (2, 'y') $$;
  create function outs(x int, out y int, out z text) stable language sql as $$ select x, 'z' $$;
  create function nothing() returns void language sql as '';
  create function total(variadic v int[]) returns int immutable language sql as 'select sum(n)::int from unnest(v) n';
  create function size(list int[]) returns int immutable language sql as 'select cardinality(list)';
  create function echo(json) returns json immutable language sql as 'select $1';
  create function shout(text) returns text immutable language sql as 'select upper($1)';
  create function weigh(bytea) returns int immutable language sql as 'select length($1)';
  create function over(a int) returns text immutable language sql as $$ select 'one' $$;
  create function over(a int, b int) returns text immutable language sql as $$ select 'two' $$;
  create function vague(a int) returns int immutable language sql as 'select 1';
  create function vague(a text) returns int immutable language sql as 'select 2';
  create function write_item(id int) returns setof item volatile language sql
    as $$ insert into api.item values (id, 'new') returning * $$;
  create domain "text/html" as text;
  create domain "image/png" as bytea;
  create function page(title text) returns "text/html" immutable language sql as $$ select '<h1>' || title || '</h1>' $$;
  create function picture() returns "image/png" immutable language sql as $$ select '\\xffd8ffe0'::bytea $$;
`;

test("a call by GET has its arguments as parameters, and is planned once", async (t) => {
  const db = await restDatabase(t, functions);
  const { main, context } = db.statements("GET /rpc/items?above=1&select=id");
  assert.ok(
    main.text.endsWith(
      ' from (select "item"."id" from (select "pgrst_call"."id" from "api"."items"("above" := $1::integer) as pgrst_call) ' +
        'as "item") as _postgrest_t',
    ),
    main.text,
  );
  assert.deepEqual(main.values, ["1"]);
  assert.equal(main.plan, "generic");
  assert.equal(context.accessMode, "read only");
});

test("functions answer with a value, an object, rows or nothing", async (t) => {
  const db = await restDatabase(t, functions);
  const body = async (request: string, sent?: object): Promise<unknown> => {
    return (await db.ask(request, sent === undefined ? {} : { body: sent })).body;
  };
  assert.equal(await body("GET /rpc/add?a=1&b=2"), 3);
  assert.equal(await body("GET /rpc/add?a=1"), 11);
  assert.equal(await body("POST /rpc/add", { a: 5, b: 6 }), 11);
  assert.deepEqual(await body("GET /rpc/item_one"), { id: 1, name: "one", owner_id: 1 });
  assert.deepEqual(await body("GET /rpc/numbers"), [1, 2, 3]);
  assert.deepEqual(await body("GET /rpc/listed"), [
    { a: 1, b: "x" },
    { a: 2, b: "y" },
  ]);
  assert.deepEqual(await body("GET /rpc/outs?x=4"), { y: 4, z: "z" });
  assert.equal((await db.ask("POST /rpc/nothing", { body: {} })).count, "1");
  assert.equal(await body("GET /rpc/total?v=1&v=2&v=3"), 6);
  assert.equal(await body("POST /rpc/total", { v: [4, 5] }), 9);
  assert.equal(await body("GET /rpc/size?list={1,2,3}"), 3);
  assert.equal(await body("POST /rpc/size", { list: [1, 2] }), 2);
  assert.deepEqual(await body("POST /rpc/echo", { a: [1] }), { a: [1] });
  assert.equal(await body("GET /rpc/over?a=1"), "one");
  assert.equal(await body("GET /rpc/over?a=1&b=2"), "two");
  const form = { "content-type": "application/x-www-form-urlencoded" };
  assert.equal((await db.ask("POST /rpc/add", { body: "a=2&b=3", headers: form })).body, 5);
});

test("rows of a function are filtered, embedded, counted and paged like those of a table", async (t) => {
  const db = await restDatabase(t, functions);
  const { body } = await db.ask("GET /rpc/items?select=name,owner(name)&id=lt.3&order=id.desc");
  assert.deepEqual(body, [
    { name: "two", owner: { name: "Ann" } },
    { name: "one", owner: { name: "Ann" } },
  ]);
  const counted = await db.ask("GET /rpc/items?limit=1", { headers: { prefer: "count=exact" } });
  assert.deepEqual([counted.total, counted.count], ["3", "1"]);
  const limited = await db.ask("GET /rpc/items", { settings: { maxRows: 2 } });
  assert.equal(limited.count, "2");
});

test("a body of another type is the only argument", async (t) => {
  const db = await restDatabase(t, functions);
  const send = async (name: string, type: string, body: string): Promise<unknown> => {
    return (await db.ask(`POST /rpc/${name}`, { body, headers: { "content-type": type } })).body;
  };
  assert.equal(await send("shout", "text/plain", "hello"), "HELLO");
  assert.equal(await send("weigh", "application/octet-stream", "äb"), 3);
});

test("only a POST of a volatile function may write", async (t) => {
  const db = await restDatabase(t, functions);
  await assert.rejects(db.ask("GET /rpc/write_item?id=9"), { code: "25006", status: 405 });
  assert.deepEqual((await db.ask("POST /rpc/write_item", { body: { id: 9 } })).body, [
    { id: 9, name: "new", owner_id: null },
  ]);
  assert.equal(db.statements("POST /rpc/add", { body: { a: 1 } }).context.accessMode, "read only");
});

test("a function is chosen by its arguments, and its refusal says what was looked for", async (t) => {
  const db = await restDatabase(t, functions);
  const failing = async (request: string, expected: object, body?: object): Promise<void> => {
    await assert.rejects(async () => db.ask(request, body === undefined ? {} : { body }), expected);
  };
  await failing("GET /rpc/addd?a=1", {
    code: "PGRST202",
    message: "Could not find the function api.addd(a) in the schema cache",
    hint: "Perhaps you meant to call the function api.add",
  });
  await failing("GET /rpc/add?a=1&c=2", {
    code: "PGRST202",
    hint: "Perhaps you meant to call the function api.add(a, b)",
  });
  await failing(
    "POST /rpc/add",
    { code: "PGRST202", details: /with parameter z or with a single unnamed json\/jsonb/ },
    { z: 1 },
  );
  await failing("GET /rpc/vague?a=1", {
    code: "PGRST203",
    status: 300,
    message: "Could not choose the best candidate function between: api.vague(a => integer), api.vague(a => text)",
  });
});

test("domains that are named like media types make bodies of them", async (t) => {
  const db = await restDatabase(t, functions);
  const html = await db.ask("GET /rpc/page?title=Hi", { headers: { accept: "text/html" } });
  assert.equal(html.body, "<h1>Hi</h1>");
  assert.deepEqual(html.statements.mediaType, { kind: "other", name: "text/html" });
  const png = await db.ask("GET /rpc/picture", { headers: { accept: "image/png" } });
  assert.deepEqual([png.body, png.statements.bodyEncoding], ["ffd8ffe0", "hex"]);
  await assert.rejects(async () => db.ask("GET /rpc/add?a=1", { headers: { accept: "image/png" } }), {
    code: "PGRST107",
    message: "None of these media types are available: image/png",
  });
});

test("aggregates make bodies of the rows of their relation, and of any", async (t) => {
  const db = await restDatabase(
    t,
    `create table item (id int primary key, name text);
     create table other (id int);
     insert into item values (1, 'a'), (2, 'b');
     create domain "text/names" as text;
     create domain "text/count" as text;
     create function add_name(state "text/names", item item) returns "text/names" immutable language sql
       as $$ select (coalesce(state::text, '') || item.name)::api."text/names" $$;
     create aggregate names(item) (sfunc = add_name, stype = "text/names");
     create function add_one(state "text/count", item anyelement) returns "text/count" immutable language sql
       as $$ select (state || '+')::api."text/count" $$;
     create aggregate count_all(anyelement) (sfunc = add_one, stype = "text/count", initcond = '');`,
  );
  const ask = async (url: string, accept: string): Promise<unknown> => {
    return (await db.ask(`GET ${url}`, { headers: { accept } })).body;
  };
  assert.equal(await ask("/item", "text/names"), "ab");
  assert.equal(await ask("/item", "text/count"), "++");
  assert.equal(await ask("/item?select=id", "text/count"), "++");
  await assert.rejects(async () => ask("/other", "text/names"), { code: "PGRST107" });
  await assert.rejects(async () => ask("/item?select=id", "text/names"), { code: "PGRST107" });
});

test("a plan is EXPLAIN of the same statement, where it is enabled", async (t) => {
  const db = await restDatabase(t, functions);
  const headers = { accept: "application/vnd.pgrst.plan+json; options=analyze|verbose" };
  const { main } = db.statements("GET /item?id=eq.1", { headers, settings: { planEnabled: true } });
  assert.match(main.text, /^explain \(format json, analyze, verbose\) select /);
  assert.throws(() => db.statements("GET /item", { headers }), { code: "PGRST107" });
});
