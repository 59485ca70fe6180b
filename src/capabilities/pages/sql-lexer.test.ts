import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../errors/index.ts";
import { splitStatements } from "./sql-lexer.ts";

function parametersOf(text: string): readonly string[] {
  return splitStatements({ path: "pages/x.query.sql", text }).flatMap(({ parameters }) =>
    parameters.map(({ name }) => name),
  );
}

function textsOf(text: string): readonly string[] {
  return splitStatements({ path: "pages/x.query.sql", text }).map(({ start, end }) => text.slice(start, end));
}

function failure(text: string): AppError {
  try {
    splitStatements({ path: "pages/x.query.sql", text });
  } catch (error) {
    assert.ok(error instanceof AppError);
    return error;
  }
  throw new Error("nothing was thrown");
}

const parameterCases: readonly (readonly [string, readonly string[]])[] = [
  ["select :a", ["a"]],
  ["select :a, :b, :a", ["a", "b", "a"]],
  ["select :größe", ["größe"]],
  ["select ':a'", []],
  ["select 'it''s :a', :b", ["b"]],
  [String.raw`select E'\':a', :b`, ["b"]],
  [String.raw`select e'\\', :b`, ["b"]],
  [String.raw`select 'c:\', :b`, ["b"]],
  [`select "a:b", ":c""d :e", :f`, ["f"]],
  ["select $$ :a $$, :b", ["b"]],
  ["select $x$ :a $$ :b $y$ $x$, :c", ["c"]],
  ["select a$b$c, :d, e$b$f", ["d"]],
  ["select 1 -- :a\n, :b", ["b"]],
  ["select 1 /* :a /* :b */ :c */, :d", ["d"]],
  ["select x::text, :a::int", ["a"]],
  ["select x :: text, :a", ["a"]],
  ["select f(n := 1, m := :a)", ["a"]],
  ["select f(n => :a)", ["a"]],
  ["select a[1:2], a[lo:hi], a[:i], a[:i:j], a[1 : :j]", ["i", "i", "j"]],
  ["select a[b[1]:c], a[f(:x):y]", ["x"]],
  ["select array[:a, :b], array[[:c], [:d]], array[1, 2:e]", ["a", "b", "c", "d", "e"]],
  ["select '{}'::int[][:a]", ["a"]],
  ["select (:a):b", ["a", "b"]],
  ["select U&'d\\0061t :a', :b", ["b"]],
  ["select B'1', X'ff', :a", ["a"]],
  ["select 1 ? ':a' and j ?| array[:b] and j @> :c", ["b", "c"]],
  ["select data #>> '{a,b}' from t where :a > 1.5e-3", ["a"]],
  ["select : a, :1", []],
];

for (const [text, names] of parameterCases) {
  test(`parameters of ${JSON.stringify(text)}`, () => assert.deepEqual(parametersOf(text), names));
}

test("a long array slice with an omitted lower bound takes a parameter first and a column second", () => {
  assert.deepEqual(parametersOf("select a[:lower:upper]"), ["lower"]);
});

test("semicolons split statements, but not in strings, comments and quoted names", () => {
  assert.deepEqual(textsOf(`select ';'; -- ;\nselect $$;$$ /* ; */ ;;\nselect ";" -- end`), [
    "select ';'",
    "select $$;$$",
    `select ";"`,
  ]);
});

test("a file of comments alone has no statement", () => {
  assert.deepEqual(textsOf("-- nothing\n/* here */ ;\n"), []);
});

test("comments before a statement belong to it, those inside and behind it don't", () => {
  const statements = splitStatements({
    path: "pages/x.query.sql",
    text: "-- one\nselect 1 -- inside\n, 2; -- two\n-- three\nselect 2",
  });
  assert.deepEqual(
    statements.map(({ comments }) => comments.map(({ text }) => text)),
    [["one"], ["two", "three"]],
  );
});

test("the keyword is the first word, lower case", () => {
  const keywords = splitStatements({
    path: "p",
    text: "SELECT 1; With x as (select 1) table x; (select 1); values (1)",
  });
  assert.deepEqual(
    keywords.map(({ keyword }) => keyword),
    ["select", "with", "", "values"],
  );
});

const unfinished: readonly (readonly [string, string, number, number])[] = [
  ["select 'abc", "a string is never closed", 1, 8],
  ["select 1,\n  E'abc\\'", "a string is never closed", 2, 3],
  ['select "abc', "a quoted name is never closed", 1, 8],
  ["select 1;\nselect $x$ abc $$", "a dollar-quoted string is never closed", 2, 8],
  ["/* a /* b */", "a comment is never closed", 1, 1],
  ["select 'äöü𝄞', $1", "$1 is not a parameter of a page", 1, 16],
];

for (const [text, message, line, column] of unfinished) {
  test(`${message}: ${JSON.stringify(text)}`, () => {
    const error = failure(text);
    assert.equal(error.code, "WD524");
    assert.equal(error.message, message);
    assert.deepEqual(error.position, { file: "pages/x.query.sql", line, column });
    assert.equal(error.source, text);
  });
}
