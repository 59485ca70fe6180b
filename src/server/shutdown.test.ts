import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { WebSocket } from "ws";
import type { Capability } from "../capability/index.ts";
import { until } from "../../test/support/until.ts";
import { testSite } from "../../test/support/site.ts";

/** A route that answers when it is told to. */
function slow(): { readonly capability: Capability; readonly started: Promise<void>; readonly finish: () => void } {
  const started = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  const capability: Capability = {
    name: "slow",
    needs: [],
    settings: () => ({}),
    mount: "/slow",
    routes: () => async (fastify) => {
      fastify.get("/", async () => {
        started.resolve();
        await finished.promise;
        return "finished";
      });
      fastify.webSocket("/socket", (socket) => socket.send("hello"));
    },
  };
  return { capability, started: started.promise, finish: () => finished.resolve() };
}

test("what is in flight is finished, then the connection is closed and nothing new is accepted", async (t) => {
  const { capability, started, finish } = slow();
  const { server } = await testSite(t, {}, { capabilities: [capability] });
  const { url, port } = await server.listen();
  const answer = fetch(`${url}/slow`);
  await started;
  const closed = server.close();
  await until("nothing is accepted", async () => !(await accepts(port)));
  finish();
  const response = await answer;
  assert.equal(await response.text(), "finished");
  assert.equal(response.headers.get("connection"), "close");
  await closed;
});

test("readiness turns before the door closes", async (t) => {
  const { server } = await testSite(
    t,
    {},
    { sql: "create schema howdah; create table howdah.release (id int)", timeouts: { drainMs: 300 } },
  );
  const { url } = await server.listen();
  assert.equal((await fetch(`${url}/_ready`)).status, 200);
  const closed = server.close();
  const ready = await fetch(`${url}/_ready`);
  assert.equal(ready.status, 503);
  assert.equal(((await ready.json()) as { closing: boolean }).closing, true);
  assert.equal((await fetch(`${url}/_health`)).status, 200);
  await closed;
  await assert.rejects(fetch(`${url}/_health`));
});

test("a request that never ends is cut off at the deadline", async (t) => {
  const { capability, started, finish } = slow();
  const { server } = await testSite(t, {}, { capabilities: [capability], timeouts: { shutdownMs: 100 } });
  const { url } = await server.listen();
  const answer = fetch(`${url}/slow`);
  const failed = assert.rejects(answer);
  await started;
  await server.close();
  await failed;
  finish();
});

test("idle connections don't hold the server", async (t) => {
  const { server } = await testSite(t, { "pages/index.html": "x" });
  const { url, port } = await server.listen();
  await (await fetch(url)).text();
  const idle = connect(port, "127.0.0.1");
  await once(idle, "connect");
  const closed = once(idle, "close");
  await server.close();
  await closed;
});

test("WebSockets are told that the server goes away", async (t) => {
  const { capability } = slow();
  const { server } = await testSite(t, {}, { capabilities: [capability] });
  const { port } = await server.listen();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/slow/socket`);
  const [message] = await once(socket, "message");
  assert.equal(String(message), "hello");
  const closing = once(socket, "close");
  await server.close();
  assert.equal((await closing)[0], 1001);
});

test("a WebSocket that doesn't answer is cut", async (t) => {
  const { capability } = slow();
  const { server } = await testSite(t, {}, { capabilities: [capability], timeouts: { shutdownMs: 200 } });
  const { port } = await server.listen();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/slow/socket`);
  await once(socket, "message");
  socket.pause();
  await server.close();
  socket.terminate();
});

test("closing twice is closing once, and a server that never listened closes too", async (t) => {
  const { server } = await testSite(t, {});
  await Promise.all([server.close(), server.close()]);
});

function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
  socket.on("connect", () => (socket.destroy(), resolve(true)));
  socket.on("error", () => resolve(false));
  return promise;
}
