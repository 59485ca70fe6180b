import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { schemaPair, type Passage, type SchemaPair } from "../../../test/support/schema-pair.ts";
import { planDiff, readModel, type Fact, type Model } from "../index.ts";
import { testDatabase } from "../../../test/support/database.ts";
import { enumCast, labelKey, renameLabel } from "./enum.ts";

/** A type with the labels and everything that can hang on one. */
function users(labels: string): string {
  return `
    create type public.mood as enum (${labels});
    comment on type public.mood is 'm';
    grant usage on type public.mood to pg_monitor;
    create function public.cheer(m public.mood) returns public.mood language sql immutable as 'select m';
    create table public.diary (
      id integer primary key,
      mood public.mood not null default 'ok',
      moods public.mood[] default '{ok}',
      constraint fine check (mood <> 'happy' or id > 0)
    );
    create index diary_mood on public.diary (mood);
    create index diary_ok on public.diary (id) where mood = 'ok';
    create index diary_cheer on public.diary (public.cheer(mood));
    create view public.v as select id, mood, moods from public.diary where mood >= 'ok';
    create materialized view public.w as select mood, count(*) from public.diary group by mood;
    create unique index on public.w (mood);
    create function public.of(public.diary) returns public.mood language sql as 'select $1.mood';
    create policy p on public.diary using (mood = 'ok');
    create trigger t before update of mood on public.diary
      for each row when (new.mood = 'ok') execute function suppress_redundant_updates_trigger();
  `;
}

const data = "insert into public.diary values (1, 'ok', '{ok,happy}'), (2, 'happy', null), (3, 'ok', '{}')";

async function change(t: TestContext, before: string, after: string, rest: Partial<SchemaPair> = {}): Promise<Passage> {
  return await schemaPair(t, { before: users(before), after: users(after), data, ...rest });
}

test("labels are added where they belong, one statement each", async (t) => {
  const { statements, actions } = await schemaPair(t, {
    before: "create type public.mood as enum ('ok', 'happy')",
    after: "create type public.mood as enum ('awful', 'sad', 'ok', 'fine', 'it''s well', 'happy', 'mad', 'last')",
  });
  assert.deepEqual(statements, [
    "alter type public.mood add value 'awful' before 'ok'",
    "alter type public.mood add value 'sad' after 'awful'",
    "alter type public.mood add value 'fine' after 'ok'",
    "alter type public.mood add value 'it''s well' after 'fine'",
    "alter type public.mood add value 'mad'",
    "alter type public.mood add value 'last'",
  ]);
  assert.ok(actions.every(({ aspect, loss }) => aspect === "label" && loss === undefined));
});

test("an enum without labels gets some", async (t) => {
  const { statements } = await schemaPair(t, {
    before: "create type public.mood as enum ()",
    after: "create type public.mood as enum ('a', 'b')",
  });
  assert.deepEqual(statements, ["alter type public.mood add value 'a'", "alter type public.mood add value 'b'"]);
});

test("a new label is the default of a column in the same plan", async (t) => {
  const made = (labels: string, value: string): string => `
    create type public.mood as enum (${labels});
    create table public.diary (id integer, mood public.mood default '${value}')`;
  await schemaPair(t, {
    before: made("'ok', 'happy'", "ok"),
    after: made("'ok', 'fine', 'happy'", "fine"),
    data: "insert into public.diary values (1, 'happy')",
    expect: { untouched: ["public.diary"] },
  });
});

test("a label that no row uses goes under indexes, defaults, checks, views, functions and policies", async (t) => {
  const { actions } = await change(t, "'sad', 'ok', 'happy', 'mad'", "'ok', 'happy'");
  const losses = actions.flatMap(({ loss }) => loss ?? []);
  assert.deepEqual(
    losses.map(({ what, name }) => [what, name]),
    [
      ["label", "public.mood.sad"],
      ["label", "public.mood.mad"],
    ],
  );
  const probes = actions.flatMap(({ probes: list }) => list);
  assert.deepEqual([...new Set(probes.map(({ what }) => what))], ["label"]);
});

test("labels change places, and rows, arrays and indexes follow the new order", async (t) => {
  const { rowsOf } = await change(t, "'ok', 'happy'", "'happy', 'ok'");
  const rows = await rowsOf<{ id: number; moods: string }>(
    "select id, moods::text as moods from public.diary order by mood, id",
  );
  assert.deepEqual(rows, [
    { id: 2, moods: null },
    { id: 1, moods: "{ok,happy}" },
    { id: 3, moods: "{}" },
  ]);
});

test("rows with a label that goes take the one that stands for it, in arrays as well", async (t) => {
  const { rowsOf, actions } = await change(t, "'sad', 'ok', 'happy'", "'ok', 'happy'", {
    data: `insert into public.diary values (1, 'sad', '{sad,happy,null}'), (2, 'happy', '{{sad,ok},{ok,sad}}')`,
    using: { "label public.mood.sad": "ok" },
    expect: { changed: ["public.diary.mood", "public.diary.moods"] },
  });
  assert.deepEqual(await rowsOf("select id, mood::text as mood, moods::text as moods from public.diary order by id"), [
    { id: 1, mood: "ok", moods: "{ok,happy,NULL}" },
    { id: 2, mood: "happy", moods: "{{ok,ok},{ok,ok}}" },
  ]);
  assert.ok(actions.every(({ loss }) => loss === undefined));
});

test("a label in use is counted, its first row shown, and nothing is changed", async (t) => {
  const { connection } = await testDatabase(t);
  await connection.execute(users("'sad', 'ok', 'happy'"));
  await connection.execute(
    "create domain public.temper as public.mood; alter table public.diary add temper public.temper",
  );
  await connection.execute("insert into public.diary values (1, 'ok', '{sad}', 'ok'), (2, 'sad', '{sad,sad}', 'sad')");
  const from = await connection.transaction((tx) => readModel(tx));
  const { actions } = planDiff(from, without(from, "sad"));
  const aside = actions.find((action) => action.aspect === "aside" && action.from?.kind === "enum");
  assert.equal(aside?.loss?.name, "public.mood.sad");
  assert.deepEqual(await connection.query({ text: aside?.loss?.count ?? "", values: [] }), [{ count: "4" }]);
  const found: string[] = [];
  for (const { sql, message } of aside?.probes ?? []) {
    const [row] = await connection.query<{ row: string }>({ text: sql, values: [] });
    if (row !== undefined) found.push(`${message}: ${row.row}`);
  }
  assert.deepEqual(found.toSorted(), [
    'column mood of public.diary holds labels that public.mood is to lose: sad: (2,sad,"{sad,sad}",sad)',
    "column moods of public.diary holds labels that public.mood is to lose: sad: (1,ok,{sad},ok)",
    'column temper of public.diary holds labels that public.mood is to lose: sad: (2,sad,"{sad,sad}",sad)',
  ]);
});

function without(model: Model, label: string): Model {
  const facts = new Map(model.facts);
  const type = facts.get("enum public.mood");
  assert.ok(type);
  const labels = (type.props["labels"] as readonly string[]).filter((other) => other !== label);
  return { ...model, facts: facts.set(type.key, { ...type, props: { labels } }) };
}

test("a label is renamed, an enum moved, by hints", async (t) => {
  const { connection } = await testDatabase(t);
  await connection.execute("create type public.mood as enum ('sad', 'ok')");
  const model = await connection.transaction((tx) => readModel(tx));
  const type = model.facts.get("enum public.mood");
  assert.ok(type);
  assert.equal(renameLabel(type, "sad", "it's"), "alter type public.mood rename value 'sad' to 'it''s'");
  assert.equal(labelKey(type, "Very sad"), 'label public.mood."Very sad"');
  await schemaPair(t, {
    before: `create schema s; ${users("'ok', 'happy'")}`,
    after: `create schema s; ${users("'ok', 'happy'").replaceAll("public.mood", "s.temper")}`,
    renames: [{ from: "enum public.mood", to: "enum s.temper" }],
    data,
    expect: { untouched: ["public.diary"] },
  });
});

test("the cast of a column names only labels that go and have a successor", () => {
  const type = (labels: readonly string[]): Fact =>
    ({
      ...{ kind: "enum" as const, key: "enum public.mood", schema: "public", relation: null, name: "mood", args: null },
      ...{ parent: null, address: "", owner: null, comment: null, acl: null, props: { labels } },
    }) as const;
  const model = (labels: readonly string[]) =>
    ({ facts: new Map([["enum public.mood", type(labels)]]) }) as unknown as Model;
  const context = {
    ...{ from: model(["sad", "mad", "ok"]), to: model(["ok"]), options: {}, backfill: new Map<string, string>() },
    using: new Map([
      ["label public.mood.sad", "ok"],
      ["label public.mood.ok", "never"],
    ]),
    inlined: () => [],
    stands: () => true,
    isMade: () => false,
  };
  assert.equal(
    enumCast(context, type(["ok"]), "mood", false),
    "(case mood::text when 'sad' then 'ok' else mood::text end)::public.mood",
  );
  assert.equal(enumCast(context, type(["ok"]), "m", true), "array_replace(m::text[], 'sad', 'ok')::public.mood[]");
});
