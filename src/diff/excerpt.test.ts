import assert from "node:assert/strict";
import { test } from "node:test";
import { inScratch } from "../../test/support/scratch-database.ts";
import { excerptOf, planDiff, readModel, type Model } from "./index.ts";

const schema = `
  create type mood as enum ('sad', 'ok');
  create table owner (id integer primary key, secret text unique);
  create index by_secret on owner (secret);
  create table account (
    id integer primary key,
    mood mood,
    owner_id integer constraint owned references owner
  );
  create view everybody as select id, mood from account;
  create view names as select id from everybody;
  create table letter (id integer primary key, account_id integer constraint sent references account, text text);
  create index by_text on letter (text);
  create table stamp (letter_id integer references letter);
  create table log (at date not null, account_id integer) partition by range (at);
  create table log_1 partition of log for values from ('2020-01-01') to ('2021-01-01');
  create index log_at on log (at);
  create table aside (id integer primary key);
  create view beside as select id from aside;
`;

/** What is in the excerpt around these facts, without columns and what no schema holds. */
async function taken(options: Parameters<typeof excerptOf>[1]): Promise<readonly string[]> {
  return await inScratch(async (tx) => {
    const empty = await readModel(tx);
    await tx.execute(`set local search_path = public; ${schema}`);
    const whole = await readModel(tx);
    const excerpt = excerptOf(whole, options);
    await assertMakeable(empty, excerpt);
    return [...excerpt.facts.values()]
      .filter(({ kind, schema: place, name }) => kind !== "column" && place !== null && !name.startsWith("not null "))
      .map(({ key }) => key.replaceAll("public.", ""))
      .toSorted();

    async function assertMakeable(from: Model, to: Model): Promise<void> {
      await tx.execute("drop schema public cascade; create schema public");
      const { actions } = planDiff(from, to);
      for (const { statements } of actions) for (const statement of statements) await tx.execute(statement);
      const made = await readModel(tx);
      assert.deepEqual([...made.facts.keys()].toSorted(), [...to.facts.keys()].toSorted());
    }
  });
}

test("an excerpt holds a changed table, what hangs on it and what that stands on, and nothing else", async () => {
  assert.deepEqual(await taken({ changed: ["column public.account.mood"] }), [
    "constraint account.account_pkey",
    "constraint account.owned",
    "constraint letter.sent",
    "constraint owner.owner_pkey",
    "enum mood",
    "table account",
    "table letter",
    "table owner",
    "view everybody",
    "view names",
  ]);
});

test("partitions come with the table that they are parts of, whichever is named", async () => {
  const family = [
    "index log.log_at",
    "index log_1.log_1_at_idx",
    'inheritance log_1."log"',
    "table log",
    "table log_1",
  ];
  const options: readonly Parameters<typeof excerptOf>[1][] = [
    { changed: ["table public.log_1"] },
    { changed: [], named: ["index public.log.log_at"] },
  ];
  for (const option of options) {
    const keys = await taken(option);
    assert.deepEqual(
      keys.filter((key) => !key.startsWith("constraint ")),
      family,
    );
  }
});

test("of what is only pointed to, there is all of it and nothing that depends on it", async () => {
  assert.deepEqual(await taken({ changed: [], named: ["constraint public.owner.owner_pkey", "table public.gone"] }), [
    "constraint owner.owner_pkey",
    "constraint owner.owner_secret_key",
    "index owner.by_secret",
    "table owner",
  ]);
});

test("a changed type comes with every table that has values of it", async () => {
  const keys = await taken({ changed: ["enum public.mood"] });
  assert.deepEqual(
    keys.filter((key) => /^(?:table|view|enum) /.test(key)),
    ["enum mood", "table account", "view everybody", "view names"],
  );
});
