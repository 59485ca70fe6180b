import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { tarOf, xzOf } from "../../../test/support/archive.ts";
import { testCache } from "../../../test/support/cache.ts";
import { decompress } from "./decompress.ts";
import { unpackTar } from "./tar.ts";

test("gzip, xz and Zstandard give back what was compressed; another way is named", async () => {
  const bytes = Buffer.from("content ".repeat(20_000));
  const of = async (compressed: Buffer, name: string): Promise<Buffer> =>
    buffer(await decompress(Readable.from([compressed]), name));
  assert.ok((await of(gzipSync(bytes), "a.gz")).equals(bytes));
  assert.ok((await of(xzOf(bytes), "a.tar.xz")).equals(bytes));
  assert.ok((await of(zstdCompressSync(bytes), "a.zst")).equals(bytes));
  assert.ok((await of(bytes, "data.tar")).equals(bytes));
  await assert.rejects(of(bytes, "data.tar.lzma"), { code: "WD356", detail: "known are gz, xz and zst" });
});

test("compressed bytes that are damaged are an error of the archive", async (t) => {
  const folder = await testCache(t);
  const tar = tarOf([{ path: "a", content: "x".repeat(70_000) }]);
  for (const [name, compressed] of Object.entries({
    "a.gz": gzipSync(tar),
    "a.xz": xzOf(tar),
    "a.zst": zstdCompressSync(tar),
  })) {
    for (const bytes of [
      Buffer.concat([compressed.subarray(0, 20), Buffer.alloc(40, 0xaa)]),
      compressed.subarray(0, -20),
    ]) {
      const unpacking = async (): Promise<void> =>
        unpackTar(await decompress(Readable.from([bytes]), name), folder, { what: name });
      await assert.rejects(unpacking, { code: "WD356" }, name);
    }
  }
});
