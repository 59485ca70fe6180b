import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { restServer } from "../../../../test/support/rest-server.ts";
import { until } from "../../../../test/support/until.ts";
import { connect } from "../../../postgres/index.ts";
import { nothingBeyond } from "../settings.ts";

const schema = `
  create table public.owner (id int primary key, name text not null);
  create table public.task (id int primary key, title text not null, owner_id int references owner);
  insert into public.owner values (1, 'Ann');
  insert into public.task values (1, 'ä "quoted" one', 1), (2, 'two', null);
  create function public.two() returns int language sql stable as 'select 2';
`;

async function tagged(t: TestContext) {
  const served = await restServer(t, schema, { settings: { beyond: { ...nothingBeyond, etags: true } }, pool: 4 });
  const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: object) => {
    const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return await fetch(`${served.url}${path}`, { method, headers: { ...type, ...headers }, ...sent });
  };
  const tagOf = async (path: string, headers: Record<string, string> = {}): Promise<string> => {
    const response = await ask("GET", path, headers);
    await response.text();
    return response.headers.get("etag") ?? "";
  };
  return { ...served, ask, tagOf };
}

test("GET has a tag of its body, and 304 answers who has it", async (t) => {
  const { ask, tagOf } = await tagged(t);
  const tag = await tagOf("/task?id=eq.1");
  assert.match(tag, /^"[\w-]{22}"$/);
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*", `${tag.slice(0, -1)}-gzip"`]) {
    const response = await ask("GET", "/task?id=eq.1", { "if-none-match": known });
    assert.deepEqual([response.status, await response.text()], [304, ""], known);
    assert.equal(response.headers.get("content-location"), "/task?id=eq.1");
  }
  assert.equal((await ask("GET", "/task?id=eq.1", { "if-none-match": '"other"' })).status, 200);
  await ask("PATCH", "/task?id=eq.1", {}, { title: "changed" });
  assert.equal((await ask("GET", "/task?id=eq.1", { "if-none-match": tag })).status, 200);
  assert.match(await tagOf("/rpc/two"), /^"/);
  assert.notEqual(await tagOf("/task?id=eq.1", { accept: "text/csv" }), await tagOf("/task?id=eq.1"));
});

test("If-Match of rows that max-rows cut off changes none of them", async (t) => {
  const served = await restServer(t, schema, {
    settings: { maxRows: 1, beyond: { ...nothingBeyond, etags: true } },
    pool: 4,
  });
  const task = `${served.url}/task`;
  const tagOf = async (url: string): Promise<string> => (await fetch(url)).headers.get("etag") ?? "";
  const patch = async (url: string, tag: string): Promise<Response> =>
    await fetch(url, {
      method: "PATCH",
      headers: { "if-match": tag, "content-type": "application/json" },
      body: '{"title": "new"}',
    });
  const refused = await patch(task, await tagOf(task));
  assert.equal(refused.status, 412);
  assert.deepEqual(await refused.json(), {
    code: "WD680",
    details: "a GET of the address answers 1 of 2 rows, and the others could not be compared",
    hint: "ask for fewer rows by filters",
    message: "what is to be changed is more than was read",
  });
  assert.equal((await patch(`${task}?id=eq.2`, await tagOf(`${task}?id=eq.2`))).status, 204);
  assert.equal((await patch(task, "*")).status, 204);
});

test("PATCH, PUT and DELETE change what was read, and nothing else", async (t) => {
  const { ask, tagOf } = await tagged(t);
  const tag = await tagOf("/task?id=eq.1");
  const first = await ask("PATCH", "/task?id=eq.1", { "if-match": tag }, { title: "first" });
  assert.equal(first.status, 204);
  const second = await ask("PATCH", "/task?id=eq.1", { "if-match": tag }, { title: "second" });
  assert.deepEqual(
    [second.status, await second.json()],
    [
      412,
      { code: "WD680", details: null, hint: "read it again", message: "what is to be changed is not what was read" },
    ],
  );
  const now = await tagOf("/task?id=eq.1");
  const put = { id: 1, title: "put", owner_id: null };
  assert.equal((await ask("PUT", "/task?id=eq.1", { "if-match": `"other", ${now}` }, put)).status, 204);
  assert.equal((await ask("DELETE", "/task?id=eq.1", { "if-match": now })).status, 412);
  assert.equal((await ask("DELETE", "/task?id=eq.1", { "if-match": await tagOf("/task?id=eq.1") })).status, 204);
});

test("the tag is that of the same address and Accept: embeds, one object, CSV", async (t) => {
  const { ask, tagOf } = await tagged(t);
  for (const headers of [{}, { accept: "application/vnd.pgrst.object+json" }, { accept: "text/csv" }]) {
    const path = "/task?id=eq.1&select=id,title";
    const patched = await ask("PATCH", path, { ...headers, "if-match": await tagOf(path, headers) }, { title: "new" });
    assert.equal(patched.status, 204, JSON.stringify(headers));
  }
  const path = "/task?id=eq.1&select=id,owner(name)";
  const tag = await tagOf(path);
  await ask("PATCH", "/owner?id=eq.1", {}, { name: "Bob" });
  assert.equal((await ask("PATCH", path, { "if-match": tag }, { title: "late" })).status, 412);
});

test("a star asks for a row, a weak tag matches nothing", async (t) => {
  const { ask, tagOf } = await tagged(t);
  assert.equal((await ask("PATCH", "/task?id=eq.1", { "if-match": "*" }, { title: "a" })).status, 204);
  assert.equal((await ask("PATCH", "/task?id=eq.9", { "if-match": "*" }, { title: "a" })).status, 412);
  const tag = await tagOf("/task?id=eq.1");
  assert.equal((await ask("PATCH", "/task?id=eq.1", { "if-match": `W/${tag}` }, { title: "b" })).status, 412);
});

test("who changes the row at this moment makes it fail, and nothing is lost", async (t) => {
  const { ask, tagOf, admin, target } = await tagged(t);
  const tag = await tagOf("/task?id=eq.1");
  const release = Promise.withResolvers<void>();
  const changed = Promise.withResolvers<void>();
  const other = admin.transaction(async (transaction) => {
    await transaction.execute("update public.task set title = 'theirs' where id = 1");
    changed.resolve();
    await release.promise;
  });
  await changed.promise;
  const ours = ask("PATCH", "/task?id=eq.1", { "if-match": tag }, { title: "ours" });
  // It has compared by now, since it waits for the row.
  const waiting = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
  await using watcher = await connect(target);
  await until("it waits for the row", async () => (await watcher.query({ text: waiting, values: [] })).length > 0);
  release.resolve();
  await other;
  assert.equal((await ours).status, 412);
  assert.deepEqual(await (await ask("GET", "/task?id=eq.1&select=title")).json(), [{ title: "theirs" }]);
});

test("of ten who read the same, one changes it", async (t) => {
  const { ask, tagOf } = await tagged(t);
  const tag = await tagOf("/task?id=eq.2");
  const all = await Promise.all(
    Array.from({ length: 10 }, (_, index) => ask("PATCH", "/task?id=eq.2", { "if-match": tag }, { title: `${index}` })),
  );
  assert.deepEqual(all.map(({ status }) => status).toSorted(), [204, ...Array.from({ length: 9 }, () => 412)]);
});

test("without the setting nothing of it is there, as PostgREST", async (t) => {
  const { url } = await restServer(t, schema);
  const response = await fetch(`${url}/task?id=eq.1`, { headers: { "if-none-match": "*" } });
  assert.deepEqual([response.status, response.headers.get("etag")], [200, null]);
  const patched = await fetch(`${url}/task?id=eq.1`, {
    method: "PATCH",
    headers: { "if-match": '"other"', "content-type": "application/json" },
    body: '{"title":"x"}',
  });
  assert.equal(patched.status, 204);
});
