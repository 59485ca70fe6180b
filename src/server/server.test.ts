import assert from "node:assert/strict";
import { test } from "node:test";
import type { Capability } from "../capability/index.ts";
import { AppError } from "../errors/index.ts";
import type { RequestPool } from "../postgres/index.ts";
import { testSite } from "../../test/support/site.ts";

const html = { accept: "text/html" };

function routes(name: string, mount: string, add: NonNullable<Capability["routes"]>): Capability {
  return { name, needs: [], settings: () => ({}), mount, routes: add };
}

const faulty = routes("faulty", "/faulty", () => async (fastify) => {
  fastify.get("/known", async () => {
    throw new AppError("WD528", "column secret_column does not exist", {
      detail: "secret detail",
      hint: "secret hint",
    });
  });
  fastify.get("/unknown", async () => {
    throw new Error("secret stack");
  });
  fastify.get("/away", async () => {
    throw new AppError("WD201", "Postgres can't be reached", { detail: "secret host" });
  });
  fastify.route({ method: "POST", url: "/echo", handler: async (request) => request.body });
});

test("every response carries the same guard of headers, errors too", async (t) => {
  const { fastify } = await testSite(t, { "pages/index.html": "x" });
  for (const url of ["/", "/nothing", "/_health"]) {
    const { headers } = await fastify.inject(url);
    assert.match(
      String(headers["content-security-policy"]),
      /^default-src 'self'; script-src 'self'.*object-src 'none'.*base-uri 'self'.*frame-ancestors 'self'.*form-action 'self'/,
    );
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "strict-origin-when-cross-origin");
    assert.equal(headers["x-powered-by"], undefined);
    assert.match(String(headers["x-request-id"]), /^[0-9a-f-]{36}$/);
  }
});

test("a request id that is short and plain is kept, any other replaced", async (t) => {
  const { fastify } = await testSite(t, {});
  const id = async (given: string) =>
    (await fastify.inject({ url: "/_health", headers: { "x-request-id": given } })).headers["x-request-id"];
  assert.equal(await id("abc-1.2:3_4"), "abc-1.2:3_4");
  for (const given of ["a".repeat(65), "a b", "<x>", "a\tb", ""])
    assert.match(String(await id(given)), /^[0-9a-f-]{36}$/);
});

test("a foreign host is misdirected, and told what to allow in development only", async (t) => {
  const request = { url: "/_health", headers: { host: "evil.example" } };
  const { fastify } = await testSite(t, {});
  const closed = await fastify.inject(request);
  assert.equal(closed.statusCode, 421);
  assert.equal(closed.json().code, "WD501");
  assert.doesNotMatch(closed.body, /howdah\.toml/);
  const open = await testSite(t, {}, { mode: "development" });
  assert.match((await open.fastify.inject(request)).json().hint, /allowed_hosts/);
  const allowed = await testSite(t, {}, { server: { allowedHosts: ["evil.example"] } });
  assert.equal((await allowed.fastify.inject(request)).statusCode, 200);
});

for (const [headers, status] of [
  [{}, 200],
  [{ origin: "http://localhost:80" }, 200],
  [{ origin: "http://evil.example" }, 403],
  [{ origin: "null" }, 403],
  [{ "sec-fetch-site": "same-origin", origin: "http://localhost:80" }, 200],
  [{ "sec-fetch-site": "none" }, 200],
  [{ "sec-fetch-site": "cross-site" }, 403],
  [{ "sec-fetch-site": "same-site", origin: "http://localhost:81" }, 403],
  [{ "sec-fetch-site": "cross-site", origin: "https://friend.example" }, 200],
] as const) {
  test(`a POST with ${JSON.stringify(headers)} answers ${status}`, async (t) => {
    const { fastify } = await testSite(
      t,
      {},
      { capabilities: [faulty], server: { allowedHosts: ["https://friend.example"] } },
    );
    const response = await fastify.inject({
      method: "POST",
      url: "/faulty/echo",
      headers: { host: "localhost:80", ...headers },
      payload: { a: 1 },
    });
    assert.equal(response.statusCode, status);
    if (status === 403) assert.equal(response.json().code, "WD502");
    const asked = await fastify.inject({ url: "/faulty/echo", headers });
    assert.equal(asked.statusCode, 405, "reading is never refused for its origin");
  });
}

test("a route that ignores cookies may take requests of other origins", async (t) => {
  const open = routes("open", "/open", () => async (fastify) => {
    fastify.post("/", { config: { crossOrigin: true } }, async () => "ok");
  });
  const { fastify } = await testSite(t, {}, { capabilities: [open] });
  const response = await fastify.inject({ method: "POST", url: "/open", headers: { origin: "http://evil.example" } });
  assert.equal(response.statusCode, 200);
});

for (const path of ["known", "unknown"] as const) {
  test(`an ${path} failure answers 500 without any detail, and is logged with all of it`, async (t) => {
    const { fastify, logged } = await testSite(t, {}, { capabilities: [faulty] });
    for (const headers of [{}, html]) {
      const response = await fastify.inject({ url: `/faulty/${path}`, headers });
      assert.equal(response.statusCode, 500);
      assert.doesNotMatch(response.body, /secret/);
      assert.match(response.body, new RegExp(String(response.headers["x-request-id"])));
    }
    const line = logged.find(({ level }) => level === "error");
    assert.match(JSON.stringify(line), /secret/);
    assert.ok(line?.fields["request_id"]);
  });
}

test("in development an error shows everything, as a page or as JSON", async (t) => {
  const { fastify } = await testSite(t, {}, { capabilities: [faulty], mode: "development" });
  const page = await fastify.inject({ url: "/faulty/known", headers: html });
  for (const part of ["WD528", "secret_column", "secret detail", "secret hint", "/_howdah/client.js"])
    assert.ok(page.body.includes(part), part);
  const json = (await fastify.inject("/faulty/known")).json();
  assert.equal(json.error.hint, "secret hint");
});

test("an error is a problem document for programs", async (t) => {
  const { fastify } = await testSite(t, {});
  const response = await fastify.inject("/nothing");
  assert.equal(response.headers["content-type"], "application/problem+json; charset=utf-8");
  assert.equal(response.headers["cache-control"], "no-store");
  assert.deepEqual(response.json(), {
    type: "about:blank",
    title: "Not Found",
    status: 404,
    code: "WD505",
    detail: "there is nothing at this address",
    request_id: response.headers["x-request-id"],
  });
});

test("while Postgres is away, requests are told when to come back", async (t) => {
  const requests: RequestPool = {
    run: () => Promise.reject(new AppError("WD201", "Postgres can't be reached", { detail: "secret" })),
    stream: () => Promise.reject(new AppError("WD201", "Postgres can't be reached")),
    size: { open: 0, busy: 0, waiting: 0 },
    close: async () => {},
  };
  const { fastify } = await testSite(t, { "pages/index.html": "x", "pages/index.query.sql": "select 1" }, { requests });
  const response = await fastify.inject({ url: "/", headers: html });
  assert.deepEqual([response.statusCode, response.headers["retry-after"]], [503, "2"]);
  assert.doesNotMatch(response.body, /secret/);
});

test("the project's own pages of errors are used, and a broken one falls back to ours", async (t) => {
  const files = {
    "pages/404.html": "<p>lost {{message}}</p>",
    "pages/500.html": "<p>{{code}} {{#if message}}said{{/if}} {{requestId}}</p>",
  };
  const { fastify } = await testSite(t, files);
  assert.equal(
    (await fastify.inject({ url: "/x", headers: html })).body,
    "<p>lost there is nothing at this address</p>",
  );
  const withFault = await testSite(t, {
    ...files,
    "pages/index.html": "{{date 'x' timeZone='No/Where'}}",
    "pages/x.html": "{{date '2026-01-01T00:00:00Z' timeZone='No/Where'}}",
  });
  const failed = await withFault.fastify.inject({ url: "/x", headers: html });
  assert.equal(failed.statusCode, 500);
  assert.equal(failed.body, `<p>WD532  ${String(failed.headers["x-request-id"])}</p>`);
  const broken = await testSite(t, { "pages/404.html": "{{date '2026-01-01T00:00:00Z' timeZone='No/Where'}}" });
  const response = await broken.fastify.inject({ url: "/x", headers: html });
  assert.equal(response.statusCode, 404);
  assert.match(response.body, /<h1>Not Found<\/h1>/);
});

test("an HTML error can't be turned into markup by what was asked", async (t) => {
  const { fastify } = await testSite(t, {}, { mode: "development" });
  const response = await fastify.inject({ method: "PUT", url: "/_health?<script>alert(1)</script>", headers: html });
  assert.doesNotMatch(response.body, /<script>alert/);
});

test("a body beyond the limit is refused, and its connection closed", async (t) => {
  const { fastify } = await testSite(t, {}, { capabilities: [faulty], server: { maxBodyBytes: 100 } });
  const response = await fastify.inject({ method: "POST", url: "/faulty/echo", payload: { a: "x".repeat(200) } });
  assert.deepEqual([response.statusCode, response.json().code, response.headers.connection], [413, "WD503", "close"]);
});

test("broken JSON is the request's fault", async (t) => {
  const { fastify } = await testSite(t, {}, { capabilities: [faulty] });
  const response = await fastify.inject({
    method: "POST",
    url: "/faulty/echo",
    headers: { "content-type": "application/json" },
    payload: "{",
  });
  assert.deepEqual([response.statusCode, response.json().code], [400, "WD504"]);
});

test("a method that a route lacks is refused with those it has", async (t) => {
  const { fastify } = await testSite(t, {}, { capabilities: [faulty] });
  const response = await fastify.inject({ method: "DELETE", url: "/faulty/known" });
  assert.deepEqual([response.statusCode, response.headers.allow], [405, "GET, HEAD, OPTIONS"]);
  const options = await fastify.inject({ method: "OPTIONS", url: "/faulty/known" });
  assert.deepEqual([options.statusCode, options.headers.allow, options.body], [204, "GET, HEAD, OPTIONS", ""]);
});

test("an endless address is refused", async (t) => {
  const { fastify } = await testSite(t, {});
  assert.equal((await fastify.inject(`/${"a".repeat(9000)}`)).statusCode, 414);
  assert.equal((await fastify.inject(`/?${"a".repeat(8000)}`)).statusCode, 404);
});

test("the project's own plugin stands beside ours, behind the same guard", async (t) => {
  const { fastify } = await testSite(
    t,
    { "pages/index.html": "page" },
    {
      userPlugin: async (app) => {
        app.get("/hello", async () => "hello");
      },
    },
  );
  assert.equal((await fastify.inject("/hello")).body, "hello");
  assert.equal((await fastify.inject("/")).body, "page");
  assert.equal((await fastify.inject({ url: "/hello", headers: { host: "evil.example" } })).statusCode, 421);
});

test("two routes at one path are an error of the start", async (t) => {
  const starting = testSite(
    t,
    {},
    {
      userPlugin: async (app) => {
        app.get("/_health", async () => "mine");
      },
    },
  );
  await assert.rejects(starting, { code: "WD513" });
});

test("requests are logged without query strings, headers and bodies", async (t) => {
  const { fastify, logged } = await testSite(t, { "pages/index.html": "x" });
  await fastify.inject({
    method: "POST",
    url: "/?token=secret",
    headers: { authorization: "Bearer secret", cookie: "a=secret" },
    payload: { secret: "secret" },
  });
  const line = logged.find(({ fields }) => "method" in fields);
  assert.doesNotMatch(JSON.stringify(logged), /secret/);
  assert.match(String(line?.message), /^POST \/ 405 [\d.]+ ms$/);
  assert.deepEqual(Object.keys(line?.fields ?? {}).toSorted(), ["method", "ms", "path", "request_id", "status"]);
});

test("nothing of development exists in production", async (t) => {
  const { fastify } = await testSite(t, { "pages/index.html": "<p>x</p>" });
  for (const url of ["/_howdah/live", "/_howdah/client.js", "/_howdah/idiomorph.js", "/_howdah/"]) {
    assert.equal((await fastify.inject(url)).statusCode, 404, url);
  }
  assert.equal((await fastify.inject("/")).body, "<p>x</p>");
});

test("a compressed body is refused and never read as it is, one of identity is read", async (t) => {
  const { fastify } = await testSite(t, {}, { capabilities: [faulty] });
  const send = (encoding: string) =>
    fastify.inject({
      method: "POST",
      url: "/faulty/echo",
      payload: '{"a":1}',
      headers: { "content-type": "application/json", "content-encoding": encoding },
    });
  for (const encoding of ["gzip", "BR", "identity, gzip"]) {
    const refused = await send(encoding);
    assert.deepEqual([refused.statusCode, refused.json().code], [415, "WD508"]);
    assert.equal(refused.json().detail, "a compressed body is not accepted here");
    assert.equal(refused.headers["accept-encoding"], "identity");
  }
  assert.deepEqual((await send("identity")).json(), { a: 1 });
});
