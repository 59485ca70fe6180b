import assert from "node:assert/strict";
import { test } from "node:test";
import { paint } from "../paint.ts";
import { renderResult } from "./table.ts";

const plain = paint(false);
const columns = [
  { name: "id", typeOid: 20 },
  { name: "name", typeOid: 25 },
];

test("numbers stand right, text left, wide characters count twice", () => {
  const rows = [
    ["1", "木"],
    ["100", "ab"],
  ];
  assert.equal(
    renderResult({ tag: "SELECT 2", columns, rows }, plain),
    [" id  │ name", "─────┼──────", "   1 │ 木", " 100 │ ab", "(2 rows)"].join("\n"),
  );
});

test("a value of several lines takes several lines of its row; null is empty", () => {
  const rows = [
    ["1", "a\nb"],
    ["2", null],
  ];
  assert.equal(
    renderResult({ tag: "SELECT 2", columns, rows }, plain),
    [" id │ name", "────┼──────", "  1 │ a", "    │ b", "  2 │", "(2 rows)"].join("\n"),
  );
});

test("a value can't move the cursor", () => {
  const told = renderResult({ tag: "SELECT 1", columns, rows: [["1", "\u001b[2Jgone"]] }, plain);
  assert.ok(!told.includes("\u001b"));
  assert.ok(told.includes("␛[2Jgone"));
});

test("a statement without columns shows its command tag", () => {
  assert.equal(renderResult({ tag: "CREATE", columns: [], rows: [] }, plain), "CREATE");
});
