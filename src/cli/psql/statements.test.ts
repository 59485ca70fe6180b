import assert from "node:assert/strict";
import { test } from "node:test";
import { isBlank, splitStatements } from "./statements.ts";

test("statements end at semicolons outside of quotes, comments and parentheses", () => {
  const text = `select ';', $$;$$, ";" /* ; */; -- ;\nselect (1;2);select`;
  const { statements, rest } = splitStatements(text);
  assert.deepEqual(statements, [`select ';', $$;$$, ";" /* ; */;`, "-- ;\nselect (1;2);"]);
  assert.equal(rest, "select");
});

test("the body of a routine is one statement with its definition", () => {
  const text = `create or replace function f() returns int language sql begin atomic
    select case when true then 1 else 2 end; select 2; end; select 3;`;
  const { statements } = splitStatements(text);
  assert.equal(statements.length, 2);
  assert.equal(statements[1], "select 3;");
});

test("a transaction block is not a body", () => {
  assert.equal(splitStatements("begin; select 1; commit;").statements.length, 3);
});

test("an open string, dollar quote or comment waits for its end", () => {
  for (const open of ["select 'a;", 'select "a;', "select $x$ a;", "/* a;"]) {
    const { statements, rest } = splitStatements(open);
    assert.deepEqual(statements, [], open);
    assert.equal(isBlank(rest), false, open);
  }
});

test("white space and whole comments are nothing", () => {
  assert.equal(isBlank(" \n -- note\n /* note */"), true);
  assert.equal(isBlank("x"), false);
});
