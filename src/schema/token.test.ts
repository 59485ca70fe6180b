import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf } from "./body.ts";
import { SourceText, byteIndex } from "./source-text.ts";
import { loadParser } from "./parser.ts";
import { parseStatements } from "./statement.ts";
import { fingerprint, tokens } from "./token.ts";

function cut(text: string): readonly string[] {
  return tokens(text).map((token) => text.slice(token.start, token.end));
}

test("tokens end where PostgreSQL ends them", () => {
  assert.deepEqual(cut("select a--b\n,'it''s' /* /* in */ out */ \"q\"\"n\""), [
    "select",
    "a",
    "--b",
    ",",
    "'it''s'",
    "/* /* in */ out */",
    '"q""n"',
  ]);
  assert.deepEqual(cut("E'a\\'b' e'\\\\' B'01' x'ff' N'n' U&'\\0041' u&\"d\""), [
    "E'a\\'b'",
    "e'\\\\'",
    "B'01'",
    "x'ff'",
    "N'n'",
    "U&'\\0041'",
    'u&"d"',
  ]);
  assert.deepEqual(cut("$$a$b$$ $x$ $$ ' $x$ a$b$c $1 'a\\'"), ["$$a$b$$", "$x$ $$ ' $x$", "a$b$c", "$", "1", "'a\\'"]);
  assert.deepEqual(cut("größe 1.5e-3 a.b::int"), ["größe", "1.5e", "-", "3", "a", ".", "b", ":", ":", "int"]);
  assert.deepEqual(cut("'open"), ["'open"]);
  assert.deepEqual(cut("$$open"), ["$$open"]);
  assert.deepEqual(cut("/* open"), ["/* open"]);
});

test("layout, comments and the case of words do not change a fingerprint; all within quotes does", () => {
  const same = ["select a, 'x'", "SELECT a , -- c\n 'x'", "/* c */ Select A,'x'"];
  assert.equal(new Set(same.map((text) => fingerprint(text))).size, 1);
  const other = [
    "select a, 'x'",
    "select a, 'X'",
    "select \"a\", 'x'",
    "select a, ' x'",
    "select ab, 'x'",
    "select a 'x'",
    "select a, $$x$$",
  ];
  assert.equal(new Set(other.map((text) => fingerprint(text))).size, other.length);
});

test("statements are cut where the parser cuts them, whatever stands in them", async () => {
  await loadParser();
  const pieces = [
    "select 'a;b', \"c;d\", $$e;f$$ -- g;h\n, 1",
    "create function f() returns int begin atomic select 1; select case when true then 2 else 3 end; end",
    "select /* ü; */ 'ö😀;' as \"ä\"",
    "insert into t values (E'\\';')",
  ];
  const text = `\n-- leading ü\n${pieces.join(" ;;\n/* between */\n")}\n-- trailing`;
  const statements = await parseStatements(new SourceText("a.sql", text));
  assert.deepEqual(
    statements.map((statement) => statement.text),
    pieces,
  );
  assert.deepEqual(
    statements.map((statement) => statement.leading.join()),
    ["-- leading ü", "/* between */", "/* between */", "/* between */"],
  );
  assert.deepEqual(await parseStatements(new SourceText("a.sql", " -- nothing\n/* at all */ ")), []);
  assert.deepEqual(await parseStatements(new SourceText("a.sql", ";;")), []);
});

test("a long file is parsed in pieces, and nobody can tell", async () => {
  const body = `create function f() returns int begin atomic ${"select 1; ".repeat(30_000)} end`;
  const pieces: string[] = [];
  for (let n = 0; n < 5000; n++) pieces.push(`-- ü ${n}\ninsert into t values ('ö;', ${n})`);
  pieces.splice(2500, 0, body);
  const text = pieces.join(";\n");
  const statements = await parseStatements(new SourceText("a.sql", text));
  assert.equal(statements.length, pieces.length);
  for (const [n, { start, text: own, leading }] of statements.entries()) {
    assert.equal([...leading, own].join("\n"), pieces[n]);
    assert.equal(text.slice(start, start + own.length), own);
  }
  await assert.rejects(parseStatements(new SourceText("a.sql", `${text};\nselec`)), {
    code: "WD410",
    position: { file: "a.sql", line: 10_002, column: 1 },
  });
  await assert.rejects(parseStatements(new SourceText("a.sql", `${text};\nselect (`)), { message: /at end of input/ });
});

test("bytes, characters and positions meet, beyond the basic plane too", () => {
  const text = "aü😀\nb😀c";
  const toIndex = byteIndex(text);
  const bytes = Buffer.from(text);
  for (const [index, char] of Array.from(text).map((char) => [text.indexOf(char), char] as const)) {
    assert.equal(toIndex(bytes.indexOf(char)), index);
  }
  const source = new SourceText("f", text);
  assert.deepEqual(source.position(text.indexOf("c")), { file: "f", line: 2, column: 3 });
  assert.deepEqual(source.position(text.length), { file: "f", line: 2, column: 4 });
  assert.equal(source.advance(0, 4), text.indexOf("b"));
  assert.equal(source.advance(0, 99), text.length);
});

test("a body is found in any quotes, and a place in it leads back to the definition", () => {
  for (const definition of [
    "create function f(a text default 'as') returns int as $x$ select 'it''s' $x$ language sql",
    "create function f() returns int language sql AS /* here */ ' select ''it''''s'' '",
  ]) {
    const body = bodyOf(definition);
    assert.equal(body?.text, " select 'it''s' ");
    assert.equal(
      definition
        .slice(body?.indexOf(body.text.indexOf("s'")), undefined)
        .replace(/^''/, "'")
        .slice(0, 1),
      "s",
    );
    assert.match(definition.slice(body?.indexOf(1)), /^select/);
  }
  assert.equal(bodyOf("create function f() returns int begin atomic select 1; end"), undefined);
});
