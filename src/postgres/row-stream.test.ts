import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { releaseBytes, RowStream } from "./row-stream.ts";

const piece = (fill: string): Buffer => Buffer.allocUnsafeSlow(64 * 1024).fill(fill);

test("rows of one piece are one page, and the piece is given back", async () => {
  const rows = new RowStream();
  const first = piece("a");
  assert.ok(rows.add(first.subarray(0, 3)));
  assert.ok(rows.add(first.subarray(3, 5)));
  await Promise.resolve();
  assert.equal(first.length, 0, "nobody holds it any more");
  assert.equal((rows.read() as Buffer).toString(), "aaaaa");
  rows.finish();
  assert.equal(await text(rows), "");
});

test("a reader without room makes the next row wait, until it asks for more", async () => {
  const rows = new RowStream();
  let asked = 0;
  rows.onDemand = () => asked++;
  rows.add(piece("a"));
  await Promise.resolve();
  const late = piece("b");
  assert.equal(rows.add(late), false);
  await Promise.resolve();
  const before = asked;
  assert.equal((rows.read() as Buffer).length, 2 * 64 * 1024);
  await new Promise(setImmediate);
  assert.ok(asked > before);
  assert.ok(rows.add(piece("c")));
});

test("a row larger than a page passes as a whole, and what comes with the end is kept", async () => {
  const rows = new RowStream();
  const all = text(rows);
  const large = Buffer.alloc(300_000, "x");
  const last = piece("y");
  rows.add(large);
  await Promise.resolve();
  rows.add(last.subarray(0, 1));
  rows.finish();
  assert.equal((await all).length, 300_001);
  assert.equal(last.length, 64 * 1024, "other messages lie behind the last row");
});

test("a pool that other Buffers are parts of is left alone", () => {
  const [one, other] = [Buffer.from("one"), Buffer.from("other")];
  releaseBytes(one);
  assert.deepEqual([one.toString(), other.toString()], ["one", "other"]);
});
