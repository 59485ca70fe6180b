import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { restServer } from "../../../../test/support/rest-server.ts";
import { testProxy } from "../../../../test/support/proxy.ts";
import { until } from "../../../../test/support/until.ts";

const json = { "content-type": "application/json" };
const schema = "create table public.entry (id int primary key, name text); insert into public.entry values (1, 'a')";

async function ask(url: string, init?: RequestInit): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

test("a table answers, and what a stranger may not have is refused", async (t) => {
  const { url, admin, roles } = await restServer(t, schema);
  assert.deepEqual(await ask(`${url}/entry`), { status: 200, body: [{ id: 1, name: "a" }] });
  await admin.execute(`revoke all on public.entry from ${roles.anon}`);
  const refused = await ask(`${url}/entry`);
  assert.equal(refused.status, 401);
  assert.deepEqual(refused.body, {
    code: "42501",
    details: null,
    hint: null,
    message: "permission denied for table entry",
  });
});

test("NOTIFY reads the schema anew, and no request fails meanwhile", async (t) => {
  const { url, admin } = await restServer(t, schema);
  assert.equal((await ask(`${url}/later`)).status, 404);
  let asked = 0;
  const stop = new AbortController();
  const asking = Array.from({ length: 4 }, async () => {
    for (; !stop.signal.aborted; asked++) assert.equal((await ask(`${url}/entry?id=eq.1&select=id`)).status, 200);
  });
  await admin.execute("create table public.later (id int); alter table public.entry add more text");
  await admin.execute("notify pgrst, 'reload schema'");
  await until("the new table is there", async () => (await ask(`${url}/later`)).status === 200);
  stop.abort();
  await Promise.all(asking);
  assert.ok(asked > 0);
  assert.deepEqual((await ask(`${url}/entry`)).body, [{ id: 1, name: "a", more: null }]);
});

test("NOTIFY reads the configuration anew", async (t) => {
  const { url, admin, configure } = await restServer(t, schema);
  await admin.execute("insert into public.entry values (2, 'b')");
  configure({ maxRows: 1 });
  await admin.execute("notify pgrst, 'reload config'");
  await until("the limit holds", async () => ((await ask(`${url}/entry`)).body as readonly unknown[]).length === 1);
});

test("without a database it says so and when to come back, and recovers by itself", async (t) => {
  const { target } = await restServer(t, schema);
  const proxy = await testProxy(t, target);
  await proxy.stop();
  const { url, adminUrl } = await restServer(t, schema, { target: proxy.target, atOnce: true });
  const response = await fetch(`${url}/entry`);
  assert.equal(response.status, 503);
  assert.equal(response.headers.get("retry-after"), "1");
  assert.deepEqual(await response.json(), {
    code: "PGRST002",
    details: null,
    hint: null,
    message: "Could not query the database for the schema cache. Retrying.",
  });
  assert.equal((await fetch(`${adminUrl}/live`)).status, 200);
  assert.equal((await fetch(`${adminUrl}/ready`)).status, 503);
  await proxy.start();
  await until("it is ready", async () => (await fetch(`${adminUrl}/ready`)).status === 200);
  await until("it answers", async () => (await fetch(`${url}/entry`)).status !== 503);
  await proxy.stop();
  await until("it notices", async () => (await fetch(`${adminUrl}/ready`)).status === 503);
  const away = await ask(`${url}/entry`);
  const { code, message } = away.body as { readonly code: string; readonly message: string };
  assert.deepEqual(
    [away.status, code, message],
    [503, "PGRST000", "Database connection error. Retrying the connection."],
  );
});

test("the administration tells what it is asked", async (t) => {
  const { adminUrl } = await restServer(t, schema);
  assert.equal((await fetch(`${adminUrl}/ready`)).status, 200);
  assert.equal((await fetch(`${adminUrl}/nothing`)).status, 404);
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  assert.match(metrics, /^pgrst_db_pool_max 4\.0$/m);
  assert.match(metrics, /^pgrst_schema_cache_loads_total\{status="SUCCESS"\} 1\.0$/m);
  assert.match(metrics, /^pgrst_jwt_cache_requests_total 0\.0$/m);
  const [, seconds] = /^pgrst_schema_cache_query_time_seconds (.+)$/m.exec(metrics) ?? [];
  assert.ok(Number(seconds) > 0, "a load takes less than a tenth of a second, and is told as the time that it took");
});

const byTag = (left: object, right: object): number => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1);

test("the schema cache is told under the names that PostgREST documents", async (t) => {
  const { adminUrl, url } = await restServer(
    t,
    `${schema};
    create table public.line (id int primary key, entry_id int constraint line_entry references public.entry);
    create function public.add(a int, b int default 1) returns int language sql immutable as 'select a + b'`,
  );
  const cache = (await (await fetch(`${adminUrl}/schema_cache`)).json()) as Readonly<
    Record<string, readonly [unknown, Readonly<Record<string, unknown>>][]>
  >;
  const names = ["dbMediaHandlers", "dbRelationships", "dbRepresentations", "dbRoutines", "dbTables", "dbTimezones"];
  assert.deepEqual(Object.keys(cache).toSorted(), names);
  const [key, table] = cache["dbTables"]?.[0] ?? [];
  assert.deepEqual(key, { qiSchema: "public", qiName: "entry" });
  assert.deepEqual([table?.["tablePKCols"], table?.["tableInsertable"]], [["id"], true]);
  const cardinalities = cache["dbRelationships"]?.flatMap(
    ([, each]) => each as unknown as { relCardinality: object }[],
  );
  assert.deepEqual(cardinalities?.map(({ relCardinality }) => relCardinality).toSorted(byTag), [
    { tag: "M2O", relCons: "line_entry", relColumns: [["entry_id", "id"]] },
    { tag: "O2M", relCons: "line_entry", relColumns: [["id", "entry_id"]] },
  ]);
  const [, overloads] = cache["dbRoutines"]?.[0] ?? [];
  const [routine] = overloads as unknown as readonly Readonly<Record<string, unknown>>[];
  assert.deepEqual([routine?.["pdName"], routine?.["pdVolatility"]], ["add", "Immutable"]);
  assert.ok(cache["dbTimezones"]?.includes("Europe/Madrid" as never));
  assert.equal((await fetch(`${url}/entry`)).headers.get("server"), "postgrest/16.2");
});

test("a body beyond the limit is refused", async (t) => {
  const { url } = await restServer(t, schema, { maxBodyBytes: 10 });
  const { status, body } = await ask(`${url}/entry`, {
    method: "POST",
    body: '{"id": 2, "name": "too long"}',
    headers: json,
  });
  assert.equal(status, 413);
  assert.deepEqual(body, {
    code: "PGRST102",
    details: "At most 10 bytes are read.",
    hint: null,
    message: "Request body too large",
  });
});

test("a role's settings hold for requests that become it, and are told as its own failures", async (t) => {
  const { url, admin, roles, server } = await restServer(
    t,
    `${schema};
    alter role $anon set statement_timeout = '50ms';
    create function public.nap() returns void language sql as 'select pg_sleep(5)'`,
  );
  await server.loaded;
  const { status, body } = await ask(`${url}/rpc/nap`, { method: "POST" });
  assert.equal(status, 500);
  assert.equal((body as { readonly code: string }).code, "57014");
  await admin.execute(`alter role ${roles.anon} reset all`);
});

test("a failure of the pre-request is the answer, and the request does nothing", async (t) => {
  const { url, admin } = await restServer(
    t,
    `${schema};
    create function public.guard() returns void language plpgsql as $$ begin
      if current_setting('request.method') <> 'GET' then raise sqlstate 'PT402' using message = 'Pay first'; end if;
    end $$`,
    { settings: { preRequest: "public.guard" } },
  );
  assert.equal((await ask(`${url}/entry`)).status, 200);
  const paid = await fetch(`${url}/entry`, { method: "POST", body: '{"id": 2}', headers: json });
  assert.deepEqual([paid.status, paid.statusText], [402, "Pay first"]);
  assert.equal((await admin.query({ text: "select from public.entry", values: [] })).length, 1);
});

test("Server-Timing tells the stages and the trace header comes back, where that is asked for", async (t) => {
  const { url } = await restServer(t, schema, { settings: { serverTimingEnabled: true, traceHeader: "X-Request-Id" } });
  const response = await fetch(`${url}/entry`, { headers: { "x-request-id": "abc" } });
  const stages = /^jwt;dur=[\d.]+, parse;dur=[\d.]+, plan;dur=[\d.]+, transaction;dur=[\d.]+, response;dur=[\d.]+$/;
  assert.match(response.headers.get("server-timing") ?? "", stages);
  assert.match((await fetch(`${url}/entry`, { method: "OPTIONS" })).headers.get("server-timing") ?? "", stages);
  assert.equal(response.headers.get("x-request-id"), "abc");
  assert.equal((await fetch(`${url}/nothing`)).headers.get("x-request-id"), "", "PostgREST sends an empty one back");
  const asked = { origin: "http://a.example", "access-control-request-method": "GET" };
  const preflight = await fetch(`${url}/entry`, { method: "OPTIONS", headers: { ...asked, "x-request-id": "def" } });
  assert.equal(preflight.headers.get("x-request-id"), "def");
});

test("pages of other origins may ask", async (t) => {
  const { url } = await restServer(t, schema);
  const response = await fetch(`${url}/entry`, { headers: { origin: "https://app.example.org" } });
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  const headers = { origin: "https://app.example.org", "access-control-request-method": "PATCH" };
  const preflight = await fetch(`${url}/entry`, { method: "OPTIONS", headers });
  assert.deepEqual([preflight.status, preflight.headers.get("access-control-max-age")], [200, "86400"]);
});

test("db-prepared-statements = false keeps no statement for the next request", async (t) => {
  const counting = `${schema};
    create function public.held() returns bigint language sql volatile as
    $$ select count(*) from pg_prepared_statements where name ~ '^h' $$`;
  const heldBy = async (preparedStatements: boolean): Promise<number> => {
    const { url } = await restServer(t, counting, { pool: 1, database: { preparedStatements } });
    for (let limit = 1; limit <= 10; limit++) await ask(`${url}/entry?select=id&name=eq.a&id=lt.${limit}`);
    for (const column of ["id", "name", "id,name"]) {
      assert.deepEqual((await ask(`${url}/entry?select=${column}`)).status, 200);
    }
    return Number((await ask(`${url}/rpc/held`, { method: "POST" })).body);
  };
  // Its own two: the call, and what says how that is planned.
  assert.equal(await heldBy(false), 2);
  assert.ok((await heldBy(true)) > 5);
});

test("large bodies arrive whole, one behind the other and at once, as JSON, in chunks and as bytes", async (t) => {
  const digesting = `${schema};
    create function public.digest(bytea) returns text language sql as $$ select encode(sha256($1), 'hex') $$`;
  const { url, admin } = await restServer(t, digesting, { maxBodyBytes: 10_000_000, pool: 2 });
  const bodyOf = (id: number): string => JSON.stringify({ id, name: `${id} ü`.repeat(500_000) });
  const insert = async (id: number, body: string | ReadableStream = bodyOf(id)): Promise<number> => {
    const init = { method: "POST", headers: json, body, duplex: "half" } as const;
    return (await ask(`${url}/entry`, init)).status;
  };
  for (const id of [10, 11]) assert.equal(await insert(id), 201);
  assert.deepEqual(await Promise.all([12, 13, 14].map((id) => insert(id))), [201, 201, 201]);
  assert.equal(await insert(15, new Blob([bodyOf(15)]).stream()), 201);
  const text = "select id, name = repeat(id || ' ü', 500000) as whole from entry where id >= 10 order by id";
  const rows = await admin.query<{ id: number; whole: boolean }>({ text, values: [] });
  assert.deepEqual(
    rows,
    [10, 11, 12, 13, 14, 15].map((id) => ({ id, whole: true })),
  );
  const bytes = randomBytes(3_000_000);
  const headers = { "content-type": "application/octet-stream" };
  const digest = await ask(`${url}/rpc/digest`, { method: "POST", headers, body: new Uint8Array(bytes) });
  assert.equal(digest.body, createHash("sha256").update(bytes).digest("hex"));
});
