import assert from "node:assert/strict";
import { test } from "node:test";
import { restServer } from "../../../../test/support/rest-server.ts";

const schema =
  "create function public.zone() returns text language sql stable as $$ select current_setting('timezone') $$";

async function ask(url: string, prefer: string) {
  const response = await fetch(`${url}/rpc/zone`, { headers: { prefer } });
  return { status: response.status, applied: response.headers.get("preference-applied"), body: await response.json() };
}

test("a time zone of the server is set for the request, and told", async (t) => {
  const { url } = await restServer(t, schema);
  assert.deepEqual(await ask(url, "timezone=Asia/Kathmandu"), {
    status: 200,
    applied: "timezone=Asia/Kathmandu",
    body: "Asia/Kathmandu",
  });
});

test("one that the server does not know is left out, and refused where preferences are strict", async (t) => {
  const { url } = await restServer(t, schema);
  const own = (await ask(url, "")).body;
  assert.deepEqual(await ask(url, "timezone=Nowhere/At_All"), { status: 200, applied: null, body: own });
  const strict = await ask(url, "handling=strict, timezone=Nowhere/At_All");
  assert.deepEqual(strict.body, {
    code: "PGRST122",
    message: "Invalid preferences given with handling=strict",
    details: "Invalid preferences: timezone=Nowhere/At_All",
    hint: null,
  });
  assert.equal(strict.status, 400);
});

test("where the settings don't hear time zones, none is set", async (t) => {
  const { url } = await restServer(t, schema, { settings: { timezoneEnabled: false } });
  assert.equal((await ask(url, "timezone=Asia/Kathmandu")).applied, null);
});
