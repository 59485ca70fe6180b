import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { testCache } from "../../test/support/cache.ts";
import { fileServer, type FileServer } from "../../test/support/file-server.ts";
import { hasty } from "../../test/support/npm-registry.ts";
import { discard, download, type DownloadOptions } from "./download.ts";
import { HttpClient } from "./http.ts";

const content = Buffer.from("x".repeat(300_000));
const integrity = `sha512-${createHash("sha512").update(content).digest("base64")}`;

interface Bench {
  readonly server: FileServer;
  readonly client: HttpClient;
  readonly options: DownloadOptions;
}

async function bench(t: TestContext, cache?: string): Promise<Bench> {
  const root = cache ?? (await testCache(t));
  const scratch = join(root, "scratch");
  await mkdir(scratch, { recursive: true });
  const client = new HttpClient({ proxy: {} });
  t.after(() => client.close());
  return { server: await fileServer(t), client, options: { ...hasty, cache: root, scratch, what: "the file" } };
}

async function left(options: DownloadOptions): Promise<readonly string[]> {
  const folders = await Promise.all(
    ["scratch", "downloads"].map((name) => readdir(join(options.cache, name)).catch(() => [])),
  );
  return folders.flat();
}

test("a file arrives with its progress, and costs no network a second time", async (t) => {
  const { server, client, options } = await bench(t);
  server.files.set("/f", content);
  const seen: [number, number | undefined][] = [];
  const onBytes = (received: number, total: number | undefined): void => void seen.push([received, total]);
  const artifact = { url: `${server.url}/f`, integrity };
  const path = await download(client, artifact, { ...options, onBytes });
  assert.deepEqual(await readFile(path), content);
  assert.deepEqual(seen.at(-1), [300_000, 300_000]);
  assert.equal(await download(client, artifact, options), path);
  assert.deepEqual(server.requests, ["/f"]);
  const old = join(dirname(path), "sha256-given-up-long-ago");
  await writeFile(old, "");
  await utimes(old, 0, 0);
  await writeFile(join(dirname(path), "sha256-of-another"), "");
  await discard(options.cache, [artifact]);
  assert.deepEqual(await left(options), ["sha256-of-another"]);
});

test("a tampered file is refused and removed, without asking again", async (t) => {
  const { server, client, options } = await bench(t);
  server.files.set("/f", Buffer.from(`y${content.toString().slice(1)}`));
  await assert.rejects(download(client, { url: `${server.url}/f`, integrity }, options), {
    code: "WD353",
    detail: new RegExp(`expected ${integrity.replaceAll("+", "\\+")}\nreceived sha512-`),
  });
  assert.deepEqual(await left(options), []);
  assert.equal(server.requests.length, 1);
});

test("a transfer that breaks off is repeated from the start", async (t) => {
  const { server, client, options } = await bench(t);
  server.files.set("/f", content);
  let breaks = 1;
  server.answer = (_request, response) => {
    if (breaks-- <= 0) return false;
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 1000), () => response.destroy());
    return true;
  };
  const path = await download(client, { url: `${server.url}/f`, integrity }, options);
  assert.deepEqual(await readFile(path), content);
});

test("a transfer that always breaks off leaves nothing", async (t) => {
  const { server, client, options } = await bench(t);
  server.answer = (_request, response) => {
    response.writeHead(200, { "content-length": content.length });
    return response.write(content.subarray(0, 1000), () => response.destroy());
  };
  await assert.rejects(download(client, { url: `${server.url}/f`, integrity }, options), {
    code: "WD355",
    detail: /\(2 attempts\)/,
  });
  assert.deepEqual(await left(options), []);
});

test("more bytes than were promised are not written to the end", async (t) => {
  const { server, client, options } = await bench(t);
  server.files.set("/f", content);
  await assert.rejects(download(client, { url: `${server.url}/f`, integrity, bytes: 1000 }, options), {
    code: "WD353",
    detail: "it is longer than the 1000 bytes that were promised",
  });
  assert.deepEqual(await left(options), []);
});

test("an interrupted download leaves nothing", async (t) => {
  const { server, client, options } = await bench(t);
  const aborting = new AbortController();
  server.answer = (_request, response) => {
    response.writeHead(200, { "content-length": content.length });
    return response.write(content.subarray(0, 1000));
  };
  const onBytes = (): void => aborting.abort();
  const downloading = download(
    client,
    { url: `${server.url}/f`, integrity },
    { ...options, onBytes, signal: aborting.signal },
  );
  await assert.rejects(downloading, { code: "WD358" });
  assert.deepEqual(await left(options), []);
});

test("a full disk is told as such, and nothing is left on it", async (t) => {
  const cache = await testCache(t);
  const run = promisify(execFile);
  try {
    await run("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", cache]);
  } catch (reason) {
    t.skip(`no small file system can be mounted here: ${String(reason)}`);
    return;
  }
  try {
    const { server, client, options } = await bench(t, cache);
    server.files.set("/f", content);
    await assert.rejects(download(client, { url: `${server.url}/f`, integrity }, options), {
      code: "WD354",
      message: "the disk is full",
    });
    assert.deepEqual(await left(options), []);
  } finally {
    await run("umount", [cache]); // ahead of the test's own cleaning up, which removes the folder
  }
});
