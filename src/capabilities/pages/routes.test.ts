import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { testSite } from "../../../test/support/site.ts";
import { until } from "../../../test/support/until.ts";

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

test("a page lists rows, escaped, as the role of requests", async (t) => {
  const { fastify } = await testSite(t, list, { sql: guestbook });
  const response = await fastify.inject("/");
  assert.equal(response.statusCode, 200);
  assert.equal(response.body, 'Ada;&lt;Bob&gt;;<input name="name" value="">');
  assert.equal(response.headers["content-type"], "text/html; charset=utf-8");
  assert.equal(response.headers["cache-control"], "private, no-cache");
});

test("parameters come from the address, first the path, then the query string", async (t) => {
  const files = {
    "pages/[a]/index.html": "{{#each rows}}{{a}}|{{b}}|{{c}}{{/each}}{{params.a}}{{params.b}}",
    "pages/[a]/index.query.sql": "select :a as a, :b as b, :c as c",
  };
  const { fastify } = await testSite(t, files, { sql: "select" });
  assert.equal((await fastify.inject("/x%2Fy?a=no&b=2")).body, "x/y|2|x/y2");
});

test("each occurrence of a parameter has the type of its place", async (t) => {
  const files = {
    "pages/index.html": "{{#each rows}}{{a}} {{b}} {{c}}{{/each}}",
    "pages/index.query.sql": "select :n + 1 as a, :n || '!' as b, :n::numeric / 2 as c limit coalesce(:n, 5)",
  };
  const { fastify } = await testSite(t, files, { sql: "select" });
  assert.equal((await fastify.inject("/?n=3")).body, "4 3! 1.5000000000000000");
});

test("a value that is none of its type answers 400 with its name, and nothing of the database in production", async (t) => {
  const files = {
    "pages/[id].html": "{{#each rows}}{{name}}{{/each}}",
    "pages/[id].query.sql": "select name from public.entry where id = :id",
  };
  const { fastify } = await testSite(t, files, { sql: guestbook });
  for (const id of ["abc", "99999999999999999999", "1'--", ""]) {
    const response = await fastify.inject({
      url: `/${encodeURIComponent(id)}?`,
      headers: { accept: "application/json" },
    });
    if (id === "") continue;
    assert.equal(response.statusCode, 400, id);
    assert.equal(response.json().code, "WD527");
    assert.equal(response.json().detail, "the value of id is not valid");
    assert.doesNotMatch(response.body, /bigint|syntax|parameter \$/);
  }
  assert.equal((await fastify.inject("/1?id=%00")).body, "Ada");
});

test("a NUL in a value is refused before Postgres sees it", async (t) => {
  const { fastify } = await testSite(t, list, { sql: guestbook });
  assert.equal((await fastify.inject("/?q=%00")).statusCode, 400);
});

test("a parameter whose type is unclear is an error with its place and the cast to write", async (t) => {
  const files = { "pages/index.html": "x", "pages/index.query.sql": "select 1 as a\nwhere :q is null" };
  const { fastify } = await testSite(t, files, { sql: "select", mode: "development" });
  const { error } = (await fastify.inject("/?q=1")).json();
  assert.equal(error.code, "WD526");
  assert.equal(error.message, "the type of :q is unclear");
  assert.equal(error.hint, "write :q::text, or another type");
  assert.deepEqual(error.position, { file: "pages/index.query.sql", line: 2, column: 7 });
});

test("an error of a query points into its file, and strangers see none of it", async (t) => {
  const files = {
    "pages/index.html": "x",
    "pages/index.query.sql": "-- @name a\nselect 'ä𝄞', naem\n  from public.entry where id = :id",
  };
  const { fastify, logged } = await testSite(t, files, { sql: guestbook });
  const response = await fastify.inject("/?id=1");
  assert.equal(response.statusCode, 500);
  assert.deepEqual(Object.keys(response.json()).toSorted(), ["code", "request_id", "status", "title", "type"]);
  assert.equal(response.json().code, "WD528");
  const line = logged.find(({ level }) => level === "error");
  assert.equal(line?.fields["at"], "pages/index.query.sql:2:14");
  assert.equal(line?.message, 'column "naem" does not exist');
});

test("a relation that the role may not read says so, with the way out", async (t) => {
  const files = { "pages/index.html": "x", "pages/index.query.sql": "select * from public.secret" };
  const { fastify } = await testSite(t, files, { sql: "create table public.secret (a int)", mode: "development" });
  const { error } = (await fastify.inject("/")).json();
  assert.match(error.message, /permission denied for table secret/);
  assert.match(error.hint, /grant it what the page needs/);
});

test("a page can't write when it is only asked for", async (t) => {
  const files = { "pages/index.html": "x", "pages/index.query.sql": "select public.write()" };
  const sql = `create table public.log (at int); create function public.write() returns void security definer language sql as 'insert into public.log values (1)'; grant execute on function public.write() to $anon`;
  const { fastify, database } = await testSite(t, files, { sql, mode: "development" });
  const { error } = (await fastify.inject("/")).json();
  assert.match(error.message, /read-only transaction/);
  const rows = await database?.admin.query({ text: "select * from public.log", values: [] });
  assert.deepEqual(rows, []);
});

test("numbers keep every digit", async (t) => {
  const files = {
    "pages/index.html": "{{#each rows}}{{big}} {{price}} {{small}}{{/each}}",
    "pages/index.query.sql": "select 9223372036854775807 as big, 12.30 as price, 7 as small",
  };
  const { fastify } = await testSite(t, files, { sql: "select" });
  assert.equal((await fastify.inject("/")).body, "9223372036854775807 12.30 7");
});

test("several results, single rows and statements that are no select", async (t) => {
  const files = {
    "pages/index.html":
      "{{one.a}} {{#if none}}x{{else}}none{{/if}} {{#each empty}}x{{else}}empty{{/each}} {{version.timezone}}{{version.TimeZone}}",
    "pages/index.query.sql": `
      -- @name one :one
      values (1), (2);
      -- @name none :optional
      select 1 where false;
      -- @name empty
      select 1 where false;
      -- @name version :one
      show timezone`.replace("values (1), (2)", "select * from (values (1), (2)) as x (a)"),
  };
  const { fastify } = await testSite(t, files, { sql: "select" });
  assert.match((await fastify.inject("/")).body, /^1 none empty \S+$/);
});

test(":one without a row is a page that doesn't exist", async (t) => {
  const files = {
    "pages/[id].html": "x",
    "pages/[id].query.sql": "-- @name entry :one\nselect 1 where :id = 1",
    "pages/404.html": "<p>lost {{path}} {{status}}</p>",
  };
  const { fastify } = await testSite(t, files, { sql: "select" });
  assert.equal((await fastify.inject("/1")).statusCode, 200);
  const response = await fastify.inject({ url: "/2", headers: { accept: "text/html" } });
  assert.equal(response.statusCode, 404);
  assert.equal(response.body, "<p>lost /2 404</p>");
});

test("SQL sees the request in its settings", async (t) => {
  const files = {
    "pages/index.html": "{{#each rows}}{{{m}}}|{{{p}}}|{{{h}}}|{{{c}}}|{{{j}}}|{{{r}}}{{/each}}",
    "pages/index.query.sql":
      "select current_setting('request.method', true) as m, current_setting('request.path', true) as p, " +
      "current_setting('request.headers', true)::json ->> 'x-test' as h, current_setting('request.headers', true)::jsonb ? 'cookie' as hc, " +
      "current_setting('request.cookies', true)::json ->> 'a' as c, current_setting('request.jwt.claims', true)::json ->> 'role' as j, current_user as r",
  };
  const { fastify, database } = await testSite(t, files, { sql: "select" });
  const anon = database?.roles.anon;
  const response = await fastify.inject({ url: "/?x=1", headers: { "X-Test": "t", cookie: "a=b" } });
  assert.equal(response.body, `GET|/|t|b|${anon}|${anon}`);
});

test("the query of a client that is gone is cancelled", async (t) => {
  const files = { "pages/index.html": "x", "pages/index.query.sql": "select pg_sleep(60)" };
  const { server, database } = await testSite(t, files, { sql: "select" });
  const { port } = await server.listen();
  const sleeping = async (): Promise<boolean> => {
    const text =
      "select from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()";
    return ((await database?.admin.query({ text, values: [] })) ?? []).length > 0;
  };
  const socket = connect(port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await until("the query runs", sleeping);
  socket.destroy();
  await until("the query is cancelled", async () => !(await sleeping()));
});

// --- addresses ---

const plain = {
  "pages/index.html": "root",
  "pages/about.html": "about",
  "pages/blog/index.html": "blog",
  "pages/blog/[id].html": "post {{params.id}}",
  "pages/404.html": "lost",
};

for (const [url, location] of [
  ["/about/", "/about"],
  ["/about.html", "/about"],
  ["/about.html?a=b", "/about?a=b"],
  ["/index", "/"],
  ["/index.html", "/"],
  ["/blog/", "/blog"],
  ["/blog/index.html", "/blog"],
  ["/blog/index", "/blog"],
  ["/blog/7/", "/blog/7"],
] as const) {
  test(`${url} is redirected to ${location}`, async (t) => {
    const { fastify } = await testSite(t, plain);
    const response = await fastify.inject(url);
    assert.deepEqual([response.statusCode, response.headers.location], [308, location]);
  });
}

for (const [url, status, body] of [
  ["/about", 200, "about"],
  ["/%61bout", 200, "about"],
  ["/blog/7.html", 200, "post 7.html"],
  ["/About", 404, "lost"],
  ["/404", 404, "lost"],
  ["/about//", 404, "lost"],
  ["//about", 404, "lost"],
  ["/about/x", 404, "lost"],
  ["/about%2Ehtml", 404, "lost"],
] as const) {
  test(`${url} answers ${status}`, async (t) => {
    const { fastify } = await testSite(t, plain);
    const response = await fastify.inject({ url, headers: { accept: "text/html" } });
    assert.deepEqual([response.statusCode, response.body], [status, body]);
  });
}

test("HEAD answers as GET does, without a body", async (t) => {
  const { fastify } = await testSite(t, plain);
  const response = await fastify.inject({ method: "HEAD", url: "/about" });
  assert.deepEqual([response.statusCode, response.headers["content-length"], response.body], [200, "5", ""]);
});

test("the nonce of the page is that of its policy, and another one each time", async (t) => {
  const { fastify } = await testSite(t, { "pages/index.html": `<script nonce="{{@nonce}}">1</script>` });
  const nonces = await Promise.all(
    [1, 2, 3].map(async () => {
      const response = await fastify.inject("/");
      const nonce = /nonce="([^"]+)"/.exec(response.body)?.[1];
      assert.ok(String(response.headers["content-security-policy"]).includes(`script-src 'self' 'nonce-${nonce}'`));
      return nonce;
    }),
  );
  assert.equal(new Set(nonces).size, 3);
});

// --- files that change ---

test("in development a saved file is what the next request sees, and a broken page breaks alone", async (t) => {
  const { fastify, save } = await testSite(t, { ...plain, "pages/_nav.html": "nav" }, { mode: "development" });
  const bodyOf = async (url: string): Promise<string> =>
    (await fastify.inject(url)).body.replace(/<script.*<\/script>$/, "");
  assert.equal(await bodyOf("/about"), "about");
  save({ "pages/about.html": "about {{> _nav}}", "pages/new.html": "new" });
  assert.equal(await bodyOf("/about"), "about nav");
  assert.equal(await bodyOf("/new"), "new");
  save({ "pages/_nav.html": "nav {{#if}}" });
  assert.equal((await fastify.inject("/about")).json().error.position.file, "pages/_nav.html");
  assert.equal(await bodyOf("/"), "root");
  save({ "pages/_nav.html": "new nav" });
  assert.equal(await bodyOf("/about"), "about new nav");
});

test("a page that is removed is gone", async (t) => {
  const { fastify, tree, emit } = await testSite(t, plain, { mode: "development" });
  assert.equal((await fastify.inject("/about")).statusCode, 200);
  tree.remove("pages/about.html");
  emit({ kind: "changed", paths: ["pages/about.html"] });
  assert.equal((await fastify.inject("/about")).statusCode, 404);
});

test("in production every page is compiled at the start, and all that is broken is told at once", async (t) => {
  const files = {
    "pages/a.html": "{{#if}}",
    "pages/b.html": "<p {{x}}>",
    "pages/c.html": "c",
    "pages/c.query.sql": "select '",
    "pages/_p.html": "{{> _nowhere}}",
  };
  await assert.rejects(
    testSite(t, files),
    (error: { errors: readonly { code: string; position: { file: string } }[] }) => {
      assert.deepEqual(
        error.errors.map(({ code, position }) => [code, position.file]),
        [
          ["WD523", "pages/_p.html"],
          ["WD520", "pages/a.html"],
          ["WD521", "pages/b.html"],
          ["WD524", "pages/c.query.sql"],
        ],
      );
      return true;
    },
  );
});

test("a page at the address of an asset is refused", async (t) => {
  await assert.rejects(testSite(t, { "pages/about.html": "x", "public/about": "y" }), { code: "WD530" });
});
