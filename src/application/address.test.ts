import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { failureOf, testProjectFolder } from "../../test/support/project.ts";
import { recordAddress, refuseSecondServer, servedAddress, type ServedAddress } from "./address.ts";

/** Something that answers at a port, as the server of this very process. */
async function answering(t: TestContext, host = "127.0.0.1"): Promise<ServedAddress> {
  const server = createServer((_request, response) => response.end("{}")).listen(0, host);
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { pid: process.pid, url: `http://${host === "0.0.0.0" ? "localhost" : host}:${port}`, mode: "development" };
}

async function unusedPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

test("a recorded server is found while it answers, and refuses a second one with its address", async (t) => {
  const home = join(await testProjectFolder(t), ".howdah");
  const address = await answering(t);
  const forget = await recordAddress(home, address);
  assert.deepEqual(await servedAddress(home), address);
  const { code, message, detail } = await failureOf(refuseSecondServer(home));
  assert.deepEqual([code, message], ["WD045", `this project is served already at ${address.url}`]);
  assert.equal(detail, `process ${process.pid}, development`);
  await forget();
  assert.equal(await servedAddress(home), undefined);
  assert.deepEqual(await readdir(home), []);
});

test("a server that listens on every address is found through localhost", async (t) => {
  const home = await testProjectFolder(t);
  const address = await answering(t, "0.0.0.0");
  await recordAddress(home, address);
  assert.deepEqual(await servedAddress(home), address);
});

test("what a killed server left behind is nobody's: its process is gone, or nothing answers", async (t) => {
  const home = await testProjectFolder(t);
  const address = await answering(t);
  for (const stale of [
    { ...address, pid: await unusedPid() },
    { ...address, url: "http://127.0.0.1:1" },
  ]) {
    await writeFile(join(home, "server.json"), JSON.stringify(stale));
    assert.equal(await servedAddress(home), undefined);
    const forget = await recordAddress(home, address);
    assert.deepEqual(await servedAddress(home), address);
    await forget();
  }
});

for (const content of [
  "",
  "{",
  "null",
  "[]",
  '{"pid":"1","url":"http://127.0.0.1:1"}',
  '{"pid":-1,"url":"x"}',
  '{"pid":0,"url":"http://127.0.0.1"}',
]) {
  test(`a damaged record is nobody's: ${JSON.stringify(content)}`, async (t) => {
    const home = await testProjectFolder(t);
    await writeFile(join(home, "server.json"), content);
    assert.equal(await servedAddress(home), undefined);
    const address = await answering(t);
    await recordAddress(home, address);
    assert.deepEqual(await servedAddress(home), address);
  });
}

test("of many that start at once one is recorded, and the others are refused", async (t) => {
  const home = await testProjectFolder(t);
  const addresses = await Promise.all(Array.from({ length: 8 }, () => answering(t)));
  const outcomes = await Promise.allSettled(addresses.map((address) => recordAddress(home, address)));
  const winners = outcomes.flatMap(({ status }, index) => (status === "fulfilled" ? [addresses[index]] : []));
  assert.equal(winners.length, 1);
  assert.deepEqual(await servedAddress(home), winners[0]);
  assert.deepEqual(await readdir(home), ["server.json"]);
});

test("a server takes back its own record alone", async (t) => {
  const home = await testProjectFolder(t);
  const forget = await recordAddress(home, await answering(t));
  const other = JSON.stringify(await answering(t));
  await writeFile(join(home, "server.json"), other);
  await forget();
  assert.equal(await readFile(join(home, "server.json"), "utf8"), other);
});

test("a server that takes its time is there all the same", async (t) => {
  const home = await testProjectFolder(t);
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  t.after(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  const address = { pid: process.pid, url: `http://127.0.0.1:${port}`, mode: "production" } as const;
  await recordAddress(home, address);
  assert.deepEqual(await servedAddress(home), address);
});
