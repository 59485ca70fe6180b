import assert from "node:assert/strict";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test, type TestContext } from "node:test";
import { text } from "node:stream/consumers";
import { serveHttp, type Answer, type HttpServer } from "./http-server.ts";
import type { ServerAddress } from "./config/index.ts";

const anyPort: ServerAddress = { kind: "port", host: "127.0.0.1", port: 0 };

async function server(t: TestContext, answer: Answer, listen = anyPort, maxBodyBytes = 1000): Promise<HttpServer> {
  const tooLarge = { status: 413, headers: [], body: "too large" } as const;
  const started = await serveHttp(answer, listen, { product: "made/1", maxBodyBytes, tooLarge: () => tooLarge });
  t.after(() => started.close());
  return started;
}

function urlOf({ address }: HttpServer): string {
  assert.ok("port" in address);
  return `http://127.0.0.1:${address.port}`;
}

const echo: Answer = async ({ method, url, body }) => ({
  status: 200,
  headers: [["X-Asked", `${method} ${url}`]],
  body,
});

test("bodies come in and go out as the bytes that they are", async (t) => {
  const url = urlOf(await server(t, echo));
  const body = Buffer.from([0, 1, 254, 255]);
  const response = await fetch(`${url}/a%20b?c=d`, { method: "POST", body });
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), body);
  assert.equal(response.headers.get("x-asked"), "POST /a%20b?c=d");
  assert.equal(response.headers.get("content-length"), "4");
});

test("a body beyond the limit is refused, announced or not, and the connection ends", async (t) => {
  const url = urlOf(await server(t, echo));
  const announced = await fetch(url, { method: "POST", body: "x".repeat(1001) });
  assert.deepEqual([announced.status, await announced.text()], [413, "too large"]);
  assert.equal(announced.headers.get("connection"), "close");
  const stream = Readable.toWeb(Readable.from([Buffer.alloc(600), Buffer.alloc(600)]));
  const chunked = await fetch(url, { method: "POST", body: stream, duplex: "half" });
  assert.equal(chunked.status, 413);
  assert.equal((await fetch(url)).status, 200);
});

test("a reason phrase is the one that was said", async (t) => {
  const url = urlOf(await server(t, async () => ({ status: 402, reason: "Pay First", headers: [], body: "" })));
  const response = await fetch(url);
  assert.deepEqual([response.status, response.statusText], [402, "Pay First"]);
});

test("a head goes out as the bytes that were meant, whatever the body is", async (t) => {
  const sent = Buffer.from("größe").toString("latin1");
  const started = await server(t, async () => ({ status: 402, reason: sent, headers: [["X-A", sent]], body: "b" }));
  assert.ok("port" in started.address);
  const socket = createConnection(started.address.port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  assert.match(await text(socket), /^HTTP\/1\.1 402 größe\r\nX-A: größe\r\n/);
});

test("a status has PostgREST's phrase where none is said, and none where it has none", async (t) => {
  const url = urlOf(
    await server(t, async ({ url: asked }) => ({ status: Number(asked.slice(1)), headers: [], body: "" })),
  );
  const phrase = async (status: number): Promise<string> => (await fetch(`${url}/${status}`)).statusText;
  assert.deepEqual([await phrase(418), await phrase(404), await phrase(419)], ["I'm a teapot", "Not Found", ""]);
});

test("an answer that is no HTTP is a 500, and the next one is served", async (t) => {
  const status = (asked: string): number => Number(asked.slice(1));
  const url = urlOf(await server(t, async ({ url: asked }) => ({ status: status(asked), headers: [], body: "x" })));
  assert.deepEqual([(await fetch(`${url}/99`)).status, (await fetch(`${url}/200`)).status], [500, 200]);
});

/** What comes back to bytes that no client would send, until the connection ends. */
async function sendRaw({ address }: HttpServer, sent: string): Promise<string> {
  assert.ok("port" in address);
  const socket = createConnection(address.port, "127.0.0.1");
  socket.write(sent);
  return await text(socket);
}

test("an address in UTF-8 needs no percent encoding, where there is no body", async (t) => {
  const started = await server(t, echo);
  const answered = await sendRaw(started, "GET /é?b=ö HTTP/1.1\r\nHost: x\r\n\r\n");
  assert.match(answered, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(answered, /\r\nX-Asked: GET \/%c3%a9\?b=%c3%b6\r\n/);
  const bytes = Buffer.from("größe").toString("latin1");
  const told = await server(t, async () => ({ status: 200, headers: [["X-A", bytes]], body: "ä" }));
  const written = await sendRaw(told, "GET /é HTTP/1.1\r\nHost: x\r\n\r\n");
  assert.match(written, /\r\nX-A: größe\r\nServer: made\/1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nä$/);
  const head = await sendRaw(started, "HEAD /é HTTP/1.1\r\nHost: x\r\n\r\n");
  assert.match(head, /\r\nX-Asked: HEAD \/%c3%a9\r\nServer: made\/1\r\nConnection: close\r\n\r\n$/);
  const refused = /^HTTP\/1\.1 400 /;
  assert.match(await sendRaw(started, "POST /é HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na"), refused);
  assert.match(await sendRaw(started, "GET /é HTTP/1.1\r\nHost: x\r\n"), refused);
});

test("a request may name the whole address", async (t) => {
  const started = await server(t, echo);
  const asked = async (url: string): Promise<string | undefined> =>
    /X-Asked: GET (.*)\r/.exec(
      await sendRaw(started, `GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    )?.[1];
  assert.equal(await asked("http://x:1/a?b=http://c"), "/a?b=http://c");
  assert.equal(await asked("http://x"), "/");
  assert.equal(await asked("http://x?a=b"), "/?a=b");
});

test("a method that Node does not know is answered as any other", async (t) => {
  const started = await server(t, echo);
  const raw = (sent: string): Promise<string> => sendRaw(started, sent);
  const answered = await raw("FOO /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n");
  assert.match(answered, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(answered, /\r\nX-Asked: FOO \/a\?b=c\r\n/);
  assert.match(await raw("no request\r\n\r\n"), /^HTTP\/1\.1 400 Bad Request\r\n/);
  assert.match(await raw(`GET / HTTP/1.1\r\nA: ${"x".repeat(70_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
});

test("204 has no length and HEAD no body", async (t) => {
  const url = urlOf(
    await server(t, async ({ url }) => ({ status: url === "/204" ? 204 : 200, headers: [], body: "abc" })),
  );
  assert.equal((await fetch(`${url}/204`)).headers.get("content-length"), null);
  const head = await fetch(url, { method: "HEAD" });
  assert.equal(await head.text(), "");
});

test("a stream is passed on, and one that fails breaks the answer off", async (t) => {
  const failing = new Readable({ read() {} });
  failing.push("a");
  const answer: Answer = async ({ url }) => ({
    status: 200,
    headers: [],
    body: url === "/good" ? Readable.from([Buffer.from("a"), Buffer.from("b")]) : failing,
  });
  const url = urlOf(await server(t, answer));
  assert.equal(await (await fetch(`${url}/good`)).text(), "ab");
  const response = await fetch(`${url}/bad`);
  failing.destroy(new Error("the database went away"));
  await assert.rejects(response.text());
});

test("who goes away is told to what answers", async (t) => {
  const gone = Promise.withResolvers<void>();
  const url = urlOf(
    await server(t, async ({ signal }) => {
      signal?.addEventListener("abort", () => gone.resolve());
      await gone.promise;
      return { status: 200, headers: [], body: "" };
    }),
  );
  const asking = new AbortController();
  const asked = fetch(url, { signal: asking.signal });
  setImmediate(() => setTimeout(() => asking.abort(), 20));
  await assert.rejects(asked);
  await gone.promise;
});

test("a socket is listened at with its mode, also where a dead one lies", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "howdah-socket-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "api.sock");
  const first = await serveHttp(
    echo,
    { kind: "socket", path, mode: 0o660 },
    { product: "made/1", maxBodyBytes: 1, tooLarge: neverCalled },
  );
  assert.equal((await stat(path)).mode & 0o777, 0o660);
  assert.equal(await first.reachable(), true);
  const answered = await new Promise<string>((resolve) =>
    httpRequest({ socketPath: path, path: "/x" }, (response) => void text(response).then(resolve)).end(),
  );
  assert.equal(answered, "");
  await assert.rejects(
    serveHttp(
      echo,
      { kind: "socket", path, mode: 0o660 },
      { product: "made/1", maxBodyBytes: 1, tooLarge: neverCalled },
    ),
    { code: "WD507" },
  );
  await first.close();
  assert.equal(await first.reachable(), false);
  await writeFile(join(folder, "note"), "kept");
});

function neverCalled(): never {
  throw new Error("nothing is too large here");
}

test("a taken port is refused, and a closing server finishes what is in flight", async (t) => {
  const entered = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const started = await serveHttp(
    async () => {
      entered.resolve();
      await leave.promise;
      return { status: 200, headers: [], body: "done" };
    },
    anyPort,
    { product: "made/1", maxBodyBytes: 1, tooLarge: neverCalled },
  );
  assert.ok("port" in started.address);
  await assert.rejects(server(t, echo, { ...anyPort, port: started.address.port }), { code: "WD507" });
  const asked = fetch(urlOf(started));
  await entered.promise;
  const closed = started.close();
  leave.resolve();
  assert.equal(await (await asked).text(), "done");
  await closed;
});

test("every answer names the product, unless it names one itself", async (t) => {
  const started = await server(t, async ({ url }) => ({
    status: 200,
    headers: url === "/own" ? [["server", "mine"]] : [],
    body: null,
  }));
  const named = async (path: string, init?: RequestInit) =>
    (await fetch(`${urlOf(started)}${path}`, init)).headers.get("server");
  assert.equal(await named("/"), "made/1");
  assert.equal(await named("/own"), "mine");
  assert.equal(await named("/", { method: "POST", body: "x".repeat(2000) }), "made/1", "what is refused too");
});

test("what is no HTTP is refused by closing", async (t) => {
  const { address } = await server(t, echo);
  assert.ok("port" in address);
  const socket = createConnection(address.port, "127.0.0.1");
  socket.end("nonsense\r\n\r\n");
  assert.match(await text(socket), /^HTTP\/1\.1 400 /);
});
