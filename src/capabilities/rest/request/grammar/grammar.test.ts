import assert from "node:assert/strict";
import { test } from "node:test";
import { RestFailure } from "../../failure/index.ts";
import type { Parser } from "./input.ts";
import {
  columns,
  logicTree,
  orderTerms,
  parseText,
  plainCondition,
  selectItems,
  treePath,
  wholeCondition,
} from "./index.ts";

function refusal(parser: Parser<unknown>, text: string): readonly [string, unknown] {
  try {
    parseText(parser, "w", text);
  } catch (error) {
    if (error instanceof RestFailure) return [error.message.replace(/^"w \([^]*\)" /, ""), error.details];
    throw error;
  }
  return ["accepted", null];
}

const star = {
  kind: "field",
  field: { name: "*", path: [] },
  aggregate: null,
  aggregateCast: null,
  cast: null,
  alias: null,
};
const plain = (name: string): unknown => ({ ...star, field: { name, path: [] } });

test("a select is fields, relations and spreads, nested", () => {
  assert.deepEqual(parseText(selectItems, "w", "*,client(*,nested(*))"), [
    star,
    {
      kind: "relation",
      relation: "client",
      alias: null,
      hint: null,
      join: null,
      items: [star, { kind: "relation", relation: "nested", alias: null, hint: null, join: null, items: [star] }],
    },
  ]);
  assert.deepEqual(parseText(selectItems, "w", "...client!fk!inner(a), b , x:rel!inner!hint()"), [
    { kind: "spread", relation: "client", hint: "fk", join: "inner", items: [plain("a")] },
    plain("b"),
    { kind: "relation", relation: "rel", alias: "x", hint: "hint", join: "inner", items: [] },
  ]);
  assert.deepEqual(parseText(selectItems, "w", ""), []);
});

test("a field has alias, path, casts and an aggregate", () => {
  assert.deepEqual(
    parseText(selectItems, "w", "alias:data->a-b->>-1::int.sum()::text,count()::int,n:count(),c.count()"),
    [
      {
        ...star,
        field: {
          name: "data",
          path: [
            { arrow: "->", operand: { kind: "key", key: "a-b" } },
            { arrow: "->>", operand: { kind: "index", index: "-1" } },
          ],
        },
        aggregate: "sum",
        cast: "int",
        aggregateCast: "text",
        alias: "alias",
      },
      { ...star, aggregate: "count", aggregateCast: "int" },
      { ...star, aggregate: "count", alias: "n" },
      { ...star, field: { name: "c", path: [] }, aggregate: "count" },
    ],
  );
  assert.deepEqual(parseText(selectItems, "w", '"a,b(":"c\\"d", spaced name '), [
    { ...star, field: { name: 'c"d', path: [] }, alias: "a,b(" },
    plain("spaced name"),
  ]);
});

test("what can't be selected is named with its place and all that was expected", () => {
  const expectations: readonly (readonly [string, string, string])[] = [
    [
      "id,clients(name[])",
      "(line 1, column 16)",
      `unexpected '[' expecting letter, digit, "-", "->>", "->", "::", ".", ")", "," or end of input`,
    ],
    ["data->>-78xy", "(line 1, column 11)", `unexpected 'x' expecting digit, "->", "::", ".", "," or end of input`],
    [
      "name!hint",
      "(line 1, column 5)",
      `unexpected '!' expecting letter, digit, "-", "->>", "->", "::", ".", ")", "," or end of input`,
    ],
    ["name::", "(line 1, column 7)", "unexpected end of input expecting letter or digit"],
  ];
  for (const [text, place, details] of expectations)
    assert.deepEqual(refusal(selectItems, text), [place, details], text);
});

test("a filter's condition is an operator and its value", () => {
  const read = (text: string): unknown => parseText(wholeCondition, "w", text);
  const quantified = (operator: string, value: string, quantifier: string | null = null, negated = false): unknown => ({
    negated,
    operation: { kind: "quantifiable", operator, quantifier, value },
  });
  assert.deepEqual(read("eq.1"), quantified("eq", "1"));
  assert.deepEqual(read("not.like(all).{a*,b*}"), quantified("like", "{a*,b*}", "all", true));
  assert.deepEqual(read("gte(any).{1,2}"), quantified("gte", "{1,2}", "any"));
  assert.deepEqual(read("cs.{1}"), { negated: false, operation: { kind: "simple", operator: "cs", value: "{1}" } });
  assert.deepEqual(read('in.(1,"a,b\\"c", x y,"q"z)'), {
    negated: false,
    operation: { kind: "in", values: ["1", 'a,b"c', " x y", '"q"z'] },
  });
  assert.deepEqual(read("in.()"), { negated: false, operation: { kind: "in", values: [""] } });
  assert.deepEqual(read("is.NULL"), { negated: false, operation: { kind: "is", value: "null" } });
  assert.deepEqual(read("not.is.not_null"), { negated: true, operation: { kind: "is", value: "not_null" } });
  assert.deepEqual(read("isdistinct.5"), { negated: false, operation: { kind: "isdistinct", value: "5" } });
  assert.deepEqual(read("wfts(english).a b"), {
    negated: false,
    operation: { kind: "textSearch", operator: "wfts", language: "english", value: "a b" },
  });
});

test("the short way to read a filter reads what the long one reads", () => {
  const texts = [
    "eq.1",
    "not.eq.x.y",
    "neq.",
    "adj.[1,2)",
    "imatch.^a",
    "lt.5",
    "lte.5",
    "not.cs.{a}",
    "like.*a*",
    "eq.\n\t",
  ];
  for (const text of texts) assert.deepEqual(plainCondition(text), parseText(wholeCondition, "w", text), text);
  for (const text of ["in.(1)", "is.null", "fts.a", "eq", "eq(any).1", "noop.1", "not", ""])
    assert.equal(plainCondition(text), null);
});

test("what is no condition is named with its place", () => {
  const expectations: readonly (readonly [string, string, string])[] = [
    ["noop.0", "(line 1, column 1)", 'unexpected "o" expecting "not" or operator (eq, gt, ...)'],
    ["val", "(line 1, column 1)", 'unexpected "v" expecting "not" or operator (eq, gt, ...)'],
    ["0", "(line 1, column 1)", 'unexpected "0" expecting "not" or operator (eq, gt, ...)'],
    ["fts().value", "(line 1, column 5)", 'unexpected ")" expecting operator (eq, gt, ...)'],
    ["eq().value", "(line 1, column 4)", 'unexpected ")" expecting operator (eq, gt, ...)'],
    ["is().value", "(line 1, column 3)", 'unexpected "(" expecting operator (eq, gt, ...)'],
    ["in().value", "(line 1, column 3)", 'unexpected "(" expecting operator (eq, gt, ...)'],
  ];
  for (const [text, place, details] of expectations) {
    assert.deepEqual(refusal(wholeCondition, text), [place, details], text);
  }
});

test("an order has directions, nulls, paths and related fields", () => {
  assert.deepEqual(parseText(orderTerms, "w", "name.desc.nullsfirst,data->k.asc, clients(name).nullslast,id"), [
    { field: { name: "name", path: [] }, relation: null, direction: "desc", nulls: "first" },
    {
      field: { name: "data", path: [{ arrow: "->", operand: { kind: "key", key: "k" } }] },
      relation: null,
      direction: "asc",
      nulls: null,
    },
    { field: { name: "name", path: [] }, relation: "clients", direction: null, nulls: "last" },
    { field: { name: "id", path: [] }, relation: null, direction: null, nulls: null },
  ]);
});

test("what can't be ordered by is named with its place", () => {
  const expectations: readonly (readonly [string, string, string])[] = [
    [
      "clients(name,id)",
      "(line 1, column 8)",
      `unexpected '(' expecting letter, digit, "-", "->>", "->", delimiter (.), "," or end of input`,
    ],
    ["id.ac", "(line 1, column 4)", 'unexpected "c" expecting "asc", "desc", "nullsfirst" or "nullslast"'],
    ["id.descc", "(line 1, column 8)", `unexpected 'c' expecting delimiter (.), "," or end of input`],
    ["id.nulsfist", "(line 1, column 4)", 'unexpected "n" expecting "asc", "desc", "nullsfirst" or "nullslast"'],
    ["id.nullslasttt", "(line 1, column 13)", `unexpected 't' expecting "," or end of input`],
    ["id.smth34", "(line 1, column 4)", 'unexpected "s" expecting "asc", "desc", "nullsfirst" or "nullslast"'],
    ["id.asc.nlsfst", "(line 1, column 8)", 'unexpected "l" expecting "nullsfirst" or "nullslast"'],
    ["id.asc.nullslasttt", "(line 1, column 17)", `unexpected 't' expecting "," or end of input`],
  ];
  for (const [text, place, details] of expectations)
    assert.deepEqual(refusal(orderTerms, text), [place, details], text);
});

test("logic nests, with quoted values and arrays", () => {
  const filter = (name: string, value: string): unknown => ({
    kind: "filter",
    filter: {
      field: { name, path: [] },
      negated: false,
      operation: { kind: "quantifiable", operator: "eq", quantifier: null, value },
    },
  });
  assert.deepEqual(parseText(logicTree, "w", 'or(a.eq.1,not.and( b.eq."x,)", c.eq.{1,2}))'), {
    kind: "expression",
    negated: false,
    operator: "or",
    operands: [
      filter("a", "1"),
      { kind: "expression", negated: true, operator: "and", operands: [filter("b", "x,)"), filter("c", "{1,2}")] },
    ],
  });
});

test("what is no logic is named with its place", () => {
  const expectations: readonly (readonly [string, string, string])[] = [
    [
      "or()",
      "(line 1, column 4)",
      'unexpected ")" expecting field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)',
    ],
    ["or(id.in.1,2,id.eq.3)", "(line 1, column 10)", 'unexpected "1" expecting "("'],
    ["or)(", "(line 1, column 3)", 'unexpected ")" expecting "("'],
    ["and(ord(id.eq.1,id.eq.1),id.eq.2)", "(line 1, column 7)", 'unexpected "d" expecting "("'],
    [
      "or(id.eq.1,not.xor(id.eq.2,id.eq.3))",
      "(line 1, column 16)",
      'unexpected "x" expecting logic operator (and, or)',
    ],
  ];
  for (const [text, place, details] of expectations) assert.deepEqual(refusal(logicTree, text), [place, details], text);
});

test("names, paths and lists of columns", () => {
  assert.deepEqual(parseText(treePath, "w", "a.b-c.data->>k"), {
    path: ["a", "b-c"],
    field: { name: "data", path: [{ arrow: "->>", operand: { kind: "key", key: "k" } }] },
  });
  assert.deepEqual(parseText(columns, "w", 'a , "b,c",d e'), ["a", "b,c", "d e"]);
  assert.deepEqual(refusal(treePath, ":"), [
    "(line 1, column 1)",
    'unexpected ":" expecting field name (* or [a..z0..9_$])',
  ]);
  assert.deepEqual(refusal(columns, ""), [
    "(line 1, column 1)",
    "unexpected end of input expecting field name (* or [a..z0..9_$])",
  ]);
});

test("nesting that would exhaust the stack is refused", () => {
  const deep = "a(".repeat(50_000);
  assert.match(refusal(selectItems, deep)[0], /is nested too deeply/);
});
