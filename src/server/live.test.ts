import assert from "node:assert/strict";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import { WebSocket } from "ws";
import { AppError } from "../errors/index.ts";
import { sendRaw } from "../../test/support/raw-http.ts";
import { testSite, type TestSite } from "../../test/support/site.ts";
import type { LiveMessage } from "./live.ts";

interface Listener {
  readonly next: () => Promise<LiveMessage>;
  readonly socket: WebSocket;
}

async function development(t: TestContext): Promise<TestSite & { readonly port: number }> {
  const site = await testSite(
    t,
    { "pages/index.html": "<html><head></head><body>x</body></html>" },
    { mode: "development" },
  );
  const { port } = await site.server.listen();
  return { ...site, port };
}

function listen(t: TestContext, port: number, headers: Readonly<Record<string, string>> = {}): Listener {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/_howdah/live`, { headers });
  t.after(() => socket.terminate());
  const arrived: LiveMessage[] = [];
  const waiting: ((message: LiveMessage) => void)[] = [];
  socket.on("message", (data) => {
    const message = JSON.parse(String(data)) as LiveMessage;
    const waiter = waiting.shift();
    if (waiter) waiter(message);
    else arrived.push(message);
  });
  const next = (): Promise<LiveMessage> => {
    const message = arrived.shift();
    return message ? Promise.resolve(message) : new Promise((resolve) => waiting.push(resolve));
  };
  return { next, socket };
}

test("a browser is told what to refresh, and the state that pages made from now on carry", async (t) => {
  const { port, save, fastify } = await development(t);
  const { next } = listen(t, port);
  const hello = await next();
  assert.deepEqual({ ...hello, state: "" }, { state: "", refresh: null, failure: null });
  assert.ok((await fastify.inject("/")).body.includes(`data-state="${hello.state}"`));
  save({ "public/style.css": "p{}" });
  const styles = await next();
  assert.equal(styles.refresh, "styles");
  assert.notEqual(styles.state, hello.state);
  assert.ok((await fastify.inject("/")).body.includes(`data-state="${styles.state}"`));
  save({ "pages/index.html": "y" });
  assert.equal((await next()).refresh, "page");
  save({ "public/app.js": "1" });
  assert.equal((await next()).refresh, "reload");
});

test("a failed assembly is told with its frame, also to who comes later, until one succeeds", async (t) => {
  const { port, emit, save } = await development(t);
  const { next } = listen(t, port);
  const hello = await next();
  const error = new AppError("WD203", "syntax error", {
    position: { file: "functions/f.sql", line: 2, column: 1 },
    source: "a\nb\nc",
  });
  emit({ kind: "failed", error });
  const failed = await next();
  assert.equal(failed.failure?.message, "syntax error");
  assert.match(String(failed.failure?.frame), /> 2 \| b/);
  assert.deepEqual([failed.state, failed.refresh], [hello.state, null]);
  assert.equal((await listen(t, port).next()).failure?.message, "syntax error");
  save({ "pages/index.html": "y" });
  assert.equal((await next()).failure?.message, "syntax error", "a saved page mends no function");
  emit({ kind: "assembled", paths: ["functions/f.sql"] });
  assert.deepEqual({ ...(await next()), state: "" }, { state: "", refresh: "page", failure: null });
});

test("another site's page can't listen", async (t) => {
  const { port } = await development(t);
  for (const headers of [
    { origin: "http://evil.example" },
    { host: "evil.example" },
    { "sec-fetch-site": "cross-site" },
  ]) {
    const { socket } = listen(t, port, headers);
    const [error] = await once(socket, "error");
    assert.match(String(error), /Unexpected server response: 4(03|21)/);
  }
  const { next } = listen(t, port, { origin: `http://127.0.0.1:${port}` });
  assert.equal((await next()).failure, null);
});

test("pages without a head get the script at their end, other content none", async (t) => {
  const { fastify, save } = await development(t);
  save({ "pages/bare.html": "<p>x</p>", "public/a.txt": "text" });
  assert.match(
    (await fastify.inject("/")).body,
    /<head><script type="module" src="\/_howdah\/client.js" nonce="[\w-]{22}" data-state="[\da-f]{12}\.1" data-method="GET"><\/script><\/head>/,
  );
  assert.match((await fastify.inject("/bare")).body, /^<p>x<\/p><script type="module"/);
  assert.equal((await fastify.inject("/_health")).body, '{"alive":true}');
});

test("the scripts of the client are our own, served from here", async (t) => {
  const { fastify } = await development(t);
  for (const url of ["/_howdah/client.js", "/_howdah/idiomorph.js"]) {
    const response = await fastify.inject(url);
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers["content-type"], "text/javascript; charset=utf-8");
    assert.ok(!/(?:import|from|fetch\()\s*["'`]https?:/.test(response.body), "nothing is loaded from elsewhere");
  }
});

test("a library that offers HTTP/2 with every request is answered in HTTP/1.1", async (t) => {
  const { port } = await development(t);
  const upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
  const { status } = await sendRaw(port, `GET / HTTP/1.1\r\nHost: localhost\r\n${upgrade}\r\n`);
  assert.equal(status, 200);
});
