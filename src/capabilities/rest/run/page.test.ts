import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { restServer, type RestServer } from "../../../../test/support/rest-server.ts";

const films = `
  create table public.director (id int primary key, name text);
  insert into public.director select n, 'd' || n from generate_series(1, 4) as n;
  create table public.film (
    id int primary key, title text not null, year int, score float8 not null, director_id int references public.director,
    info jsonb not null default '{}'
  );
  -- Years and scores that repeat, and years that are not known.
  insert into public.film
  select n, 'film ' || n, case when n % 5 = 0 then null else 1990 + n % 4 end, (n % 3) / 7.0, 1 + n % 4,
    jsonb_build_object('length', 80 + n % 2)
  from generate_series(1, 40) as n;
  create table public.unkeyed (a int);
  create view public.recent as select id, title, year from public.film where id > 10;
`;

interface Page {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly next: string | null;
  readonly response: Response;
}

async function page(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
  const response = await fetch(url, { headers });
  assert.equal(response.status, 200, await response.clone().text());
  const link = /^<(.*)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
  const next = link === undefined ? null : new URL(link, url).href;
  return { rows: (await response.json()) as Page["rows"], next, response };
}

/** All pages, one after the other. */
async function pages(url: string): Promise<readonly Page[]> {
  const found: Page[] = [];
  for (let next: string | null = url; next !== null; next = found.at(-1)?.next ?? null) found.push(await page(next));
  return found;
}

async function failure(asked: Promise<Response>): Promise<Readonly<Record<string, unknown>>> {
  const response = await asked;
  return { status: response.status, ...((await response.json()) as object) };
}

const serve = (t: TestContext): Promise<RestServer> => restServer(t, films, { settings: { aggregatesEnabled: true } });

test("pages by key give every row once, in the order that one request gives", async (t) => {
  const { url } = await serve(t);
  const orders = [
    "",
    "order=id.desc",
    "order=year",
    "order=year.desc",
    "order=year.nullsfirst",
    "order=year.desc.nullslast,score",
    "order=score.desc,year.asc",
    "order=title,id.desc",
    "order=info->>length.desc,year.desc.nullsfirst",
    "order=director(name).desc,year&select=id,director(name)",
    "order=year&select=title,director!inner(id,name)&director.name=neq.d1",
    "id=gt.3&id=lt.30&order=score",
    "or=(year.is.null,id.lt.20)&order=year,score.desc",
  ];
  for (const query of orders) {
    const [whole] = await pages(`${url}/film?${query}&after=`);
    for (const limit of [1, 7, 40]) {
      const found = await pages(`${url}/film?${query}&limit=${limit}&after=`);
      assert.deepEqual(
        found.flatMap(({ rows }) => rows),
        whole?.rows,
        `${query} by ${limit}`,
      );
      assert.equal(found.length, Math.max(1, Math.ceil((whole?.rows.length ?? 0) / limit)), query);
    }
  }
});

test("pages by key stand still while rows come and go in front of them", async (t) => {
  const { url, admin } = await serve(t);
  const first = await page(`${url}/film?select=id&order=year,id.desc&limit=10&after=`);
  const whole = await page(`${url}/film?select=id&order=year,id.desc&after=`);
  await admin.execute("delete from public.film where id in (4, 8); insert into public.film values (100, 'x', 1, 0)");
  const second = await page(first.next ?? "");
  assert.deepEqual(second.rows, whole.rows.slice(10, 20));
});

test("a page by key counts all rows, and hides its key", async (t) => {
  const { url } = await serve(t);
  const count = { prefer: "count=exact", origin: "http://app.example" };
  const first = await fetch(`${url}/film?select=title&order=year&limit=10&after=`, { headers: count });
  assert.equal(first.status, 206);
  assert.equal(first.headers.get("content-range"), "0-9/40");
  assert.match(first.headers.get("access-control-expose-headers") ?? "", /, Link$/);
  assert.deepEqual(Object.keys(((await first.json()) as readonly object[])[0] ?? {}), ["title"]);
  const next = new URL(/<(.*)>/.exec(first.headers.get("link") ?? "")?.[1] ?? "", `${url}/film`);
  const second = await fetch(next, { headers: count });
  assert.equal(second.headers.get("content-range"), "*/40");
  const head = await fetch(next, { method: "HEAD" });
  assert.equal(head.headers.get("link"), second.headers.get("link"));
  const stripped = { accept: "application/vnd.pgrst.array+json;nulls=stripped" };
  const { rows } = await page(`${url}/film?select=id,year&id=eq.5&after=`, stripped);
  assert.deepEqual(rows, [{ id: 5 }]);
});

test("views are paged by the key that they show", async (t) => {
  const { url } = await serve(t);
  const found = await pages(`${url}/recent?order=year&limit=11&after=`);
  assert.equal(new Set(found.flatMap(({ rows }) => rows.map(({ id }) => id))).size, 30);
});

test("an index serves a page by key", async (t) => {
  const { url, admin } = await restServer(
    t,
    `create table public.event (id bigint primary key, at timestamptz not null);
     insert into public.event select n, '2026-01-01'::timestamptz + n * interval '1 s' from generate_series(1, 20000) as n;
     create index on public.event (at desc, id desc); analyze public.event`,
    { settings: { planEnabled: true } },
  );
  await admin.execute("vacuum analyze public.event");
  const first = await page(`${url}/event?order=at.desc&limit=5&after=`);
  const plan = await fetch(first.next ?? "", { headers: { accept: "application/vnd.pgrst.plan+json" } });
  const text = JSON.stringify(await plan.json());
  assert.match(text, /Index Cond/);
  assert.doesNotMatch(text, /"Node Type":"Sort"/);
});

test("a cursor that is none, or another order's, is refused", async (t) => {
  const { url } = await serve(t);
  const { next } = await page(`${url}/film?order=year&limit=1&after=`);
  const cursor = new URL(next ?? "").searchParams.get("after") ?? "";
  const forged = Buffer.from('["x", 1, {}]').toString("base64url");
  for (const [query, detail] of [
    [`order=score&after=${cursor}`, /another order/],
    [`after=${cursor}`, /another order/],
    [`order=year&after=${cursor.slice(0, -6)}`, /not one of this server's/],
    ["after=%27;drop", /not one of this server's/],
    [`after=${forged}`, /not one of this server's/],
  ] as const) {
    const { status, code, details } = await failure(fetch(`${url}/film?${query}`));
    assert.deepEqual([status, code], [400, "WD671"], query);
    assert.match(String(details), detail);
  }
});

test("rows without a place of their own are not paged", async (t) => {
  const { url } = await serve(t);
  for (const [query, detail] of [
    ["unkeyed?after=", /no primary key/],
    ["film?after=&offset=3", /offset/],
    ["film?after=&distinct=*", /distinct/],
    ["film?after=&select=year,id.count()", /aggregates/],
  ] as const) {
    const { status, code, details } = await failure(fetch(`${url}/${query}`));
    assert.deepEqual([status, code], [400, "WD672"], query);
    assert.match(String(details), detail);
  }
  const csv = await failure(fetch(`${url}/film?after=`, { headers: { accept: "text/csv" } }));
  assert.equal(csv["code"], "WD672");
  const write = await failure(fetch(`${url}/film?after=`, { method: "DELETE" }));
  assert.equal(write["code"], "WD672");
});

test("columns that are called after and distinct are filtered as ever", async (t) => {
  const { url } = await restServer(
    t,
    `create table public.word (id int primary key, "after" int, "distinct" text);
     insert into public.word values (1, 5, 'a'), (2, 6, 'b');
     create function public.echo("after" int, "distinct" text) returns text language sql immutable as
       'select "after" || "distinct"'`,
  );
  const ids = async (query: string): Promise<unknown> => (await fetch(`${url}/word?select=id&${query}`)).json();
  assert.deepEqual(await ids("after=eq.6"), [{ id: 2 }]);
  assert.deepEqual(await ids("after=not.eq.6&distinct=like(any).{a*}"), [{ id: 1 }]);
  assert.equal(await (await fetch(`${url}/rpc/echo?after=7&distinct=x`)).json(), "7x");
});
