import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, columns, count, duration, wrap } from "./text.ts";

test("text is broken at spaces, paragraphs stay, a long word is left whole", () => {
  assert.equal(wrap("one two three\n\nfour", 8), "one two\nthree\n\nfour");
  assert.equal(wrap("a verylongword b", 5), "a\nverylongword\nb");
});

test("columns are aligned by what a terminal shows: colours take no room, wide characters two", () => {
  const rows = [
    ["\u001b[31mab\u001b[39m", "x"],
    ["木木", "y"],
  ];
  assert.deepEqual(columns(rows), ["\u001b[31mab\u001b[39m    x", "木木  y"]);
});

test("numbers carry their unit in words of people", () => {
  assert.deepEqual([count(1, "row"), count(0, "row")], ["1 row", "0 rows"]);
  assert.deepEqual([duration(85.4), duration(1240), duration(184_000)], ["85 ms", "1.2 s", "3 min 4 s"]);
  assert.deepEqual([bytes(840), bytes(12_300), bytes(3_565_158)], ["840 B", "12 KiB", "3.4 MiB"]);
});
