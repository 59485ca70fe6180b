import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test, type TestContext } from "node:test";
import { testCache } from "../../../test/support/cache.ts";
import { testRepository, type TestRepository } from "../../../test/support/debian-repository.ts";
import { hasty } from "../../../test/support/npm-registry.ts";
import { HttpClient } from "../http.ts";
import type { DebianPackage } from "./package.ts";
import { suitePackages, type RepositoryOptions } from "./repository.ts";

type Read = (suite: string, options?: Partial<RepositoryOptions>) => Promise<readonly DebianPackage[]>;

async function bench(t: TestContext): Promise<{ readonly repository: TestRepository; readonly read: Read }> {
  const repository = await testRepository(t);
  const client = new HttpClient({ proxy: {} });
  t.after(() => client.close());
  const keyrings = [await readFile(repository.keyring)];
  const common = { ...hasty, cache: await testCache(t), architecture: "amd64", keyrings };
  const read: Read = (suite, options) =>
    suitePackages(client, { mirror: `${repository.server.url}/`, suite }, { ...common, ...options });
  return { repository, read };
}

const tiny = [{ name: "tiny", version: "1.0", depends: "libc6", provides: "small" }];
const release = "/dists/test/InRelease";
const index = "/dists/test/main/binary-amd64/Packages.xz";

test("a signed suite gives its packages, and its index is fetched once", async (t) => {
  const { repository, read } = await bench(t);
  const paths = await repository.publish("test", tiny);
  const [found, ...others] = await read("test");
  assert.equal(others.length, 0);
  assert.equal(found?.url, repository.server.url + paths.get("tiny"));
  assert.deepEqual([found?.name, found?.version, found?.depends, found?.provides], ["tiny", "1.0", "libc6", "small"]);
  await read("test");
  assert.deepEqual(repository.server.requests, [release, index, release]);
});

test("a suite signed by a stranger is refused before anything else is fetched", async (t) => {
  const { repository, read } = await bench(t);
  await repository.publish("test", tiny, { stranger: true });
  await assert.rejects(read("test"), {
    code: "WD362",
    message: "the release file of test is not signed by a trusted key",
  });
  assert.deepEqual(repository.server.requests, [release]);
});

test("one changed letter in a signed release is found", async (t) => {
  const { repository, read } = await bench(t);
  await repository.publish("test", tiny);
  const text = String(repository.server.files.get(release));
  repository.server.files.set(release, Buffer.from(text.replace("Origin: test", "Origin: tess")));
  await assert.rejects(read("test"), { code: "WD362", detail: /digest/i });
});

test("text around the signed part is never looked at", async (t) => {
  const { repository, read } = await bench(t);
  await repository.publish("test", tiny);
  const text = String(repository.server.files.get(release));
  const forged = `SHA256:\n ${"0".repeat(64)} 1 main/binary-amd64/Packages.gz\n\n`;
  repository.server.files.set(release, Buffer.from(text + forged));
  const after = await read("test").catch((error: { code: string }) => error.code);
  assert.ok(after === "WD362" || (Array.isArray(after) && after[0].name === "tiny"), String(after));
  repository.server.files.set(release, Buffer.from(forged + text));
  const before = await read("test").catch((error: { code: string }) => error.code);
  assert.ok(before === "WD362" || (Array.isArray(before) && before[0].name === "tiny"), String(before));
});

test("an unsigned release is refused", async (t) => {
  const { repository, read } = await bench(t);
  repository.server.files.set(release, Buffer.from("Suite: test\nSHA256:\n"));
  await assert.rejects(read("test"), { code: "WD362", message: "the release file of test is not signed" });
});

test("a good signature on another suite's release is refused", async (t) => {
  const { repository, read } = await bench(t);
  await repository.publish("test", tiny, { codename: "older" });
  await assert.rejects(read("test"), { code: "WD362", detail: "asked for test, signed as older (older)" });
});

test("a release past its Valid-Until is refused, unless that is accepted", async (t) => {
  const { repository, read } = await bench(t);
  await repository.publish("test", tiny, { validUntil: new Date("2020-01-01") });
  await assert.rejects(read("test"), { code: "WD363", detail: /valid until Wed, 01 Jan 2020/ });
  assert.equal((await read("test", { acceptExpired: true })).length, 1);
});

test("a tampered index is refused", async (t) => {
  const { repository, read } = await bench(t);
  await repository.publish("test", tiny);
  const bytes = Buffer.from(repository.server.files.get(index) ?? "");
  bytes[bytes.length >> 1] = 0xff ^ (bytes[bytes.length >> 1] ?? 0);
  repository.server.files.set(index, bytes);
  await assert.rejects(read("test"), { code: "WD353", message: "the package index of test is not what it should be" });
});

test("a suite or an architecture that the mirror does not have is named", async (t) => {
  const { repository, read } = await bench(t);
  await repository.publish("test", tiny);
  await assert.rejects(read("tset"), { code: "WD352", message: 'the mirror has no suite "tset"' });
  await assert.rejects(read("test", { architecture: "arm64" }), {
    code: "WD359",
    message: "test has no packages for arm64",
  });
});
