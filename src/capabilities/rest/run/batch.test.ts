import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { restServer, type RestServer, type RestServerOptions } from "../../../../test/support/rest-server.ts";
import { queriesBeyond } from "../../../../test/support/rest-settings.ts";

const bank = `
  create table public.account (id int primary key, owner text not null, balance numeric not null check (balance >= 0));
  create table public.transfer (
    id bigint generated always as identity primary key, account_id int not null references public.account
      deferrable initially deferred, amount numeric not null
  );
  insert into public.account values (1, 'ann', 100), (2, 'bob', 50);
  create function public.path() returns text language sql stable as
    $$ select current_setting('request.method') || ' ' || current_setting('request.path') $$;
  create function public.leave_behind() returns text language plpgsql volatile as $$
  begin
    perform set_config('role', '$strong', true), set_config('search_path', 'pg_temp', true);
    perform set_config('request.jwt.claims', '{"sub": "somebody else"}', true), set_config('app.tenant', '7', true);
    perform set_config('response.status', '418', true);
    return current_user;
  end $$;
  create function public.whoami() returns json language sql stable as $$
    select json_build_object('user', current_user, 'path', current_setting('search_path'), 'sub',
      current_setting('request.jwt.claims')::json ->> 'sub', 'tenant', current_setting('app.tenant', true)) $$;
  create function public.spend() returns int language sql volatile as
    'update public.account set balance = balance - 1 where id = 1 returning 1';
  create function public.slowly() returns int language sql volatile set statement_timeout = '1s' as 'select 1';
  create function public.teapot() returns text language sql volatile as
    $$ select set_config('response.status', '418', true) $$;
  create function public.untidy() returns text language sql volatile as
    $$ select set_config('response.status', 'no status', true) $$;
  create schema other; grant usage on schema other to $anon;
  create table other.note (id int primary key); grant all on other.note to $anon; insert into other.note values (5);
`;

const batches: RestServerOptions = {
  settings: {
    schemas: ["public", "other"],
    hoistedSettings: ["statement_timeout"],
    transactionEnd: "commit-allow-override",
    beyond: { ...queriesBeyond, batchRequests: 10 },
  },
};

const serve = (t: TestContext): Promise<RestServer> => restServer(t, bank, batches);

interface Part {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

async function post(url: string, batch: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const body = typeof batch === "string" ? batch : JSON.stringify(batch);
  return await fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
}

async function parts(
  url: string,
  batch: unknown,
  headers?: Readonly<Record<string, string>>,
): Promise<readonly Part[]> {
  const response = await post(url, batch, headers);
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()) as readonly Part[];
}

async function balances({ admin }: RestServer): Promise<readonly string[]> {
  const rows = await admin.query<{ balance: string }>({
    text: "select balance::text as balance from public.account order by id",
    values: [],
  });
  return rows.map(({ balance }) => balance);
}

const pay = (id: number, balance: number) => ({ method: "PATCH", path: `/account?id=eq.${id}`, body: { balance } });

test("requests run one after the other, and each has the answer that it would have alone", async (t) => {
  const server = await serve(t);
  const answers = await parts(`${server.url}/`, [
    pay(1, 70),
    { ...pay(2, 80), headers: { prefer: "return=representation", Accept: "application/vnd.pgrst.object+json" } },
    {
      method: "POST",
      path: "/transfer",
      body: { account_id: 2, amount: 30 },
      headers: { prefer: "return=headers-only" },
    },
    { method: "GET", path: "/account?select=id,balance&order=id", headers: { prefer: "count=exact" } },
    { method: "HEAD", path: "/account" },
    { method: "GET", path: "/note", headers: { "accept-profile": "other", accept: "text/csv" } },
    { method: "POST", path: "/rpc/path" },
    { method: "DELETE", path: "/transfer?amount=eq.30" },
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [204, 200, 201, 200, 200, 200, 200, 204],
  );
  assert.deepEqual(
    answers.map(({ body }) => body),
    [
      null,
      { id: 2, owner: "bob", balance: 80 },
      null,
      [
        { id: 1, balance: 70 },
        { id: 2, balance: 80 },
      ],
      null,
      "id\n5",
      "POST /rpc/path",
      null,
    ],
  );
  assert.equal(answers[2]?.headers["location"], "/transfer?id=eq.1");
  assert.equal(answers[3]?.headers["content-range"], "0-1/2");
  assert.deepEqual(await balances(server), ["70", "80"]);
});

test("a batch is done as a whole, or not at all, and says which request failed", async (t) => {
  const server = await serve(t);
  const failing: readonly (readonly [unknown, number, string, number | undefined])[] = [
    [pay(1, -1), 400, "23514", 1],
    [{ method: "GET", path: "/nope" }, 404, "PGRST205", 1],
    [{ method: "GET", path: "/account?select=nope" }, 400, "42703", 1],
    [
      { method: "GET", path: "/account?id=eq.9", headers: { accept: "application/vnd.pgrst.object+json" } },
      406,
      "PGRST116",
      1,
    ],
    [{ method: "PATCH", path: "/account?match=id", body: [{ id: 9, balance: 1 }] }, 404, "WD674", 1],
    // Only the commit sees it, which belongs to all.
    [{ method: "POST", path: "/transfer", body: { account_id: 9, amount: 1 } }, 409, "23503", undefined],
  ];
  for (const [request, status, code, at] of failing) {
    const response = await post(`${server.url}/`, [pay(2, 1), request, pay(1, 1)]);
    const body = (await response.json()) as { code: string; request?: number };
    assert.deepEqual([response.status, body.code, body.request], [status, code, at], JSON.stringify(request));
  }
  assert.deepEqual(await balances(server), ["100", "50"]);
});

test("Prefer: tx=rollback of the batch undoes all of it", async (t) => {
  const server = await serve(t);
  const answers = await parts(
    `${server.url}/`,
    [pay(1, 1), { method: "GET", path: "/account?select=balance&id=eq.1" }],
    {
      prefer: "tx=rollback",
    },
  );
  assert.deepEqual(answers[1]?.body, [{ balance: 1 }]);
  assert.deepEqual(await balances(server), ["100", "50"]);
});

test("nothing that a request leaves behind reaches the next one", async (t) => {
  const { url, roles } = await serve(t);
  const call = (name: string) => ({ method: "POST", path: `/rpc/${name}` });
  const answers = await parts(`${url}/`, [call("leave_behind"), call("whoami"), call("teapot"), call("path")]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [418, 200, 418, 200],
  );
  const { tenant, ...rest } = (answers[1]?.body ?? {}) as Readonly<Record<string, unknown>>;
  assert.deepEqual(rest, { user: roles.anon, path: '"public"', sub: null });
  assert.ok(tenant === "" || tenant === null);
});

test("a batch that only reads can't write", async (t) => {
  const server = await serve(t);
  const reading = { method: "GET", path: "/rpc/spend" };
  const refused = await post(`${server.url}/`, [reading]);
  assert.equal(((await refused.json()) as { code: string }).code, "25006");
  const beside = (await (await post(`${server.url}/`, [pay(2, 1), reading])).json()) as {
    code: string;
    request: number;
  };
  assert.deepEqual([beside.code, beside.request], ["WD677", 1]);
  assert.deepEqual(await balances(server), ["100", "50"]);
});

test("values arrive as they were written", async (t) => {
  const { url } = await restServer(t, "create table public.v (id int primary key, n numeric, j json, t text)", batches);
  const text = `[{"method": "POST", "path": "/v", "body": {"id": 1, "n": 12345678901234567890.123456789,
    "j": {"a": 1.50, "b": "\\u00e9\\ud83d\\ude00"}, "t": "1e400"}}, {"method": "POST", "path": "/v",
    "headers": {"content-type": "text/csv"}, "body": "id,t\\n2,x"},
    {"method": "GET", "path": "/v?order=id&select=n::text,t,j->>a,j->>b"}]`;
  const [, , read] = await parts(url, text);
  assert.deepEqual(read?.body, [
    { n: "12345678901234567890.123456789", t: "1e400", a: "1.50", b: "é😀" },
    { n: null, t: "x", a: null, b: null },
  ]);
});

test("what is no batch is refused by its place", async (t) => {
  const { url } = await serve(t);
  const get = { method: "GET", path: "/account" };
  const refused: readonly (readonly [unknown, string, RegExp])[] = [
    ["{", "WD676", /no JSON array/],
    [{}, "WD676", /no JSON array/],
    ["[".repeat(100_000), "WD676", /no JSON array/],
    [[1], "WD676", /request 0 is no object/],
    [[get, { path: "/account" }], "WD676", /request 1 has no method/],
    [[{ ...get, method: "OPTIONS" }], "WD676", /request 0 has no method/],
    [[{ ...get, path: "account" }], "WD676", /no path/],
    [[{ ...get, url: "/" }], "WD676", /"url"/],
    [[{ ...get, headers: 5 }], "WD676", /no object/],
    [[{ ...get, path: 5 }], "WD676", /no path/],
    [[{ ...get, path: `/account?select=${"x".repeat(65_536)}` }], "WD676", /the path of request 0 has more than 65536/],
    [[{ ...get, headers: { prefer: 1 } }], "WD676", /no text/],
    [[{ ...get, headers: { authorization: "Bearer x" } }], "WD676", /batch's to say/],
    [Array.from({ length: 11 }, () => get), "WD676", /more than 10 requests/],
    [[{ ...get, path: "/" }], "WD677", /description/],
    [[{ ...get, headers: { prefer: "tx=rollback" } }], "WD677", /whole transaction/],
    [[{ ...get, headers: { prefer: "timezone=UTC" } }], "WD677", /whole transaction/],
    [[{ method: "POST", path: "/rpc/slowly" }], "WD677", /settings/],
    [[{ method: "POST", path: "/" }], "PGRST117", /null/],
  ];
  for (const [batch, code, details] of refused) {
    const found = (await (await post(`${url}/`, batch)).json()) as { code: string; details: string | null };
    assert.equal(found.code, code, JSON.stringify(batch).slice(0, 100));
    assert.match(found.details ?? "null", details);
  }
  assert.deepEqual(await parts(`${url}/`, []), []);
});

test("without the setting a POST to the root is PostgREST's", async (t) => {
  const { url } = await restServer(t, bank);
  const response = await post(`${url}/`, []);
  assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [405, "PGRST117"]);
});

test("a response that a function made no response of is that request's alone, as everything is done", async (t) => {
  const served = await serve(t);
  const found = await parts(`${served.url}/`, [
    { method: "PATCH", path: "/account?id=eq.1", body: { balance: 1 } },
    { method: "POST", path: "/rpc/untidy" },
    { method: "GET", path: "/account?select=balance&id=eq.1" },
  ]);
  assert.deepEqual(
    found.map(({ status }) => status),
    [204, 500, 200],
  );
  assert.match(JSON.stringify(found[1]?.body), /"code":"PGRST112"/);
  assert.deepEqual(found[2]?.body, [{ balance: 1 }]);
  assert.deepEqual(await balances(served), ["1", "50"]);
});

test("a batch that no window would let through is refused for good, and who has to wait is refused unread", async (t) => {
  const { url } = await restServer(t, bank, {
    settings: ({ anon }) => ({
      beyond: {
        ...queriesBeyond,
        batchRequests: 10,
        limits: { [anon]: { requests: 2, windowMs: 3_600_000, per: "subject", maxRows: null } },
      },
    }),
  });
  const get = { method: "GET", path: "/account" };
  const large = await post(`${url}/`, [get, get, get]);
  const { code, details } = (await large.json()) as { readonly code: string; readonly details: string };
  assert.deepEqual([large.status, code], [400, "WD676"]);
  assert.match(details, /^it has 3 requests, and the role 't_\w+' may send 2 at once$/);
  assert.equal((await parts(`${url}/`, [get, get])).length, 2);
  assert.equal((await post(`${url}/`, "no JSON, which nobody finds out")).status, 429);
});

test("bodies of a batch are passed on as they stand there", async (t) => {
  const { url } = await restServer(
    t,
    "create function public.same(jsonb) returns text language sql immutable as 'select $1::text'",
    batches,
  );
  const call = (body: string): string => `{"method": "POST", "path": "/rpc/same", "body": ${body}}`;
  const numbers = await post(`${url}/`, `[${call('{"n": 12345678901234567890.10, "\\u0062ody": [ 1 ]}')}]`);
  assert.deepEqual(((await numbers.json()) as readonly Part[])[0]?.body, '{"n": 12345678901234567890.10, "body": [1]}');
  const escaped = await post(`${url}/`, `[{"m\\u0065thod": "POST", "path": "/rpc/same", "body": {}}]`);
  assert.deepEqual(((await escaped.json()) as readonly Part[])[0]?.body, "{}");
});

test("each request of a batch counts for the limit of its role", async (t) => {
  const { url } = await restServer(t, bank, {
    settings: ({ anon }) => ({
      beyond: {
        ...queriesBeyond,
        batchRequests: 10,
        limits: { [anon]: { requests: 5, windowMs: 3_600_000, per: "subject", maxRows: null } },
      },
    }),
  });
  const get = { method: "GET", path: "/account" };
  assert.equal((await parts(`${url}/`, [get, get, get])).length, 3);
  assert.equal((await post(`${url}/`, [get, get, get])).status, 429);
  assert.equal((await parts(`${url}/`, [get, get])).length, 2);
});
