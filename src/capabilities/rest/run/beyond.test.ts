import assert from "node:assert/strict";
import { test } from "node:test";
import { restServer } from "../../../../test/support/rest-server.ts";
import { nothingBeyond } from "../settings.ts";

const schema = `
  create table public.entry (id int primary key, name text, place point);
  insert into public.entry values (1, 'a', '(1,1)')`;

test("what goes beyond PostgREST is refused in PostgREST's words until it is switched on", async (t) => {
  const { url } = await restServer(t, schema, { settings: { beyond: nothingBeyond } });
  const message = async (query: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(`${url}/entry?${query}`, init);
    const body = (await response.json()) as { readonly code: string; readonly message: string };
    return [response.status, body.code, body.message];
  };
  const refused = (what: string): unknown => [400, "PGRST100", `"failed to parse ${what}`];
  assert.deepEqual(await message("after="), refused('filter ()" (line 1, column 1)'));
  assert.deepEqual(await message("distinct=*"), refused('filter (*)" (line 1, column 1)'));
  assert.deepEqual(
    await message("order=place.op(%3C-%3E).%22(0,0)%22"),
    refused('order (place.op(<->)."(0,0)")" (line 1, column 7)'),
  );
  assert.deepEqual(
    await message("match=id", { method: "PATCH", body: '[{"id":1}]', headers: { "content-type": "application/json" } }),
    refused('filter (id)" (line 1, column 1)'),
  );
  assert.deepEqual(await message("", { headers: { accept: "application/x-ndjson" } }), [
    406,
    "PGRST107",
    "None of these media types are available: application/x-ndjson",
  ]);
});

test("who takes JSON besides lines is answered with JSON, until lines are switched on", async (t) => {
  const accept = { accept: "application/x-ndjson, application/json" };
  const plain = await restServer(t, schema, { settings: { beyond: nothingBeyond } });
  const first = await fetch(`${plain.url}/entry?select=id`, { headers: accept });
  assert.equal(first.headers.get("content-type"), "application/json; charset=utf-8");
  assert.equal(await first.text(), '[{"id":1}]');
  const ours = await restServer(t, schema, { settings: { beyond: { ...nothingBeyond, ndjson: true } } });
  const second = await fetch(`${ours.url}/entry?select=id`, { headers: accept });
  assert.equal(second.headers.get("content-type"), "application/x-ndjson; charset=utf-8");
});
