import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { failureOf, testProjectFolder } from "../../test/support/project.ts";
import { derivedPasswords, localPasswords } from "./secrets.ts";

const server = { host: "db.test", port: 5432, database: "shop", user: "admin" };

test("passwords are made once, kept for their user alone, and the same afterwards", async (t) => {
  const home = join(await testProjectFolder(t), ".howdah");
  const first = await localPasswords(home);
  assert.match(first.authenticator, /^[\w-]{32}$/);
  assert.notEqual(first.authenticator, first.service);
  assert.equal((await stat(join(home, "secrets.json"))).mode & 0o777, 0o600);
  assert.deepEqual(await localPasswords(home), first);
});

test("many that start at once agree on one pair, and leave nothing beside it", async (t) => {
  const home = join(await testProjectFolder(t), ".howdah");
  const all = await Promise.all(Array.from({ length: 20 }, () => localPasswords(home)));
  assert.equal(new Set(all.map(({ service }) => service)).size, 1);
  assert.deepEqual(await readdir(home), ["secrets.json"]);
});

for (const content of ["", "{", "null", '"text"', "{}", '{"authenticator":"a"}', '{"authenticator":1,"service":"b"}']) {
  test(`a damaged file is refused and left alone: ${JSON.stringify(content)}`, async (t) => {
    const home = await testProjectFolder(t);
    const file = join(home, "secrets.json");
    await writeFile(file, content);
    const { code, hint } = await failureOf(localPasswords(home));
    assert.equal(code, "WD041");
    assert.match(hint ?? "", /^delete it/);
    assert.equal(await readFile(file, "utf8"), content);
  });
}

test("a place that can't be written or read is said as such", async (t) => {
  const folder = await testProjectFolder(t);
  await writeFile(join(folder, "file"), "");
  const { code, detail } = await failureOf(localPasswords(join(folder, "file", ".howdah")));
  assert.equal(code, "WD041");
  assert.match(detail ?? "", /ENOTDIR/);
});

test("servers that share a url with a password derive the same passwords from it, without a file", async (t) => {
  const [one, other] = [await testProjectFolder(t), await testProjectFolder(t)];
  const first = await derivedPasswords(one, { ...server, password: "s3cret" });
  assert.deepEqual(await derivedPasswords(other, { ...server, password: "s3cret" }), first);
  assert.notEqual(first.authenticator, first.service);
  assert.ok(!JSON.stringify(first).includes("s3cret"));
  assert.notDeepEqual(await derivedPasswords(one, { ...server, password: "s3cret2" }), first);
  assert.deepEqual(await readdir(one), []);
});

test("a url without a password falls back to the file", async (t) => {
  const home = await testProjectFolder(t);
  assert.deepEqual(await derivedPasswords(home, server), await localPasswords(home));
});
