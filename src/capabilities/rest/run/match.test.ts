import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { restServer, type RestServer } from "../../../../test/support/rest-server.ts";

const tasks = `
  create type public.state as enum ('open', 'done');
  create table public.task (
    id int primary key, title text not null default 'new', state public.state not null default 'open', weight numeric,
    owner text not null default 'ann', tenant int not null default 1, code text, unique (tenant, code)
  );
  insert into public.task (id, title, weight, owner, tenant, code) values
    (1, 'one', 1, 'ann', 1, 'a'), (2, 'two', 2, 'ann', 1, 'b'), (3, 'three', 3, 'bob', 2, 'a'), (4, 'four', 4, 'ann', 2, null);
  create view public.open_task as select id, title from public.task where state = 'open';
  create table public.unkeyed (a int, b int);
  create table public.guarded (id int primary key, owner text not null, title text);
  insert into public.guarded values (1, 'me', 'x'), (2, 'you', 'y');
  alter table public.guarded enable row level security;
  create policy everyone on public.guarded for select using (true);
  create policy own on public.guarded for update using (owner = 'me');
`;

const serve = (t: TestContext): Promise<RestServer> => restServer(t, tasks);

async function patch(
  url: string,
  body: unknown,
  prefer = "return=representation",
): Promise<{ readonly status: number; readonly body: unknown; readonly headers: Headers }> {
  const headers = { "content-type": "application/json", prefer };
  const response = await fetch(url, { method: "PATCH", headers, body: JSON.stringify(body) });
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? null : (JSON.parse(text) as unknown),
    headers: response.headers,
  };
}

async function titles({ admin }: RestServer): Promise<string> {
  const rows = await admin.query<{ title: string }>({ text: "select title from public.task order by id", values: [] });
  return rows.map(({ title }) => title).join(" ");
}

test("each row of the body changes the one that has its key", async (t) => {
  const server = await serve(t);
  const { url } = server;
  const changes = [
    { id: 2, title: "zwei", state: "done", weight: 2.5 },
    { id: 1, title: "eins", state: "open", weight: null },
  ];
  const changed = await patch(`${url}/task?match=*&select=id,title,state,weight&order=id`, changes);
  assert.equal(changed.status, 200);
  assert.deepEqual(changed.body, changes.toReversed());
  const unseen = await patch(`${url}/task?match=tenant,code`, [{ tenant: 2, code: "a", title: "drei" }], "count=exact");
  assert.deepEqual([unseen.status, unseen.body, unseen.headers.get("content-range")], [204, null, "0-0/1"]);
  assert.equal((await patch(`${url}/open_task?match=id`, [{ id: 4, title: "vier" }])).status, 200);
  assert.equal(await titles(server), "eins zwei drei vier");
});

test("a key that is not unique changes all of its rows", async (t) => {
  const server = await serve(t);
  const { body } = await patch(`${server.url}/task?match=owner&select=id&order=id`, [
    { owner: "ann", title: "a" },
    { owner: "bob", title: "b" },
  ]);
  assert.deepEqual(body, [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }]);
  assert.equal(await titles(server), "a a b a");
});

test("rows that are not there, or not within the filters, are named, and nothing is changed", async (t) => {
  const server = await serve(t);
  const { url } = server;
  const rows = [1, 7, 8].map((id) => ({ id, title: "x" }));
  const missing = await patch(`${url}/task?match=id`, rows, "return=minimal");
  assert.equal(missing.status, 404);
  assert.deepEqual(missing.body, {
    code: "WD674",
    details: 'no row for {"id":7}, {"id":8}',
    hint: null,
    message: "rows to be changed are not there",
  });
  const filtered = await patch(
    `${url}/task?match=id&owner=eq.ann`,
    [1, 3].map((id) => ({ id, title: "x" })),
  );
  assert.equal((filtered.body as { details: string }).details, 'no row for {"id":3}');
  const nulls = await patch(`${url}/task?match=tenant,code`, [{ tenant: 2, code: null, title: "x" }]);
  assert.equal((nulls.body as { details: string }).details, 'no row for {"tenant":2,"code":null}');
  assert.equal(await titles(server), "one two three four");
});

test("rows that only others may change look as if they were not there", async (t) => {
  const { url, admin } = await serve(t);
  const foreign = await patch(
    `${url}/guarded?match=id`,
    [1, 2].map((id) => ({ id, title: "mine" })),
  );
  assert.deepEqual([foreign.status, (foreign.body as { details: string }).details], [404, 'no row for {"id":2}']);
  const [{ count } = { count: "" }] = await admin.query<{ count: string }>({
    text: "select count(*)::text as count from public.guarded where title = 'mine'",
    values: [],
  });
  assert.equal(count, "0");
});

test("a body that can't be matched is refused", async (t) => {
  const { url } = await serve(t);
  const refused: readonly (readonly [string, unknown, string, RegExp])[] = [
    [
      "task?match=*",
      [
        { id: 1, title: "a" },
        { id: 1, title: "b" },
      ],
      "WD675",
      /names \{"id":1\} more than once/,
    ],
    ["task?match=*", [{ title: "a" }], "WD675", /no 'id'/],
    ["task?match=id", [{ id: 1 }], "WD675", /no column besides/],
    ["unkeyed?match=*", [{ a: 1, b: 2 }], "WD675", /no primary key/],
    ["task?match=nope", [{ id: 1, title: "a" }], "PGRST204", /^null$/],
    ["task?match=id", [{ id: 1, title: "a" }, { id: 2 }], "PGRST102", /^null$/],
    ["task?match=id", [{ id: "x", title: "a" }], "22P02", /^null$/],
    ["task?match=a->b", [{ id: 1, title: "a" }], "PGRST100", /./],
  ];
  for (const [path, body, code, details] of refused) {
    const answer = (await patch(`${url}/${path}`, body)).body as { code: string; details: unknown };
    assert.equal(answer.code, code, path);
    assert.match(String(answer.details), details);
  }
  const post = await fetch(`${url}/task?match=id`, {
    method: "POST",
    body: "[]",
    headers: { "content-type": "application/json" },
  });
  assert.equal(((await post.json()) as { code: string }).code, "WD675");
});

test("no rows change none, and limits on how many hold", async (t) => {
  const server = await serve(t);
  const { url } = server;
  assert.deepEqual((await patch(`${url}/task?match=id`, [])).body, []);
  const rows = [1, 2].map((id) => ({ id, title: "x" }));
  const limited = await patch(`${url}/task?match=id`, rows, "handling=strict, max-affected=1");
  assert.equal((limited.body as { code: string }).code, "PGRST124");
  const undone = await patch(`${url}/task?match=id&select=title`, rows, "return=representation, tx=rollback");
  assert.deepEqual(undone.body, [{ title: "x" }, { title: "x" }]);
  assert.equal(await titles(server), "one two three four");
});

test("thousands of rows are one statement", async (t) => {
  const { url, admin } = await restServer(
    t,
    "create table public.n (id int primary key, v int); insert into public.n select n, 0 from generate_series(1, 5000) as n",
  );
  const rows = Array.from({ length: 5000 }, (_, index) => ({ id: index + 1, v: index }));
  assert.equal((await patch(`${url}/n?match=*`, rows, "return=minimal")).status, 204);
  const [row] = await admin.query<{ sum: string }>({ text: "select sum(v)::text as sum from public.n", values: [] });
  assert.equal(row?.sum, String((4999 * 5000) / 2));
});

test("a column that is called match is filtered as ever", async (t) => {
  const { url } = await restServer(
    t,
    "create table public.game (id int primary key, match text); insert into public.game values (1, 'a'), (2, 'b')",
  );
  const answer = await patch(`${url}/game?match=eq.b&select=id`, { match: "c" });
  assert.deepEqual(answer.body, [{ id: 2 }]);
});
