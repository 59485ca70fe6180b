import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import type { Connection } from "../postgres/index.ts";
import { needsSuperuser } from "../../test/support/database.ts";
import { failureOf, testProject } from "../../test/support/project.ts";

const withoutPython = spawnSync("python3", ["--version"]).status === 0 ? false : "there is no python3";

async function value(connection: Pick<Connection, "query">, expression: string): Promise<unknown> {
  const [row] = await connection.query<{ value: unknown }>({ text: `select ${expression} as value`, values: [] });
  return row?.value;
}

const functions = `"""Functions in Python."""
import datetime
from decimal import Decimal
from typing import Iterator, TypedDict, Annotated

from howdah import sql, SqlError, Trigger
from _words import shout


class Pair(TypedDict):
    name: str
    n: int


def whole(a: int, b: float, c: Decimal, d: bool) -> str:
    """Says what it got."""
    return f"{type(a).__name__} {type(b).__name__} {type(c).__name__} {a} {b} {c} {d}"


def maybe(a: str | None, b: str = "x", c: datetime.date = datetime.date(2026, 1, 2)) -> str | None:
    return None if a is None else f"{a}{b}{c}"


def joined(*words: str) -> list[str]:
    return [shout(word) for word in words]


def pairs(end: int) -> Iterator[Pair]:
    for n in range(end):
        yield {"name": f"n{n}", "n": n + 9007199254740993}


def moved(at: datetime.datetime) -> datetime.datetime:
    return at + datetime.timedelta(days=1)


def flipped(data: bytes) -> bytes:
    return data[::-1]


# @name public.add_note
def add(id: int, title: str) -> int:
    sql("insert into public.note values ($1, $2)", id, title)
    return len(sql("select * from public.note where id = any ($1)", [id, -1]))


def tried(title: str) -> str:
    try:
        add(1, title)
    except SqlError as error:
        return error.constraint
    return ""


# sql: (payload jsonb, kind text default 'a') returns jsonb stable
def keys(payload, kind):
    return {"keys": sorted(payload), "kind": kind}


def tidy(event: Trigger) -> Trigger:
    event["new"]["title"] = event["new"]["title"].strip()


def fails(n: int) -> int:
    größe = "ü"; return 1 // n


def _own(x):
    return x
`;

test(
  "functions of a .py file are callable from SQL, in a Python worker where the database has no Python",
  { skip: needsSuperuser || withoutPython },
  async (t) => {
    const project = await testProject(t, {
      "migrations/1_m.sql":
        "create table public.note (id int primary key, title text constraint note_title check (title <> ''));",
      "functions/words.py": functions,
      "functions/_words.py": 'def shout(word: str) -> str:\n    return word.upper() + "!"\n',
      "functions/tidy.sql": "create trigger tidy before insert on public.note for each row execute function tidy();",
    });
    await project.assemble();
    const { connection } = project;
    const is = async (expression: string, expected: unknown): Promise<void> =>
      assert.deepEqual(await value(connection, expression), expected, expression);
    await is("whole(9007199254740993, 1.5, 1.10, true)", "int float Decimal 9007199254740993 1.5 1.10 True");
    await is("maybe('a')", "ax2026-01-02");
    await is("maybe('a', c => '2026-02-03')", "ax2026-02-03");
    await is("maybe(null)", null);
    await is("joined('a', 'b')", ["A!", "B!"]);
    await is("(select string_agg(name || n, ',') from pairs(2))", "n09007199254740993,n19007199254740994");
    await is("moved('2026-01-01T00:00:00Z') = '2026-01-02T00:00:00Z'", true);
    await is("flipped('\\x0102')", Buffer.from([2, 1]));
    await is('keys(\'{"b": 1, "a": 2}\')', { keys: ["a", "b"], kind: "a" });
    await is("add_note(7, ' it''s ')", "1");
    await is("(select title from note)", "it's");
    await is("tried('')", "note_title");
    await is("obj_description('whole'::regproc)", "Says what it got.");
    await is("to_regproc('_own')", null);
    await project.save({ "seeds/1_s.sql": "select\n  fails(0);" });
    const error = await failureOf(project.assemble({ seeds: true }));
    assert.equal(error.message, "ZeroDivisionError: integer division or modulo by zero");
    assert.deepEqual(error.position, { file: "functions/words.py", line: 65, column: 25 });
  },
);

test(
  "mistakes in a .py file are found before anything counts, each at its place",
  { skip: needsSuperuser },
  async (t) => {
    const project = await testProject(t);
    const broken: readonly (readonly [string, string])[] = [
      ["def a(b: str) -> str:\n    return b +\n", "WD490 2:15 the file ends too early"],
      ["def a(b) -> str:\n    return b\n", 'WD493 1:7 parameter "b" has no type'],
      ["def a(b: str):\n    return b\n", 'WD493 1:5 function "a" says nothing of its result'],
      ["def a(b: complex) -> str:\n    return ''\n", 'WD491 1:10 parameter "b" has no type that SQL knows'],
      ["async def a(b: str) -> str:\n    return b\n", 'WD493 1:11 function "a" is async'],
      ["# sql: (a int) return text\ndef a(a):\n    return a\n", "WD492 1:27"],
      ["x = 1\n", "WD498 1:1 functions/x.py defines no routine"],
    ];
    for (const [text, expected] of broken) {
      await project.save({ "functions/x.py": text });
      const { code, position, message } = await failureOf(project.assemble());
      const told = `${code} ${position?.line}:${position?.column} ${message}`;
      assert.ok(told.startsWith(expected), `${told}, not ${expected}`);
    }
  },
);
