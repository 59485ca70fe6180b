import assert from "node:assert/strict";
import { test } from "node:test";
import { needsSuperuser } from "../../test/support/database.ts";
import { failureOf, testProject, type TestProject } from "../../test/support/project.ts";

/** Each routine of public as Postgres has it: `name(arguments) → result`, and whether it is other than volatile. */
async function signatures({ connection }: TestProject): Promise<readonly string[]> {
  const rows = await connection.query<{ text: string }>({
    text: `select concat(proname, '(', pg_get_function_arguments(oid), ') → ', pg_get_function_result(oid),
        case provolatile when 'i' then ' immutable' when 's' then ' stable' end,
        case when prosecdef then ' definer' end) as text
      from pg_proc where pronamespace = 'public'::regnamespace order by 1`,
    values: [],
  });
  return rows.map(({ text }) => text);
}

const python = `from typing import Annotated, Iterator, Literal, Optional, Sequence, TypedDict, Union
import datetime, uuid


class Row(TypedDict):
    id: int
    at: Optional[datetime.date]


def optional(a: Optional[int], b: Union[str, None] = None, c: bool = True) -> Optional[float]:
    return None


def kinds(a: uuid.UUID, b: datetime.timedelta, c: datetime.time, d: dict, e: Sequence[int]) -> bytearray:
    return b""


def named(a: Annotated[str, "public.mood"], b: Literal["x", "y"]) -> Annotated[str, "public.mood"]:
    return a


def listed() -> list[Row]:
    return []


def numbers(*ns: int) -> Iterator[int]:
    return iter(ns)


# @stable
# @security definer
def nothing() -> None:
    pass


# sql: (a int default 1) returns setof text immutable security definer set search_path = ''
def said(a):
    return []
`;

test("annotations of Python become signatures of SQL", { skip: needsSuperuser }, async (t) => {
  const project = await testProject(t, {
    "migrations/1_m.sql": "create type public.mood as enum ('sad');",
    "functions/all.py": python,
  });
  await project.assemble();
  assert.deepEqual(await signatures(project), [
    "kinds(a uuid, b interval, c time without time zone, d jsonb, e bigint[]) → bytea",
    "listed() → TABLE(id bigint, at date)",
    "named(a mood, b text) → mood",
    "nothing() → void stable definer",
    "numbers(VARIADIC ns bigint[]) → SETOF bigint",
    "optional(a bigint, b text DEFAULT NULL::text, c boolean DEFAULT true) → double precision",
    "said(a integer DEFAULT 1) → SETOF text immutable definer",
  ]);
});

const typescript = (type: string): string => `
/** @immutable */
export function twice(n: ${type}): ${type} { return n; }
export function other(): string { return "x"; }
`;

test(
  "what stands on a function in TypeScript follows its signature, and a removed one is removed",
  {
    skip: needsSuperuser,
  },
  async (t) => {
    const project = await testProject(t, {
      "migrations/1_m.sql": "create table public.note (id int primary key);",
      "functions/twice.ts": typescript("number"),
      "functions/view.sql": "create view public.doubled as select id, public.twice(id) as twice from public.note;",
    });
    await project.assemble();
    assert.deepEqual(await signatures(project), [
      "other() → text",
      "twice(n double precision) → double precision immutable",
    ]);
    await project.save({ "functions/twice.ts": typescript("bigint").replace(/export function other.*\n/, "") });
    await project.assemble();
    assert.deepEqual(await signatures(project), ["twice(n bigint) → bigint immutable"]);
    const [column] = await project.connection.query<{ type: string }>({
      text: "select format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = 'public.doubled'::regclass and attname = 'twice'",
      values: [],
    });
    assert.equal(column?.type, "bigint");
    await project.save({ "functions/twice.ts": null, "functions/view.sql": null });
    await project.assemble();
    assert.deepEqual(await signatures(project), []);
  },
);

test("each language that the database lacks is refused by name, with its file", async (t) => {
  const project = await testProject(t);
  const lacking: readonly (readonly [string, string, string])[] = [
    ["a.lua", "-- sql: () returns int\nreturn 1\n", "pllua or plluau"],
    ["a.r", "# sql: () returns int\nreturn(1)\n", "plr"],
    ["a.sh", "#!/bin/sh\n# sql: () returns text\necho 1\n", "plsh"],
  ];
  for (const [name, text, languages] of lacking) {
    await project.save({ [`functions/${name}`]: text });
    const { code, message, position } = await failureOf(project.assemble());
    assert.deepEqual(
      [code, position?.file, message],
      ["WD494", `functions/${name}`, `this database has no ${languages}`],
    );
    await project.save({ [`functions/${name}`]: null });
  }
});
