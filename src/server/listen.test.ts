import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { testSite } from "../../test/support/site.ts";
import { urlOf } from "./listen.ts";

async function takenPort(t: TestContext): Promise<number> {
  const server = createTcpServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test("a free port is found by the system, and the address answers", async (t) => {
  const { server } = await testSite(t, { "pages/index.html": "root" });
  const { url, port } = await server.listen();
  assert.equal(url, `http://127.0.0.1:${port}`);
  assert.equal(await (await fetch(url)).text(), "root");
});

test("a taken port is an error that names it", async (t) => {
  const port = await takenPort(t);
  const { server } = await testSite(t, {});
  await assert.rejects(server.listen({ port }), {
    code: "WD507",
    message: `can't listen at 127.0.0.1:${port}`,
    detail: "another process listens there",
  });
});

test("a taken port gives way to the next free one where that is asked for", async (t) => {
  const taken = await takenPort(t);
  const { server } = await testSite(t, { "pages/index.html": "root" });
  const { url, port } = await server.listen({ port: taken, nextFreePort: true });
  assert.ok(port > taken);
  assert.equal(await (await fetch(url)).text(), "root");
  const again = await testSite(t, { "pages/index.html": "second" });
  const second = await again.server.listen({ port: taken, nextFreePort: true });
  assert.ok(second.port > port);
});

test("a host that is none of this machine's is an error", async (t) => {
  const { server } = await testSite(t, {});
  await assert.rejects(server.listen({ host: "192.0.2.1", port: 0 }), {
    code: "WD507",
    detail: "the host is no address of this machine",
  });
});

test("an address is written as a person opens it", () => {
  assert.equal(urlOf("0.0.0.0", 80), "http://localhost:80");
  assert.equal(urlOf("::1", 8080), "http://[::1]:8080");
  assert.equal(urlOf("app.internal", 1), "http://app.internal:1");
});
