import assert from "node:assert/strict";
import { test } from "node:test";
import { restServer } from "../../../../test/support/rest-server.ts";

async function rows(url: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const response = await fetch(url, { headers });
  assert.ok(response.ok, await response.clone().text());
  return await response.json();
}

async function failure(url: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url);
  return { status: response.status, ...((await response.json()) as object) };
}

const sales = `
  create table public.client (id int primary key, name text not null);
  create table public.sale (
    id int primary key, client_id int not null references public.client, day date not null, item text not null,
    info jsonb not null default '{}', note json
  );
  insert into public.client values (1, 'Ann'), (2, 'Bob');
  insert into public.sale values
    (1, 1, '2026-01-01', 'pen', '{"shop": "a"}', '{}'), (2, 1, '2026-01-02', 'pen', '{"shop": "b"}', '{}'),
    (3, 2, '2026-01-03', 'ink', '{"shop": "a"}', '{}'), (4, 2, '2026-01-01', 'pen', '{"shop": "a"}', '{}');
  create function public.sales() returns setof public.sale language sql stable as 'select * from public.sale';
`;

test("distinct=* leaves one of equal rows", async (t) => {
  const { url } = await restServer(t, sales);
  assert.deepEqual(await rows(`${url}/sale?select=item&order=item&distinct=*`), [{ item: "ink" }, { item: "pen" }]);
  assert.deepEqual(await rows(`${url}/sale?select=shop:info->>shop&order=info->>shop&distinct=*`), [
    { shop: "a" },
    { shop: "b" },
  ]);
  // What is embedded is compared too, and stays the JSON that it is.
  assert.deepEqual(await rows(`${url}/sale?select=item,client(name)&item=eq.pen&order=item&distinct=*&limit=1`), [
    { item: "pen", client: { name: "Ann" } },
  ]);
  assert.deepEqual(await rows(`${url}/client?select=name,sale(item)&sale.distinct=*&id=eq.1`), [
    { name: "Ann", sale: [{ item: "pen" }] },
  ]);
});

test("distinct=columns takes the first row of each value, in the order that is asked for", async (t) => {
  const { url } = await restServer(t, sales);
  assert.deepEqual(await rows(`${url}/sale?select=id&distinct=client_id&order=day.desc`), [{ id: 2 }, { id: 3 }]);
  assert.deepEqual(await rows(`${url}/sale?select=id&distinct=client_id&order=client_id.desc,day`), [
    { id: 4 },
    { id: 1 },
  ]);
  assert.deepEqual(await rows(`${url}/sale?select=id&distinct=client_id,item&order=item.desc,id`), [
    { id: 1 },
    { id: 4 },
    { id: 3 },
  ]);
  assert.deepEqual(await rows(`${url}/sale?select=id&distinct=info->>shop&order=info->>shop.desc,id.desc`), [
    { id: 2 },
    { id: 4 },
  ]);
  assert.deepEqual(await rows(`${url}/client?select=name,sale(id)&sale.distinct=item&sale.order=day.desc&order=id`), [
    { name: "Ann", sale: [{ id: 2 }] },
    { name: "Bob", sale: [{ id: 3 }, { id: 4 }] },
  ]);
  const called = await fetch(`${url}/rpc/sales?select=item&distinct=item&order=item`, { method: "POST" });
  assert.deepEqual(await called.json(), [{ item: "ink" }, { item: "pen" }]);
});

test("counts of distinct rows are of distinct rows", async (t) => {
  const { url } = await restServer(t, sales);
  for (const query of ["select=item&distinct=*", "distinct=item", "select=item&distinct=*&limit=1"]) {
    const { headers } = await fetch(`${url}/sale?${query}`, { headers: { prefer: "count=exact" } });
    assert.match(headers.get("content-range") ?? "", /\/2$/, query);
  }
});

test("distinct is refused where it says nothing, or can't be", async (t) => {
  const { url } = await restServer(t, sales);
  const spread = await failure(`${url}/sale?select=id,...client(name)&client.distinct=*`);
  assert.deepEqual([spread["status"], spread["code"]], [400, "WD673"]);
  assert.equal((await failure(`${url}/sale?distinct=`))["code"], "PGRST100");
  assert.equal((await failure(`${url}/sale?distinct=a->`))["code"], "PGRST100");
  assert.equal((await failure(`${url}/sale?distinct=nope`))["code"], "42703");
  // Postgres says so: json has no equality, and the order is not of what is selected.
  assert.equal((await failure(`${url}/sale?select=note&distinct=*`))["code"], "42883");
  assert.equal((await failure(`${url}/sale?select=item&distinct=*&order=id`))["code"], "42P10");
});

const places = `
  create extension pg_trgm schema public;
  create domain public.label as text;
  create table public.place (
    id int primary key, name varchar(40) not null, at point not null, area box, tag public.label, info jsonb
  );
  insert into public.place
  select n, 'place ' || n, point(n, n % 10), box(point(n, n), point(n + 1, n + 1)), 'tag ' || n,
    jsonb_build_object('name', 'place ' || n)
  from generate_series(1, 2000) as n;
  create index on public.place using gist (at);
  create index on public.place using gist (name public.gist_trgm_ops (siglen = 64));
  -- A distance of somebody's own, without an index.
  create function public.apart(int, int) returns int language sql immutable as 'select abs($1 - $2)';
  create operator public.<~> (leftarg = int, rightarg = int, function = public.apart);
  analyze public.place;
`;

test("rows are sorted by how far they are from a value", async (t) => {
  const { url } = await restServer(t, places);
  const ids = async (order: string): Promise<unknown> => {
    const found = await rows(`${url}/place?select=id&limit=2&order=${encodeURIComponent(order)}`);
    return (found as readonly { readonly id: number }[]).map(({ id }) => id);
  };
  assert.deepEqual(await ids('at.op(<->)."(500,0)"'), [500, 501]);
  assert.deepEqual(await ids('at.op(<->)."(0,0)".desc'), [2000, 1999]);
  assert.deepEqual(await ids('area.op(<->)."(7.5,7.5)"::point,id.desc'), [7, 8]);
  assert.deepEqual(await ids('name.op(<->)."place 77",id'), [77, 777]);
  assert.deepEqual(await ids('tag.op(<->)."tag 77",id'), [77, 777]);
  assert.deepEqual(await ids('info->>name.op(<->)."place 77",id'), [77, 777]);
  assert.deepEqual(await ids('id.op(<~>)."9",id.desc'), [9, 10]);
  // A value may be anything that its type reads.
  assert.deepEqual(await ids('name.op(<->)."it\'s \\"77\\", place",id'), [77, 777]);
});

test("pages by key go on by distance too", async (t) => {
  const { url } = await restServer(t, places);
  const found: number[] = [];
  let next: string | undefined = `${url}/place?select=id&limit=3&order=at.op(%3C-%3E).%22(500,5)%22&after=`;
  for (let turn = 0; turn < 4 && next !== undefined; turn++) {
    const response = await fetch(next);
    found.push(...((await response.json()) as readonly { readonly id: number }[]).map(({ id }) => id));
    next = new URL(/<(.*)>/.exec(response.headers.get("link") ?? "")?.[1] ?? "", next).href;
  }
  const whole = await rows(`${url}/place?select=id&limit=12&order=at.op(%3C-%3E).%22(500,5)%22,id`);
  assert.deepEqual(
    found.map((id) => ({ id })),
    whole,
  );
});

test("an index serves an order by distance", async (t) => {
  const { url } = await restServer(t, places, { settings: { planEnabled: true } });
  for (const order of ['at.op(<->)."(500,0)"', 'name.op(<->)."place 77"']) {
    const accept = { accept: "application/vnd.pgrst.plan+text" };
    const response = await fetch(`${url}/place?limit=5&order=${encodeURIComponent(order)}`, { headers: accept });
    const plan = await response.text();
    assert.match(plan, /Index Scan using place_\w+_idx/, plan);
    assert.match(plan, /Order By/);
    assert.doesNotMatch(plan, /Sort/);
  }
});

test("operators that tell no distance, and values that are none, are refused", async (t) => {
  const { url } = await restServer(t, places);
  for (const [order, hint] of [
    ['id.op(<)."1"', /the database has <~> integer/],
    ['at.op(<=>)."(1,1)"', /<-> point/],
    ['info.op(<->)."x"', /no operator of distance/],
    ['at.op(<->)."(1,1)"::inet', /<-> point/],
    ['nope.op(<->)."1"', /no operator of distance/],
  ] as const) {
    const { status, code, hint: found } = await failure(`${url}/place?order=${encodeURIComponent(order)}`);
    assert.deepEqual([status, code], [400, "WD670"], order);
    assert.match(String(found), hint);
  }
  for (const order of ["at.op(<->)", 'at.op().".."', 'at.op(drop)."1"', "at.op(<->).(1,1)", 'at.op(<->)."(1,1)"x']) {
    assert.equal((await failure(`${url}/place?order=${encodeURIComponent(order)}`))["code"], "PGRST100", order);
  }
  assert.equal((await failure(`${url}/place?order=at.op(%3C-%3E).%22no%22`))["code"], "22P02");
});

test("what PostgREST says of a wrong order stays as it is", async (t) => {
  const { url } = await restServer(t, places);
  const { message, details } = await failure(`${url}/place?order=at.ascending`);
  assert.equal(message, '"failed to parse order (at.ascending)" (line 1, column 7)');
  assert.equal(details, "unexpected 'e' expecting delimiter (.), \",\" or end of input");
});
