import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import { testDatabase } from "../../../test/support/database.ts";
import { readModel, type Model } from "../../diff/index.ts";
import type { Connection } from "../../postgres/index.ts";
import { readLiveModel } from "./live-model.ts";

const start = `create table public.account (id integer primary key, name text);
create view public.named as select name from public.account;`;

/** Each changes something that a model tells. */
const changes = [
  "alter table public.account rename column name to nama",
  "alter table public.account alter column nama set not null",
  "comment on table public.account is 'who'",
  "comment on table public.account is 'wha'",
  "grant select on public.account to public",
  "create index account_nama on public.account (nama)",
  "drop index public.account_nama",
  "alter table public.account enable row level security",
  "create function public.one() returns integer language sql return 1",
  "create or replace function public.one() returns integer language sql return 2",
  "drop view public.named",
  "create sequence public.counter",
  "alter sequence public.counter increment by 2",
];

async function open(t: TestContext): Promise<Connection> {
  const { connection } = await testDatabase(t);
  await connection.execute(start);
  return connection;
}

function live(connection: Connection): Promise<Model> {
  return connection.transaction(async (tx) => readLiveModel(tx, {}));
}

suite("the model of the live database", () => {
  test("is not read twice while nothing changes", async (t) => {
    const connection = await open(t);
    // Roles and databases are the whole cluster's: other tests make them meanwhile, and then it is read again.
    for (let attempt = 0; attempt < 50; attempt++) {
      const before = await live(connection);
      await connection.execute("insert into public.account (id) values (1); analyze public.account");
      if ((await live(connection)) === before) return;
      await connection.execute("delete from public.account");
    }
    assert.fail("it was read each time");
  });

  test("is read again after every change, what was taken back too", async (t) => {
    const connection = await open(t);
    await live(connection);
    for (const change of changes) {
      await connection.execute(change);
      assert.deepEqual(
        (await live(connection)).facts,
        (await connection.transaction((tx) => readModel(tx))).facts,
        change,
      );
    }
    const before = await live(connection);
    await connection.execute("begin; alter table public.account add column more text; rollback");
    assert.deepEqual((await live(connection)).facts, before.facts);
  });

  test("of a transaction that is rolled back holds no longer than that", async (t) => {
    const connection = await open(t);
    const before = await live(connection);
    await connection
      .transaction(async (tx) => {
        await tx.execute("alter table public.account add column more text");
        const inside = await readLiveModel(tx, {});
        assert.ok(inside.facts.has("column public.account.more"));
        throw new Error("rolled back");
      })
      .catch(() => {});
    assert.deepEqual((await live(connection)).facts, before.facts);
  });
});
