import assert from "node:assert/strict";
import { chmod, readdir, readFile, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import { createGunzip } from "node:zlib";
import { testFolder } from "../../../test/support/capability.ts";
import { packTar } from "./pack-tar.ts";
import { unpackTar } from "./tar.ts";

const files = { "package.json": "{}\n", "functions/f.sql": "select 1;\n", "secret.txt": "no\n" };
const named = ["package.json", "functions/f.sql"];

test("the same files give the same bytes, whatever their order, times and who packs them", async (t) => {
  const [one, other] = [await testFolder(t, files), await testFolder(t, files)];
  await utimes(join(other, "package.json"), 1, 1);
  const first = await packTar(one, named);
  assert.ok(first.equals(await packTar(other, named.toReversed())));
});

test("what is unpacked is what was named, below package/, and nothing beside it", async (t) => {
  const [folder, target] = [await testFolder(t, files), await testFolder(t, {})];
  await chmod(join(folder, "functions/f.sql"), 0o600);
  const packed = await packTar(folder, named);
  await unpackTar(Readable.from([packed]).pipe(createGunzip()), target, { what: "it", maxBytes: 1000 });
  assert.deepEqual((await readdir(join(target, "package"))).toSorted(), ["functions", "package.json"]);
  const file = join(target, "package/functions/f.sql");
  assert.equal(await readFile(file, "utf8"), files["functions/f.sql"]);
  assert.ok((await stat(file)).mode & 0o044, "others may read what is published");
});

test("a file that is not there is an error, and not left out", async (t) => {
  await assert.rejects(packTar(await testFolder(t, files), ["gone.sql"]), { code: "ENOENT" });
});
