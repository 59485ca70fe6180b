import assert from "node:assert/strict";
import { test } from "node:test";
import { positionAt } from "./source-place.ts";
import { readActionFile, readQueryFile, sourceIndex } from "./sql-file.ts";

const path = "pages/index.query.sql";

test("a single statement is called rows, and wrapped so that Postgres makes its JSON", () => {
  const [statement, ...more] = readQueryFile({
    path,
    text: "select id from entry where id = :id or :id::int is null; -- end",
  });
  assert.equal(more.length, 0);
  assert.equal(statement?.name, "rows");
  assert.equal(
    statement?.text,
    "select coalesce(pg_catalog.json_agg(_howdah), '[]') from (\n" +
      "select id from entry where id = $1 or $2::int is null\n) as _howdah",
  );
  assert.deepEqual(statement?.parameters, ["id", "id"]);
});

test(":one and :optional take a single row", () => {
  const statements = readQueryFile({ path, text: "-- @name a :one\nselect 1;\n-- @name b :optional\ntable x" });
  assert.deepEqual(
    statements.map(({ name, shape, text }) => ({ name, shape, text })),
    [
      { name: "a", shape: "one", text: "select pg_catalog.to_json(_howdah) from (\nselect 1\n) as _howdah limit 1" },
      {
        name: "b",
        shape: "optional",
        text: "select pg_catalog.to_json(_howdah) from (\ntable x\n) as _howdah limit 1",
      },
    ],
  );
});

test("a statement that can't stand in a subquery is sent as it is", () => {
  const [statement] = readQueryFile({ path, text: "show server_version" });
  assert.equal(statement?.text, "show server_version");
  assert.equal(statement?.json, false);
});

test("statements of an action are sent as they are, without names", () => {
  const statements = readActionFile({
    path: "pages/index.post.sql",
    text: "insert into t values (:a);\ncall p(:b, :a)",
  });
  assert.deepEqual(
    statements.map(({ text, parameters, name }) => ({ text, parameters, name })),
    [
      { text: "insert into t values ($1)", parameters: ["a"], name: undefined },
      { text: "call p($1, $2)", parameters: ["b", "a"], name: undefined },
    ],
  );
});

const refused: readonly (readonly [string, RegExp, number, number])[] = [
  ["select 1; select 2", /has no name/, 1, 1],
  ["-- @name a\nselect 1;\n-- @name a\nselect 2", /two statements are named a/, 4, 1],
  ["\n-- @name 1a\nselect 1", /is no name of a result/, 2, 1],
  ["-- @name a :many\nselect 1", /is no name of a result/, 1, 1],
  ["-- @name form\nselect 1", /the name form is taken/, 1, 1],
];

for (const [text, message, line, column] of refused) {
  test(`${JSON.stringify(text)} is refused with its place`, () => {
    assert.throws(() => readQueryFile({ path, text }), {
      code: "WD525",
      message,
      position: { file: path, line, column },
    });
  });
}

test("an offset in the sent text leads back to line and column of the file, in characters", () => {
  const text = "-- a comment\n-- @name a\nselect '𝄞ä', :first,\n  nothing, :second::int,\n  wrong";
  const [statement] = readQueryFile({ path, text });
  assert.ok(statement);
  const place = (needle: string): unknown => {
    const offset = Array.from(statement.text.slice(0, statement.text.indexOf(needle))).length + 1;
    const { line, column } = positionAt(statement.file, sourceIndex(statement, offset));
    return [line, column];
  };
  assert.deepEqual(place("'𝄞ä'"), [3, 8]);
  assert.deepEqual(place("$1"), [3, 14]);
  assert.deepEqual(place("nothing"), [4, 3]);
  assert.deepEqual(place("$2"), [4, 12]);
  assert.deepEqual(place("wrong"), [5, 3]);
  // What the wrapping added belongs to the statement's end.
  assert.deepEqual(place(") as _howdah"), [5, 8]);
});
