import assert from "node:assert/strict";
import { test } from "node:test";
import { Backend, readColumns, readError, readRow } from "./backend.ts";
import { Frontend } from "./frontend.ts";

function message(code: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(code);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const stream = Buffer.concat([
  message("1", Buffer.alloc(0)),
  message("D", Buffer.from("\0\u0001\0\0\0\u0003abc")),
  message("N", Buffer.alloc(300, "n")),
  message("Z", Buffer.from("I")),
]);

function readIn(sizes: (at: number) => number): string[] {
  const seen: string[] = [];
  const backend = new Backend((code, bytes, start, end) => {
    seen.push(`${String.fromCharCode(code)}:${bytes.toString("latin1", start, end)}`);
  }, 1000);
  for (let at = 0; at < stream.length; at += sizes(at)) backend.push(stream.subarray(at, at + sizes(at)));
  return seen;
}

test("messages are the same however the network cuts them", () => {
  const whole = readIn(() => stream.length);
  assert.deepEqual(whole.map((text) => text[0]).join(""), "1DNZ");
  for (let size = 1; size < stream.length; size++)
    assert.deepEqual(
      readIn(() => size),
      whole,
      `pieces of ${size} bytes`,
    );
});

test("a message longer than allowed is refused before it has arrived", () => {
  const backend = new Backend(() => {}, 100);
  assert.throws(() => backend.push(message("D", Buffer.alloc(101)).subarray(0, 5)), { code: "WD212" });
});

test("rows tell null from empty, and keep bytes as they are", () => {
  const body = Buffer.concat([
    Buffer.from([0, 3]),
    Buffer.from([255, 255, 255, 255]),
    Buffer.from([0, 0, 0, 0]),
    Buffer.from([0, 0, 0, 2, 0xff, 0]),
  ]);
  assert.deepEqual(readRow(body, 0), [null, Buffer.alloc(0), Buffer.from([0xff, 0])]);
});

test("columns and errors are read field by field", () => {
  const column = (name: string): Buffer => Buffer.concat([Buffer.from(`${name}\0`), Buffer.alloc(18, 1)]);
  assert.deepEqual(readColumns(Buffer.concat([Buffer.from([0, 2]), column("é"), column("")]), 0), ["é", ""]);
  const fields = Buffer.from("SERROR\0C42P01\0Mno such table\0P15\0ndup\0Xnew\0\0");
  const error = readError(fields, 0, fields.length);
  assert.deepEqual(
    [error.severity, error.code, error.message, error.position, error.constraint, error.hint],
    ["ERROR", "42P01", "no such table", "15", "dup", undefined],
  );
});

test("what is sent has the lengths that it says, whatever the text", () => {
  const texts = ["", "é💥", "x".repeat(5000), "\ud800"];
  const bytes = new Frontend()
    .parse("a", texts.join(""))
    .bind("a", [...texts, null])
    .execute()
    .sync()
    .bytes();
  const codes: string[] = [];
  new Backend((code) => codes.push(String.fromCharCode(code)), 100_000).push(bytes);
  assert.deepEqual(codes, ["P", "B", "E", "S"]);
});
