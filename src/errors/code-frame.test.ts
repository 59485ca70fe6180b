import assert from "node:assert/strict";
import { test } from "node:test";
import { codeFrame } from "./code-frame.ts";

const source = ["one", "two", "three = 3", "four", "five", "six"].join("\n");

test("two lines before and after, the line marked, a caret under the column", () => {
  assert.equal(
    codeFrame(source, { line: 3, column: 9 }),
    ["  1 | one", "  2 | two", "> 3 | three = 3", "    |         ^", "  4 | four", "  5 | five"].join("\n"),
  );
});

test("at the edges of the file there are fewer lines", () => {
  assert.equal(codeFrame("a\nb\n", { line: 1, column: 1 }), "> 1 | a\n    | ^\n  2 | b");
  assert.equal(codeFrame("a\nb\n", { line: 2, column: 1 }), "  1 | a\n> 2 | b\n    | ^");
});

test("numbers of different lengths are aligned", () => {
  const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join("\n");
  assert.equal(
    codeFrame(lines, { line: 9, column: 1 }),
    ["   7 | line 7", "   8 | line 8", ">  9 | line 9", "     | ^", "  10 | line 10", "  11 | line 11"].join("\n"),
  );
});

test("tabs before the column are as wide as they are shown", () => {
  assert.equal(codeFrame("\t\tx = 1", { line: 1, column: 3 }), "> 1 |         x = 1\n    |         ^");
});

test("wide and combining characters and emoji move the caret by their width", () => {
  assert.equal(codeFrame("日本 = x", { line: 1, column: 6 }), "> 1 | 日本 = x\n    |        ^");
  assert.equal(codeFrame("e\u0301 = x", { line: 1, column: 6 }), "> 1 | e\u0301 = x\n    |     ^");
  assert.equal(codeFrame("😀 = x", { line: 1, column: 5 }), "> 1 | 😀 = x\n    |      ^");
});

test("a column behind the end puts the caret behind the last character", () => {
  assert.equal(codeFrame("ab", { line: 1, column: 99 }), "> 1 | ab\n    |   ^");
  assert.equal(codeFrame("", { line: 1, column: 1 }), "> 1 |\n    | ^");
});

test("the empty line behind a final newline can be pointed at", () => {
  assert.equal(codeFrame("a\n", { line: 2, column: 1 }), "  1 | a\n> 2 |\n    | ^");
});

test("a line that does not exist has no frame", () => {
  assert.equal(codeFrame("a", { line: 5, column: 1 }), "");
  assert.equal(codeFrame("a", { line: 0, column: 1 }), "");
});

test("a long line is cut on both sides of the column, and the caret still stands under it", () => {
  const text = `${"a".repeat(500)}X${"b".repeat(500)}`;
  const [line = "", caret = ""] = codeFrame(text, { line: 1, column: 501 }).split("\n");
  assert.equal(line.indexOf("X"), caret.indexOf("^"));
  assert.ok(line.length <= 106, `the line has ${line.length} characters`);
  assert.ok(line.includes("…a") && line.endsWith("b…"));
});

test("escape sequences in a file can't reach the terminal", () => {
  const frame = codeFrame("x = '\u001b[31mred\u009b2J'", { line: 1, column: 1 });
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  assert.doesNotMatch(frame, /[\u001b\u009b]/);
  assert.match(frame, /␛\[31mred/);
});

test("a password in the line is hidden, and the caret does not move away from what follows it", () => {
  const text = 'url = "postgres://u:s3cret@h/db" extra';
  const [line = "", caret = ""] = codeFrame(text, { line: 1, column: text.indexOf("extra") + 1 }).split("\n");
  assert.ok(!line.includes("s3cret"));
  assert.equal(line.indexOf("extra"), caret.indexOf("^"));
});

test("Windows line endings don't show", () => {
  assert.equal(codeFrame("a\r\nb\r\n", { line: 2, column: 1 }), "  1 | a\n> 2 | b\n    | ^");
});
