import assert from "node:assert/strict";
import { test } from "node:test";
import type { AST } from "toml-eslint-parser";
import { AppError } from "../errors/index.ts";
import { editConfig, type ConfigChange } from "./edit-config.ts";
import { parseToml, plainValue, readToml } from "./toml.ts";
import type { TomlData } from "./toml-value.ts";

function set(text: string, path: string, value: TomlData | undefined): string {
  return editConfig(text, [{ path: path.split(".") as [string, ...string[]], value }]);
}

function lines(...text: readonly string[]): string {
  return `${text.join("\n")}\n`;
}

test("a value is replaced where it stands; the comment behind it stays", () => {
  const text = lines("# top", 'postgres   =  "17"   # the version', "", "[server] # here", "port=8080# no space");
  assert.equal(
    editConfig(text, [
      { path: ["postgres"], value: "18" },
      { path: ["server", "port"], value: 80 },
    ]),
    lines("# top", 'postgres   =  "18"   # the version', "", "[server] # here", "port=80# no space"),
  );
});

test("a new key goes behind the last of its table, with its indentation", () => {
  assert.equal(
    set(lines("[server]", "  port = 1 # one", "", "[roles]", 'anon = "x"'), "server.host", "h"),
    lines("[server]", "  port = 1 # one", '  host = "h"', "", "[roles]", 'anon = "x"'),
  );
  assert.equal(set(lines("[server]", "", "[roles]"), "server.port", 1), lines("[server]", "port = 1", "", "[roles]"));
});

test("a new top-level key goes before the first table", () => {
  assert.equal(
    set(lines('name = "a"', "", "[server]"), "postgres", "18"),
    lines('name = "a"', 'postgres = "18"', "", "[server]"),
  );
  assert.equal(set(lines("[server]", "port = 1"), "name", "a"), lines('name = "a"', "", "[server]", "port = 1"));
  assert.equal(
    set(lines("# The guestbook.", "", "# Where it listens.", "[server]"), "name", "a"),
    lines("# The guestbook.", 'name = "a"', "", "# Where it listens.", "[server]"),
  );
  assert.equal(
    set(lines("# Where it listens.", "[server]"), "name", "a"),
    lines('name = "a"', "", "# Where it listens.", "[server]"),
  );
  assert.equal(set("", "name", "a"), lines('name = "a"'));
  assert.equal(set(lines("# only a comment"), "name", "a"), lines("# only a comment", 'name = "a"'));
});

test("a missing table is made at the end", () => {
  assert.equal(set(lines('name = "a"'), "server.port", 1), lines('name = "a"', "", "[server]", "port = 1"));
  assert.equal(set(lines("[a.b]", "x = 1"), "a.y", 2), lines("[a.b]", "x = 1", "", "[a]", "y = 2"));
  assert.equal(set("", "a.b.c", 1), lines("[a.b]", "c = 1"));
});

test("a missing final newline stays missing", () => {
  assert.equal(set("a = 1", "b", 2), "a = 1\nb = 2");
  assert.equal(set("a = 1", "t.b", 2), "a = 1\n\n[t]\nb = 2");
  assert.equal(set("a = 1\n[t]", "t.b", 2), "a = 1\n[t]\nb = 2");
  assert.equal(set("a = 1\nb = 2", "b", undefined), "a = 1\n");
});

test("Windows line endings are used where the file has them", () => {
  assert.equal(set("a = 1\r\n[t]\r\nx = 1\r\n", "t.y", 2), "a = 1\r\n[t]\r\nx = 1\r\ny = 2\r\n");
  assert.equal(set("a = 1\r\n", "t.y", 2), "a = 1\r\n\r\n[t]\r\ny = 2\r\n");
  assert.equal(set("a = 1\r\nb = 2\r\nc = 3\r\n", "b", undefined), "a = 1\r\nc = 3\r\n");
});

test("a byte order mark stays first", () => {
  assert.equal(set("\ufeff[t]\n", "a", 1), "\ufeffa = 1\n\n[t]\n");
  assert.equal(set("\ufeffa = 1\nb = 2\n", "a", undefined), "\ufeffb = 2\n");
});

test("inline tables are changed inside", () => {
  assert.equal(set('deb = { suite = "trixie" } # c\n', "deb.suite", "sid"), 'deb = { suite = "sid" } # c\n');
  assert.equal(set('deb = { suite = "trixie" }\n', "deb.mirror", "m"), 'deb = { suite = "trixie", mirror = "m" }\n');
  assert.equal(set("deb = {}\n", "deb.mirror", "m"), 'deb = { mirror = "m" }\n');
  assert.equal(set("a = { b = { c = 1 } }\n", "a.b.d.e", 2), "a = { b = { c = 1, d.e = 2 } }\n");
  assert.equal(set("a = {x=1,  y=2 ,z=3}\n", "a.y", undefined), "a = {x=1, z=3}\n");
  assert.equal(set("a = { x = 1 }\n", "a.x", undefined), "a = {  }\n");
});

test("dotted keys are followed and continued", () => {
  assert.equal(set("server.port = 1 # p\nname = 'a'\n", "server.port", 2), "server.port = 2 # p\nname = 'a'\n");
  assert.equal(
    set("server.port = 1 # p\nname = 'a'\n", "server.host", "h"),
    "server.port = 1 # p\nserver.host = \"h\"\nname = 'a'\n",
  );
  assert.equal(set("[a]\nb.c = 1\n", "a.b.d.e", 2), "[a]\nb.c = 1\nb.d.e = 2\n");
  assert.equal(set("a.b = 1\na.c = 2\nd = 3\n", "a", undefined), "d = 3\n");
  assert.equal(set("server . 'port' = 1\n", "server.port", 2), "server . 'port' = 2\n");
});

test("a removed key takes its line and the comment behind it along, no more", () => {
  assert.equal(
    set(
      lines("# about a", "a = 1 # a", "", "# about b", "b = [", "  1, # one", "  2,", "] # b", "c = 3"),
      "b",
      undefined,
    ),
    lines("# about a", "a = 1 # a", "", "# about b", "c = 3"),
  );
  assert.equal(set(lines("[a]", "x = 1"), "a.y", undefined), lines("[a]", "x = 1"));
});

test("a removed table takes its keys and the tables below it along", () => {
  const text = lines("[a]", "x = 1 # x", "", "# about b", "[b]", "y = 1", "", "[a.c]", "z = 1", "# end");
  assert.equal(set(text, "a", undefined), lines("", "# about b", "[b]", "y = 1", "", "# end"));
  assert.equal(set(lines("[[a]]", "x = 1", "[[a]]", "x = 2", "[b]"), "a", undefined), lines("[b]"));
});

test("arrays of tables stand undisturbed beside what is changed", () => {
  const text = lines("[[list]]", "x = 1", "[list.sub]", "y = 1", "[[list]]", "x = 2");
  assert.equal(set(text, "server.port", 1), `${text}\n[server]\nport = 1\n`);
  assert.equal(set(text, "name", "a"), `name = "a"\n\n${text}`);
});

test("what can't be done without a loss is refused with its path", () => {
  const refused: readonly (readonly [string, string, TomlData])[] = [
    ['postgres = "18"\n', "postgres.version", "17"],
    ['[postgres]\nversion = "18"\n', "postgres", "17"],
    ["[postgres.deb]\nsuite = 'x'\n", "postgres", "17"],
    ["postgres.version = '18'\n", "postgres", "17"],
    ["a = [1, 2]\n", "a.b", 1],
    ["[[a]]\nx = 1\n", "a.y", 1],
    ["[[a]]\nx = 1\n[a.b]\ny = 1\n", "a.b.z", 1],
  ];
  for (const [text, path, value] of refused) {
    assert.throws(
      () => set(text, path, value),
      (error) => error instanceof AppError && error.code === "WD110" && error.message.includes(`"${path}"`),
      text,
    );
  }
});

test("broken TOML is not edited", () => {
  assert.throws(() => set("a = \n", "b", 1), { code: "WD101" });
});

test("every kind of value is written so that it reads the same", () => {
  const values: readonly TomlData[] = [
    'quotes " and \\ and \n and \u0000\u007f and 😀',
    "",
    0,
    -7,
    1.5,
    1e21,
    1e-7,
    Infinity,
    true,
    new Date("2026-11-20T12:00:00.500Z"),
    [],
    [1, [2, "x"]],
    {},
    { a: 1, "b c": { d: [true] }, "": "e", ü: 1 },
  ];
  for (const value of values) {
    const written = editConfig("", [{ path: ["a.b", "key with space"], value }]);
    assert.deepEqual(plainValue(readToml(written, "x")), { "a.b": { "key with space": value } });
  }
});

// Every document with every change: the meaning is the intended one, and what was there stays, byte for byte.
const documents = [
  "",
  "\n",
  "# c",
  "a = 1 # c",
  "a = 1\r\nb = { c = 2, d = { e = 3 } } # x\r\n\r\n[t]\r\nu = 1\r\n",
  "a.b = 1\na.c.d = 2\n\n[t.u]\nv = 1\n[t]\nw = 2",
  "[t] # t\n\n  u = 1 # u\n\n# next\n  [t.v]\n  x = '''\nmulti\n'''\n[[list]]\na = 1\n[[list]]\n[list.sub]\nb = 2\n",
  "'a' = 1\n\"t\".'u' = [\n 1, # one\n]\n",
  "[a.b.c]\nd = 1\n[a]\ne = 1\n[x]\n",
  "t = {u=1,v=2}\n[b]\n",
];
const paths = [
  "a",
  "b",
  "t",
  "a.b",
  "a.c",
  "a.c.d",
  "b.c",
  "b.d.e",
  "b.d.f",
  "t.u",
  "t.v",
  "t.v.x",
  "t.w",
  "t.new",
  "a.b.c.d",
  "new",
  "new.x",
  "new.x.y",
  "list",
  "x.y",
];

test("whatever is set or removed, nothing else changes", () => {
  const cases = documents.flatMap((text) =>
    paths.flatMap((path) => ["v", 7, undefined].map((value) => ({ text, path, value }))),
  );
  const done = cases.filter(({ text, path, value }) => isPossible(text, path, value));
  assert.ok(done.length > 300, `${done.length} edits were possible`);
});

function isPossible(text: string, path: string, value: TomlData | undefined): boolean {
  const change: ConfigChange = { path: path.split(".") as [string, ...string[]], value };
  let edited: string;
  try {
    edited = editConfig(text, [change]);
  } catch (error) {
    assert.equal((error as AppError).code, "WD110", String(error));
    return false;
  }
  const label = `${JSON.stringify(text)} ${path} → ${JSON.stringify(edited)}`;
  const old = value === undefined ? undefined : valueRange(text, path);
  if (value === undefined) assert.ok(isSubsequence(edited, text), label);
  else if (old === undefined) assert.ok(isSubsequence(text, edited), label);
  else assert.equal(edited, text.slice(0, old[0]) + JSON.stringify(value) + text.slice(old[1]), label);
  // Removing what is not there, and setting what is there, change nothing.
  assert.equal(editConfig(edited, [change]), edited);
  return true;
}

/** Whether one text can be made of another by deleting only. */
function isSubsequence(part: string, whole: string): boolean {
  let index = 0;
  for (const char of whole) if (char === part[index]) index += 1;
  return index === part.length;
}

/** Where the value of a key stands that has one, outside of inline tables. */
function valueRange(text: string, path: string): readonly [number, number] | undefined {
  const name = ({ keys }: AST.TOMLKey): string =>
    keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value)).join(".");
  const pairs = parseToml(text, "x").body[0].body.flatMap((node) => {
    if (node.type === "TOMLKeyValue") return [[name(node.key), node.value.range] as const];
    if (node.kind === "array" || node.resolvedKey.some((key) => typeof key === "number")) return [];
    return node.body.map((pair) => [`${name(node.key)}.${name(pair.key)}`, pair.value.range] as const);
  });
  const inline = /^(?:b\.c|b\.d\.e|t\.u|t\.v)$/.exec(path) !== null && !pairs.some(([key]) => key === path);
  if (!inline) return pairs.find(([key]) => key === path)?.[1];
  const match = new RegExp(`[{ ,]${path.split(".").at(-1)} ?= ?(\\d)`).exec(text);
  return match === null ? undefined : [match.index + match[0].length - 1, match.index + match[0].length];
}
