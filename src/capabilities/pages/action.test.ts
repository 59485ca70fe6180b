import assert from "node:assert/strict";
import { test } from "node:test";
import { testSite } from "../../../test/support/site.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };

const guestbook = `
  create table public.entry (
    id bigint generated always as identity,
    name text not null,
    age integer,
    constraint entry_pkey primary key (id),
    constraint entry_name_key unique (name),
    constraint entry_age_check check (age >= 0)
  );
  insert into public.entry (name, age) values ('Ada', 36), ('<Bob>', null);
  grant select, insert on public.entry to $anon;
`;

const list = {
  "pages/index.html":
    "{{#if error}}[{{error.message}}|{{error.column}}|{{error.constraint}}|{{error.hint}}]{{/if}}" +
    `{{#each entries}}{{name}};{{/each}}<input name="name" value="{{form.name}}">`,
  "pages/index.query.sql":
    "-- @name entries\nselect name from public.entry where :q::text is null or name like :q order by id",
  "pages/index.post.sql": "insert into public.entry (name, age) values (:name, :age)",
};

test("a form writes and leads back to its page", async (t) => {
  const { fastify } = await testSite(t, list, { sql: guestbook });
  const posted = await fastify.inject({ method: "POST", url: "/?q=%25", headers: form, payload: "name=Cyd&age=1" });
  assert.equal(posted.statusCode, 303);
  assert.equal(posted.headers.location, "/?q=%25");
  assert.match((await fastify.inject("/")).body, /Cyd/);
});

test("a multipart form works alike", async (t) => {
  const { fastify } = await testSite(t, list, { sql: guestbook });
  const response = new Response(
    Object.entries({ name: "Dee", age: "3" }).reduce(
      (data, [key, value]) => (data.append(key, value), data),
      new FormData(),
    ),
  );
  const posted = await fastify.inject({
    method: "POST",
    url: "/",
    headers: { "content-type": response.headers.get("content-type") ?? "" },
    payload: Buffer.from(await response.arrayBuffer()),
  });
  assert.equal(posted.statusCode, 303);
  assert.match((await fastify.inject("/")).body, /Dee/);
});

test("the column redirect of an action says where to go", async (t) => {
  const files = {
    "pages/index.html": "x",
    "pages/index.post.sql": "select 1 as a;\nselect '/entry/' || :to as redirect",
  };
  const { fastify } = await testSite(t, files, { sql: "select" });
  const posted = await fastify.inject({ method: "POST", url: "/", headers: form, payload: "to=7" });
  assert.equal(posted.headers.location, "/entry/7");
});

test("a redirect out of the site is not followed: logged in production, an error in development", async (t) => {
  const files = { "pages/index.html": "x", "pages/index.post.sql": "select :to as redirect" };
  const request = { method: "POST", url: "/?a=1", headers: form, payload: "to=//evil.example" } as const;
  const { fastify, logged } = await testSite(t, files, { sql: "select" });
  const posted = await fastify.inject(request);
  assert.deepEqual([posted.statusCode, posted.headers.location], [303, "/?a=1"]);
  assert.equal(logged.find(({ level }) => level === "error")?.fields["code"], "WD533");
  const open = await testSite(t, files, { sql: "select", mode: "development" });
  assert.equal((await open.fastify.inject(request)).json().code, "WD533");
});

const mistakes: readonly (readonly [string, number, string])[] = [
  ["name=Ada", 409, "[this exists already (entry_name_key)||entry_name_key|]"],
  ["age=1", 422, "[a value is missing|name||]"],
  ["name=Cyd&age=-1", 422, "[a value is not allowed (entry_age_check)||entry_age_check|]"],
  ["name=Cyd&age=x", 422, "[a value is not valid|age||]"],
  ["name=Cyd&age=99999999999", 422, "[a number is out of range|age||]"],
];

for (const [payload, status, message] of mistakes) {
  test(`a form with ${payload} comes back with ${status}, and nothing typed is lost`, async (t) => {
    const { fastify, logged } = await testSite(t, list, { sql: guestbook });
    const response = await fastify.inject({ method: "POST", url: "/", headers: form, payload });
    assert.equal(response.statusCode, status);
    const name = new URLSearchParams(payload).get("name") ?? "";
    assert.equal(response.body, `${message}Ada;&lt;Bob&gt;;<input name="name" value="${name}">`);
    assert.deepEqual(
      logged.filter(({ level }) => level === "error"),
      [],
    );
  });
}

test("what a function raises is told with its hint, and everything it did is undone", async (t) => {
  const sql = `${guestbook}
    create function public.sign(name text) returns void language plpgsql as $$
    begin
      insert into public.entry (name) values (name);
      raise exception 'please be % first', 'nice' using hint = 'say hello', column = 'name';
    end $$;
    grant execute on function public.sign(text) to $anon`;
  const { fastify } = await testSite(t, { ...list, "pages/index.post.sql": "select public.sign(:name)" }, { sql });
  const response = await fastify.inject({ method: "POST", url: "/", headers: form, payload: "name=Eve" });
  assert.equal(response.statusCode, 422);
  assert.match(response.body, /^\[please be nice first\|name\|\|say hello\]Ada;&lt;Bob&gt;;</);
});

test("an error that is the page's own answers 500", async (t) => {
  const { fastify } = await testSite(
    t,
    { ...list, "pages/index.post.sql": "insert into public.nowhere values (1)" },
    { sql: guestbook },
  );
  assert.equal((await fastify.inject({ method: "POST", url: "/", headers: form, payload: "a=1" })).statusCode, 500);
});

test("several statements of an action are one transaction", async (t) => {
  const files = {
    ...list,
    "pages/index.post.sql":
      "insert into public.entry (name) values (:name);\ninsert into public.entry (name) values (null)",
  };
  const { fastify } = await testSite(t, files, { sql: guestbook });
  assert.equal(
    (await fastify.inject({ method: "POST", url: "/", headers: form, payload: "name=Cyd" })).statusCode,
    422,
  );
  assert.doesNotMatch((await fastify.inject("/")).body, /Cyd;/);
});

test("repeated fields arrive as a JSON array", async (t) => {
  const files = {
    "pages/index.html": "x",
    "pages/index.post.sql":
      "select '/' || string_agg(tag, '-') as redirect from json_array_elements_text(:tags::json) as tag",
  };
  const { fastify } = await testSite(t, files, { sql: "select" });
  const posted = await fastify.inject({ method: "POST", url: "/", headers: form, payload: "tags[]=a&tags[]=b" });
  assert.equal(posted.headers.location, "/a-b");
});

test("a page without an action takes no POST, and only forms are taken", async (t) => {
  const { fastify } = await testSite(t, { ...list, "pages/about.html": "x" }, { sql: guestbook });
  const refused = await fastify.inject({ method: "POST", url: "/about", headers: form, payload: "a=1" });
  assert.equal(refused.statusCode, 405);
  assert.equal(refused.headers.allow, "GET, HEAD, OPTIONS");
  for (const [type, payload] of [
    ["application/json", "{}"],
    ["text/plain", "a=1"],
    ["application/xml", "<a/>"],
  ] as const) {
    const response = await fastify.inject({ method: "POST", url: "/", headers: { "content-type": type }, payload });
    assert.equal(response.statusCode, 415, type);
  }
  const methods = await fastify.inject({ method: "DELETE", url: "/" });
  assert.deepEqual([methods.statusCode, methods.headers.allow], [405, "GET, HEAD, POST, OPTIONS"]);
});

test("a POST without a body has no fields", async (t) => {
  const files = {
    "pages/index.html": "x",
    "pages/index.post.sql": "select '/' || coalesce(:name, 'none') as redirect",
  };
  const { fastify } = await testSite(t, files, { sql: "select" });
  assert.equal((await fastify.inject({ method: "POST", url: "/" })).headers.location, "/none");
});
