import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { testSite } from "../../test/support/site.ts";

const css = "body { color: red }\n".repeat(200);
const large = randomBytes(1024 * 1024 + 10);
const files = {
  "public/style.css": css,
  "public/small.css": "p{}",
  "public/logo.png": Buffer.alloc(4000),
  "public/app-3f9a01bc.js": "1;",
  "public/report-20261120.txt": "r",
  "public/video.mp4": large,
  "public/a b/ä.txt": "umlaut",
  "public/page.html": "<p>static</p>",
  "public/deep/index.html": "index",
  "public/noending": "x",
  "public/%41.txt": "percent",
  "pages/index.html": "page",
  "pages/[any].html": "any {{params.any}}",
};

test("an asset is served with its type, tag and time", async (t) => {
  const { fastify } = await testSite(t, files);
  const response = await fastify.inject("/small.css");
  assert.equal(response.body, "p{}");
  assert.equal(response.headers["content-type"], "text/css; charset=utf-8");
  assert.match(String(response.headers.etag), /^"[\w-]{22}"$/);
  assert.ok(Date.parse(String(response.headers["last-modified"])) > 0);
  assert.equal(response.headers["cache-control"], "public, max-age=60");
  assert.equal(response.headers["accept-ranges"], "bytes");
  assert.equal(response.headers["x-content-type-options"], "nosniff");
  assert.equal(response.headers["content-length"], "3");
});

for (const [url, type, body] of [
  ["/a%20b/%C3%A4.txt", "text/plain; charset=utf-8", "umlaut"],
  ["/page.html", "text/html; charset=utf-8", "<p>static</p>"],
  ["/deep/index.html", "text/html; charset=utf-8", "index"],
  ["/noending", "application/octet-stream", "x"],
  ["/%2541.txt", "text/plain; charset=utf-8", "percent"],
] as const) {
  test(`${url} is served`, async (t) => {
    const { fastify } = await testSite(t, files);
    const response = await fastify.inject(url);
    assert.deepEqual([response.statusCode, response.headers["content-type"], response.body], [200, type, body]);
  });
}

test("an asset comes before a page with a parameter, a page before nothing", async (t) => {
  const { fastify } = await testSite(t, files);
  assert.equal((await fastify.inject("/small.css")).body, "p{}");
  assert.equal((await fastify.inject("/other.css")).body, "any other.css");
  assert.equal((await fastify.inject("/deep/")).statusCode, 308);
});

test("text is sent in the encoding that the client prefers, each with its own tag", async (t) => {
  const { fastify } = await testSite(t, files);
  const get = (encoding?: string) =>
    fastify.inject({ url: "/style.css", headers: encoding === undefined ? {} : { "accept-encoding": encoding } });
  const [plain, brotli, gzip] = [await get(), await get("gzip, br"), await get("gzip")];
  assert.equal(plain.body, css);
  assert.equal(brotliDecompressSync(brotli.rawPayload).toString(), css);
  assert.equal(gunzipSync(gzip.rawPayload).toString(), css);
  assert.deepEqual(
    [plain.headers["content-encoding"], brotli.headers["content-encoding"], gzip.headers["content-encoding"]],
    [undefined, "br", "gzip"],
  );
  const tag = String(plain.headers.etag).slice(1, -1);
  assert.deepEqual([brotli.headers.etag, gzip.headers.etag], [`"${tag}-br"`, `"${tag}-gzip"`]);
  for (const response of [plain, brotli, gzip]) assert.equal(response.headers.vary, "accept-encoding");
});

test("what is small or compressed already is sent as it is", async (t) => {
  const { fastify } = await testSite(t, files);
  for (const url of ["/small.css", "/logo.png", "/video.mp4"]) {
    const response = await fastify.inject({ url, headers: { "accept-encoding": "br" } });
    assert.deepEqual([response.headers["content-encoding"], response.headers.vary], [undefined, undefined], url);
  }
});

test("a client that has the content is told so, by tag before time", async (t) => {
  const { fastify } = await testSite(t, files);
  const first = await fastify.inject("/style.css");
  const tag = String(first.headers.etag);
  const time = String(first.headers["last-modified"]);
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await fastify.inject({ url: "/style.css", headers })).statusCode;
  assert.equal(await status({ "if-none-match": tag }), 304);
  assert.equal(await status({ "if-none-match": `"x", W/${tag}` }), 304);
  assert.equal(await status({ "if-none-match": `${tag.slice(0, -1)}-br"`, "accept-encoding": "gzip" }), 304);
  assert.equal(await status({ "if-none-match": "*" }), 304);
  assert.equal(await status({ "if-none-match": '"x"' }), 200);
  assert.equal(await status({ "if-none-match": '"x"', "if-modified-since": time }), 200);
  assert.equal(await status({ "if-modified-since": time }), 304);
  assert.equal(await status({ "if-modified-since": new Date(Date.parse(time) - 5000).toUTCString() }), 200);
  assert.equal(await status({ "if-modified-since": "nonsense" }), 200);
  const unchanged = await fastify.inject({ url: "/style.css", headers: { "if-none-match": tag } });
  assert.equal(unchanged.body, "");
  assert.equal(unchanged.headers.etag, tag);
  assert.equal(unchanged.headers["content-type"], undefined);
});

for (const url of ["/style.css", "/video.mp4"] as const) {
  test(`ranges of ${url}`, async (t) => {
    const { fastify } = await testSite(t, files);
    const content = url === "/style.css" ? Buffer.from(css) : large;
    const get = (headers: Record<string, string>) => fastify.inject({ url, headers });
    const part = await get({ range: "bytes=10-19", "accept-encoding": "br" });
    assert.equal(part.statusCode, 206);
    assert.equal(part.headers["content-range"], `bytes 10-19/${content.length}`);
    assert.equal(part.headers["content-length"], "10");
    assert.deepEqual(part.rawPayload, content.subarray(10, 20));
    assert.deepEqual((await get({ range: "bytes=-5" })).rawPayload, content.subarray(-5));
    assert.equal((await get({ range: "bytes=0-1,4-5" })).statusCode, 200);
    const beyond = await get({ range: `bytes=${content.length}-` });
    assert.deepEqual([beyond.statusCode, beyond.headers["content-range"]], [416, `bytes */${content.length}`]);
    const tag = String(part.headers.etag);
    const time = String(part.headers["last-modified"]);
    const status = async (condition: string): Promise<number> =>
      (await get({ range: "bytes=0-1", "if-range": condition })).statusCode;
    assert.deepEqual(
      [
        await status(tag),
        await status('"x"'),
        await status(`W/${tag}`),
        await status(time),
        await status("Thu, 01 Jan 1970 00:00:00 GMT"),
      ],
      [206, 200, 200, 206, 200],
    );
  });
}

test("HEAD tells what GET would send", async (t) => {
  const { fastify } = await testSite(t, files);
  for (const url of ["/style.css", "/video.mp4"]) {
    const [head, get] = [await fastify.inject({ method: "HEAD", url }), await fastify.inject(url)];
    assert.equal(head.body, "");
    for (const name of ["content-length", "etag", "content-type"])
      assert.equal(head.headers[name], get.headers[name], name);
  }
});

test("a large file is streamed whole", async (t) => {
  const { fastify } = await testSite(t, files);
  const response = await fastify.inject("/video.mp4");
  assert.equal(response.headers["content-length"], String(large.length));
  assert.deepEqual(response.rawPayload, large);
});

test("a hash in the name is for ever, a date is not, and development keeps nothing", async (t) => {
  const { fastify } = await testSite(t, files);
  const control = async (url: string): Promise<unknown> => (await fastify.inject(url)).headers["cache-control"];
  assert.equal(await control("/app-3f9a01bc.js"), "public, max-age=31536000, immutable");
  assert.equal(await control("/report-20261120.txt"), "public, max-age=60");
  const open = await testSite(t, files, { mode: "development" });
  assert.equal((await open.fastify.inject("/app-3f9a01bc.js")).headers["cache-control"], "no-cache");
});

test("other methods are refused with those that work", async (t) => {
  const { fastify } = await testSite(t, files);
  const post = await fastify.inject({ method: "POST", url: "/style.css" });
  assert.deepEqual([post.statusCode, post.headers.allow], [405, "GET, HEAD, OPTIONS"]);
  const options = await fastify.inject({ method: "OPTIONS", url: "/style.css" });
  assert.deepEqual([options.statusCode, options.headers.allow], [204, "GET, HEAD, OPTIONS"]);
});

test("in development a saved, a new and a removed asset show at once", async (t) => {
  const { fastify, save, tree, emit } = await testSite(t, files, { mode: "development" });
  const before = await fastify.inject("/small.css");
  save({ "public/small.css": "p{color:red}", "public/new.css": "i{}" });
  const after = await fastify.inject("/small.css");
  assert.equal(after.body, "p{color:red}");
  assert.notEqual(after.headers.etag, before.headers.etag);
  assert.equal((await fastify.inject("/new.css")).body, "i{}");
  tree.remove("public/small.css");
  emit({ kind: "changed", paths: ["public/small.css"] });
  assert.equal((await fastify.inject("/small.css")).body.replace(/<script.*/, ""), "any small.css");
});
