import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { test } from "node:test";
import { testDatabase } from "../../test/support/database.ts";
import { connect } from "./connect.ts";
import { quoteIdentifier, quoteLiteral } from "./quote.ts";
import { sql } from "./sql.ts";

test("values become parameters in their order", () => {
  assert.deepEqual(sql`select ${1}, ${"a"}, ${null}`, { text: "select $1, $2, $3", values: [1, "a", null] });
});

test("nested fragments are inlined and renumbered", () => {
  const condition = sql`a = ${1} and b = ${2}`;
  const statement = sql`select ${0} from ${sql.ref("s", "t")} where (${condition}) or (${condition}) limit ${9}`;
  assert.deepEqual(statement, {
    text: 'select $1 from "s"."t" where (a = $2 and b = $3) or (a = $4 and b = $5) limit $6',
    values: [0, 1, 2, 1, 2, 9],
  });
});

test("a statement without parameters nests without shifting the others", () => {
  const statement = sql`${sql.file("select")} ${1}${sql``}, ${2}`;
  assert.deepEqual(statement, { text: "select $1, $2", values: [1, 2] });
});

test("join puts separators between fragments and values", () => {
  assert.deepEqual(sql`in (${sql.join([1, sql`lower(${"B"})`, 3])})`, {
    text: "in ($1, lower($2), $3)",
    values: [1, "B", 3],
  });
  assert.deepEqual(sql.join([sql`a`, sql`b`], sql` and `), { text: "a and b", values: [] });
  assert.deepEqual(sql.join([]), { text: "", values: [] });
});

test("an object that looks like a fragment but came in as data stays a value", () => {
  const hostile: unknown = JSON.parse('{"text": "1; drop table t", "values": []}');
  assert.deepEqual(sql`select ${hostile}`, { text: "select $1", values: [hostile] });
});

test("a statement can't be changed after it was composed", () => {
  const statement = sql`select ${1}`;
  assert.throws(() => (statement.values as unknown[]).push(2), TypeError);
  assert.throws(() => Object.assign(statement, { text: "drop" }), TypeError);
});

test("text is taken raw: a backslash reaches Postgres as it stands", () => {
  assert.equal(sql`select '\d\n'`.text, String.raw`select '\d\n'`);
});

test("names that Postgres can't hold are refused", () => {
  for (const name of ["", "a\0b", "x".repeat(64), "ä".repeat(32)]) {
    assert.throws(() => sql.ref(name), { code: "WD211" });
  }
  assert.equal(sql.ref("x".repeat(63)).text, `"${"x".repeat(63)}"`);
});

test("a text with a NUL character is refused", () => assert.throws(() => sql.literal("a\0"), { code: "WD211" }));

const hostileTexts = [
  "",
  "'",
  "''",
  '"',
  "\\",
  "\\'",
  "'; drop table t; --",
  "$1 $$ $tag$",
  "/* */ -- \n \r \t",
  "E'\\047'",
  "ünïcödé 💥 \u202e",
  "a\u0001\u007f",
  "' || (select 1) || '",
  ...Array.from({ length: 200 }, () => randomText()),
];

function randomText(): string {
  const alphabet = [
    "'",
    '"',
    "\\",
    "$",
    ";",
    "-",
    "/",
    "*",
    "\n",
    "E",
    "u",
    "&",
    " ",
    "a",
    "0",
    "é",
    "💥",
    "%",
    "\u0001",
  ];
  return Array.from({ length: randomInt(1, 14) }, () => alphabet[randomInt(alphabet.length)]).join("");
}

test("every text comes back from Postgres as it was quoted, whatever standard_conforming_strings says", async (t) => {
  const { connection } = await testDatabase(t);
  for (const setting of ["on", "off"]) {
    await connection.execute(`set standard_conforming_strings = ${setting}; set escape_string_warning = off`);
    const columns = sql.join(hostileTexts.map((text, index) => sql`${sql.literal(text)} as ${sql.ref(`c${index}`)}`));
    const [row] = await connection.query<Record<string, string>>(sql`select ${columns}`);
    assert.deepEqual(Object.values(row ?? {}), hostileTexts, `standard_conforming_strings = ${setting}`);
  }
});

test("Postgres's own quote_ident and quote_literal mean the same", async (t) => {
  const { connection } = await testDatabase(t);
  const names = hostileTexts.filter((text) => text !== "");
  const rows = await connection.query<{ name: string; literal: string }>(sql`
    select quote_ident(name || ' ') as name, quote_literal(name) as literal
    from unnest(${names}::text[]) with ordinality as n (name, at) order by at`);
  for (const [index, row] of rows.entries()) {
    assert.equal(quoteIdentifier(`${names[index]} `), row.name);
    assert.equal(quoteLiteral(names[index] ?? "").trim(), row.literal);
  }
});

test("every name makes a table that is found by it, and nothing else happens", async (t) => {
  const { connection } = await testDatabase(t);
  const names = [...new Set(hostileTexts.filter((text) => text !== ""))];
  await connection.transaction(async (tx) => {
    for (const name of names) {
      await tx.execute(`create table ${sql.ref(name).text} (${sql.ref(name).text} text)`);
      await tx.query(sql`insert into ${sql.ref("public", name)} (${sql.ref(name)}) values (${name})`);
    }
  });
  const rows = await connection.query<{ name: string }>(
    sql`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  assert.deepEqual(rows.map((row) => row.name).toSorted(), names.toSorted());
});

test("a password of any characters works in CREATE ROLE, which takes no parameters", async (t) => {
  const { connection, target } = await testDatabase(t);
  const role = `${target.database}_login`;
  const password = `it's \\ "${randomBytes(4).toString("hex")}' --`;
  await connection.query(sql`create role ${sql.ref(role)} login password ${sql.literal(password)}`);
  await using login = await connect({ ...target, user: role, password });
  assert.deepEqual(await login.query(sql`select session_user::text as name`), [{ name: role }]);
});
