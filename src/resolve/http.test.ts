import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { fileServer } from "../../test/support/file-server.ts";
import { hasty } from "../../test/support/npm-registry.ts";
import { HttpClient, httpStatus } from "./http.ts";

function client(t: TestContext, proxy: Record<string, string> = {}): HttpClient {
  const opened = new HttpClient({ proxy });
  t.after(() => opened.close());
  return opened;
}

const small = { ...hasty, maxBytes: 1000 };

test("a server in trouble is asked again, one that says no is not", async (t) => {
  const server = await fileServer(t);
  server.files.set("/a", Buffer.from("content"));
  let troubles = 1;
  server.answer = (request, response) => {
    if (request.url === "/forbidden") return !!response.writeHead(403).end();
    return troubles-- > 0 && !!response.writeHead(503).end();
  };
  assert.equal(String(await client(t).bytes(`${server.url}/a`, small)), "content");
  assert.deepEqual(server.requests, ["/a", "/a"]);
  await assert.rejects(client(t).bytes(`${server.url}/forbidden`, small), (error) => {
    assert.equal(httpStatus(error), 403);
    return true;
  });
  assert.deepEqual(server.requests, ["/a", "/a", "/forbidden"]);
});

test("a server that stays in trouble is given up with its status", async (t) => {
  const server = await fileServer(t);
  server.answer = (_request, response) => !!response.writeHead(502).end();
  await assert.rejects(client(t).bytes(`${server.url}/a`, small), { code: "WD352", message: /HTTP status 502/ });
  assert.equal(server.requests.length, 2);
});

test("nobody at the address is told as such, after every attempt", async (t) => {
  const server = await fileServer(t);
  await server.stop();
  await assert.rejects(client(t).bytes(`${server.url}/a`, small), {
    code: "WD351",
    message: `${new URL(server.url).host} can't be reached`,
    detail: /ECONNREFUSED.*\(2 attempts\)/,
  });
});

test("a server that falls silent is given up", async (t) => {
  const server = await fileServer(t);
  server.answer = (_request, response) => response.writeHead(200, { "content-length": 10 }).write("half");
  await assert.rejects(client(t).bytes(`${server.url}/a`, { ...small, idleTimeoutMs: 50 }), {
    code: "WD355",
    detail: /no byte for 50 ms/,
  });
});

test("a signal ends a request that waits", async (t) => {
  const server = await fileServer(t);
  const aborting = new AbortController();
  server.answer = () => {
    aborting.abort();
    return true;
  };
  await assert.rejects(client(t).bytes(`${server.url}/a`, { ...small, signal: aborting.signal }), { code: "WD358" });
  assert.equal(server.requests.length, 1);
});

test("credentials follow a redirect on their own host only", async (t) => {
  const [registry, storage] = [await fileServer(t), await fileServer(t)];
  const seen: (string | undefined)[] = [];
  const targets = new Map([
    ["/a", "/b"],
    ["/b", `${storage.url}/c`],
  ]);
  registry.answer = (request, response) => {
    seen.push(request.headers.authorization);
    return !!response.writeHead(302, { location: targets.get(request.url ?? "") }).end();
  };
  storage.answer = (request, response) => {
    seen.push(request.headers.authorization);
    return !!response.end("content");
  };
  const options = { ...small, headers: { authorization: "Bearer secret" } };
  assert.equal(String(await client(t).bytes(`${registry.url}/a`, options)), "content");
  assert.deepEqual(seen, ["Bearer secret", "Bearer secret", undefined]);
});

test("redirects in circles, and to other than the web, are refused", async (t) => {
  const server = await fileServer(t);
  server.answer = (request, response) =>
    !!response.writeHead(301, { location: request.url === "/a" ? "/a" : "file:///etc/passwd" }).end();
  await assert.rejects(client(t).bytes(`${server.url}/a`, small), { code: "WD352", message: /leads in circles/ });
  await assert.rejects(client(t).bytes(`${server.url}/b`, small), { code: "WD352", detail: "file:///etc/passwd" });
});

test("an answer without end is cut off", async (t) => {
  const server = await fileServer(t);
  server.files.set("/a", Buffer.alloc(1001));
  await assert.rejects(client(t).bytes(`${server.url}/a`, small), { code: "WD359" });
});

test("a proxy is used where one is named, and not for the hosts that are excepted", async (t) => {
  const server = await fileServer(t);
  server.files.set("/a", Buffer.from("direct"));
  const proxied: string[] = [];
  const proxy = createServer((request, response) => {
    proxied.push(request.url ?? "");
    response.end("through the proxy");
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  t.after(() => proxy.close());
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const through = client(t, { HTTP_PROXY: address });
  assert.equal(String(await through.bytes("http://registry.example/a", small)), "through the proxy");
  assert.deepEqual(proxied, ["http://registry.example/a"]);
  const except = client(t, { HTTP_PROXY: address, NO_PROXY: "127.0.0.1" });
  assert.equal(String(await except.bytes(`${server.url}/a`, small)), "direct");
});

test("what can't be put says so, with its method", async (t) => {
  const server = await fileServer(t);
  const url = `${server.url}/a`;
  await server.stop();
  await assert.rejects(client(t).put(url, Buffer.from("a"), hasty), { code: "WD351", detail: /^PUT / });
});
