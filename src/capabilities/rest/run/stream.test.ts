import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { restServer } from "../../../../test/support/rest-server.ts";
import { until } from "../../../../test/support/until.ts";

const lines = { accept: "application/x-ndjson" };
const schema = `
  create table public.entry (id int primary key, name text, data json);
  insert into public.entry values (1, E'a\\nb', E'{\\n  "deep": [1,\\r\\n2] }'), (2, null, null);
  create view public.long as select n, repeat('x', 1000) as text from generate_series(1, 100000) as n;
  create view public.broken as select 1 / (9000 - n) as one, repeat('x', 1000) as text from generate_series(1, 10000) as n;
  create function public.numbers(many int) returns setof int language sql stable as 'select generate_series(1, many)';
  create function public.one() returns int language sql stable as 'select 1';
  create function public.gate() returns void language plpgsql as $$ begin
    if current_setting('request.headers', true)::json ->> 'x-stop' is not null then raise sqlstate 'PT418' using message = 'no'; end if;
  end $$;
`;

test("rows come a line each, whatever line breaks their values have", async (t) => {
  const { url } = await restServer(t, schema);
  const response = await fetch(`${url}/entry?order=id&select=id,name,data`, { headers: lines });
  assert.equal(response.headers.get("content-type"), "application/x-ndjson; charset=utf-8");
  assert.deepEqual([response.status, response.headers.get("transfer-encoding")], [200, "chunked"]);
  const rows = (await response.text()).trimEnd().split("\n");
  assert.deepEqual(
    rows.map((row): unknown => JSON.parse(row)),
    [
      { id: 1, name: "a\nb", data: { deep: [1, 2] } },
      { id: 2, name: null, data: null },
    ],
  );
  assert.equal(await (await fetch(`${url}/entry?id=eq.3`, { headers: lines })).text(), "");
});

test("functions have a line for each of their values", async (t) => {
  const { url } = await restServer(t, schema);
  const text = async (path: string): Promise<string> => await (await fetch(url + path, { headers: lines })).text();
  assert.equal(await text("/rpc/numbers?many=3"), "1\n2\n3\n");
  assert.equal(await text("/rpc/numbers?many=3&offset=1&limit=1"), "2\n");
  assert.equal(await text("/rpc/one"), "1\n");
});

test("what says something of all rows is answered as a whole: counts, and rows that were written", async (t) => {
  const { url } = await restServer(t, schema);
  const counted = await fetch(`${url}/entry?limit=1`, { headers: { ...lines, prefer: "count=exact" } });
  assert.deepEqual([counted.status, counted.headers.get("content-range")], [206, "0-0/2"]);
  assert.equal((await counted.text()).split("\n").length, 2);
  const written = await fetch(`${url}/entry?select=id`, {
    method: "POST",
    headers: { ...lines, "content-type": "application/json", prefer: "return=representation" },
    body: JSON.stringify([{ id: 3 }, { id: 4 }]),
  });
  assert.deepEqual([written.status, await written.text()], [201, '{"id":3}\n{"id":4}\n']);
});

test("what fails ahead of the first row is a failure as any other, and pre-request is heard", async (t) => {
  const { url } = await restServer(t, schema, { settings: { preRequest: "public.gate" } });
  const failed = await fetch(`${url}/entry?id=eq.x`, { headers: lines });
  assert.deepEqual([failed.status, ((await failed.json()) as { code: string }).code], [400, "22P02"]);
  assert.equal((await fetch(`${url}/entry`, { headers: { ...lines, "x-stop": "1" } })).status, 418);
  assert.equal((await fetch(`${url}/entry`, { headers: lines })).status, 200);
});

test("what fails behind the first row breaks the connection off", async (t) => {
  const { url } = await restServer(t, schema);
  const response = await fetch(`${url}/broken`, { headers: lines });
  assert.equal(response.status, 200);
  await assert.rejects(response.text(), TypeError);
  assert.equal((await fetch(`${url}/entry`, { headers: lines })).status, 200);
});

test("who reads slowly makes Postgres wait, and gets all; who goes away stops it", async (t) => {
  const { url, admin } = await restServer(t, schema, { pool: 1 });
  const { port } = new URL(url);
  const ask = (): ReturnType<typeof connect> => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.pause();
    socket.write("GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: application/x-ndjson\r\n\r\n");
    return socket;
  };
  const isWaiting = async (): Promise<boolean> => {
    const text = "select from pg_stat_activity where datname = current_database() and wait_event = 'ClientWrite'";
    return (await admin.query({ text, values: [] })).length > 0;
  };
  const slow = ask();
  await until("Postgres waits for the reader", isWaiting);
  const before = process.memoryUsage();
  await pause(100);
  const after = process.memoryUsage();
  const grown = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed;
  assert.ok(grown < 5_000_000, `${grown} bytes more are held`);
  await until("Postgres waits still", isWaiting);
  let length = 0;
  for await (const chunk of slow) length += (chunk as Buffer).length;
  assert.ok(length > 101_000_000, `${length} bytes came`);
  const gone = ask();
  await until("Postgres waits again", isWaiting);
  gone.destroy();
  await until("it is stopped", async () => !(await isWaiting()));
  assert.equal((await fetch(`${url}/entry`)).status, 200);
});
