import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError, AppErrors } from "./app-error.ts";
import { paint, wantsColor } from "./color.ts";
import { errorToJson } from "./error-json.ts";
import { renderError } from "./render.ts";

const source = 'name = "guestbook"\nsever = 1\n';
const unknownKey = new AppError("WD102", 'unknown key "sever" in howdah.toml', {
  position: { file: "howdah.toml", line: 2, column: 1 },
  source,
  hint: 'did you mean "server"?',
});

test("an error shows code, message, place, frame, reason, hint and where to read on", () => {
  assert.equal(
    renderError(unknownKey),
    [
      'WD102 unknown key "sever" in howdah.toml',
      "  howdah.toml:2:1",
      '    1 | name = "guestbook"',
      "  > 2 | sever = 1",
      "      | ^",
      "  why: A key or table stands in howdah.toml that nothing reads.",
      '  hint: did you mean "server"?',
      "  howdah explain WD102",
    ].join("\n"),
  );
});

test("Postgres's own fields are shown beside ours", () => {
  const error = new AppError("WD203", 'relation "x" does not exist', {
    postgres: { sqlstate: "42P01", where: "PL/pgSQL function f() line 3\nSQL statement" },
  });
  const text = renderError(error);
  assert.match(text, /^ {2}SQLSTATE 42P01$/m);
  assert.match(text, /^ {2}PL\/pgSQL function f\(\) line 3\n {2}SQL statement$/m);
});

test("several errors are shown each, with their number and each code once", () => {
  const other = new AppError("WD103", '"server.port": expected a whole number');
  const text = renderError(new AppErrors([unknownKey, other, unknownKey]));
  assert.equal(text.split("WD103 ").length, 2);
  assert.match(text, /\n\n3 errors\n {2}howdah explain WD102\n {2}howdah explain WD103$/);
});

test("no password and no escape sequence gets out through any field", () => {
  const error = new AppError("WD201", "can't reach postgres://u:s3cret@h/db", {
    detail: "tried postgres://u:s3cret@h/db \u001b[2J",
    hint: "check postgres://u:s3cret@h/db",
    position: { file: "a.toml", line: 1, column: 1 },
    source: "url = 'postgres://u:s3cret@h/db'",
    postgres: { sqlstate: "08006", where: "postgres://u:s3cret@h/db", detail: "postgres://u:s3cret@h/db" },
    cause: new Error("postgres://u:s3cret@h/db"),
  });
  assert.ok(!renderError(error, { stack: true }).includes("s3cret"));
  assert.ok(!renderError(error).includes("\u001b"));
  assert.ok(!JSON.stringify(errorToJson(error)).includes("s3cret"));
});

test("the stack is shown on demand alone, that of the cause too", () => {
  const error = new AppError("WD001", "unexpected failure: boom", { cause: new Error("boom") });
  assert.doesNotMatch(renderError(error), /render\.test\.ts/);
  assert.match(renderError(error, { stack: true }), /render\.test\.ts[^]*caused by: Error: boom/);
});

test("JSON has stable fields, without those that are empty", () => {
  assert.deepEqual(errorToJson(unknownKey), {
    code: "WD102",
    message: 'unknown key "sever" in howdah.toml',
    hint: 'did you mean "server"?',
    position: { file: "howdah.toml", line: 2, column: 1 },
    frame: '  1 | name = "guestbook"\n> 2 | sever = 1\n    | ^',
  });
  const both = errorToJson(new AppErrors([unknownKey, new AppError("WD001", "x")]));
  assert.deepEqual(
    both.errors?.map(({ code }) => code),
    ["WD102", "WD001"],
  );
  assert.equal(both.code, "WD102");
});

test("colours follow NO_COLOR, FORCE_COLOR, TERM=dumb and the terminal, in this order", () => {
  const terminal = { isTTY: true };
  assert.equal(wantsColor(terminal, {}), true);
  assert.equal(wantsColor({}, {}), false);
  assert.equal(wantsColor(terminal, { NO_COLOR: "1" }), false);
  assert.equal(wantsColor(terminal, { NO_COLOR: "" }), true);
  assert.equal(wantsColor({}, { FORCE_COLOR: "1" }), true);
  assert.equal(wantsColor(terminal, { FORCE_COLOR: "0" }), false);
  assert.equal(wantsColor({}, { FORCE_COLOR: "1", NO_COLOR: "1" }), false);
  assert.equal(wantsColor(terminal, { TERM: "dumb" }), false);
  assert.equal(paint("red", "x", false), "x");
  assert.equal(paint("red", "x", true), "\u001b[31mx\u001b[39m");
});

test("a coloured error says the same as a plain one", () => {
  // oxlint-disable-next-line no-control-regex -- the colours are what is taken away
  assert.equal(renderError(unknownKey, { color: true }).replace(/\u001b\[\d+m/g, ""), renderError(unknownKey));
});
