import assert from "node:assert/strict";
import { test } from "node:test";
import { testPool } from "../../test/support/request-pool.ts";
import { RequestJob } from "./request-job.ts";
import { inlineCleanup } from "./request-message.ts";

/** A deferred trigger that defers itself again for each row below 3, and leaves something on the session behind the last. */
const chain = `
  create table chain (id int);
  grant all on chain to public;
  create function go_on() returns trigger language plpgsql as $$ begin
    set constraints all deferred;
    if new.id < 3 then insert into chain values (new.id + 1);
    else perform set_config('app.user', 'ann', false), pg_advisory_lock(7); end if;
    return null;
  end $$;
  create constraint trigger go_on after insert on chain deferrable initially deferred
    for each row execute function go_on()`;

for (const first of [1, 2, 3]) {
  test(`what deferred triggers defer once more reaches no later request, from the row ${first} on`, async (t) => {
    const { ask, admin } = await testPool(t);
    await admin.execute(chain);
    await ask("insert into chain values ($1)", String(first));
    const left = `select coalesce(nullif(current_setting('app.user', true), ''), 'unset'),
      (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())`;
    assert.deepEqual(await ask(left), [["unset", "0"]]);
    assert.deepEqual(await ask("select count(*) from chain"), [[String(4 - first)]]);
    assert.deepEqual(await ask("select current_setting('transaction_read_only')"), [["off"]]);
  });
}

test("a temporary table whose triggers were deferred once more goes with its request", async (t) => {
  const { ask, admin, target } = await testPool(t);
  await admin.execute(`grant temporary on database ${target.database} to public;
    create function own_chain() returns void language plpgsql as $f$ begin
      create temporary table own (id int);
      create function pg_temp.on_own() returns trigger language plpgsql as $$ begin
        set constraints all deferred;
        if new.id < 9 then insert into own values (new.id + 1);
        else perform set_config('app.user', 'ann', false); end if;
        return null;
      end $$;
      create constraint trigger on_own after insert on own deferrable initially deferred
        for each row execute function pg_temp.on_own();
      insert into own values (1);
    end $f$`);
  await ask("select own_chain()");
  const left = `select coalesce(nullif(current_setting('app.user', true), ''), 'unset'),
    (select count(*) from pg_class where relname = 'own')`;
  assert.deepEqual(await ask(left), [["unset", "0"]]);
});

test("a query with a generic plan that fails runs once, whatever its function calls the failure", async (t) => {
  const { pool, asAnon, admin } = await testPool(t);
  await admin.execute(`create sequence runs; grant usage on runs to public;
    create function failing(state text) returns int language plpgsql as $$ begin
      perform nextval('runs');
      raise exception using errcode = state;
    end $$`);
  const states = ["0A000", "26000", "0A000", "26000"];
  for (const state of states) {
    const query = { text: "select failing($1)", values: [state], plan: "generic" as const };
    await assert.rejects(pool.run(asAnon, [query]), { code: "WD203" });
  }
  const [row] = await admin.query<{ runs: string }>({ text: "select last_value::text as runs from runs", values: [] });
  assert.equal(row?.runs, String(states.length));
});

test("a pool that closes waits for what is sent again on another connection", async (t) => {
  const { pool, asAnon, ask, admin } = await testPool(t);
  await admin.execute(
    "create function forget() returns void language plpgsql as $$ begin execute 'deallocate all'; end $$",
  );
  await ask("select 'ours'");
  let isDone = false;
  const queries = ["select forget()", "select 'ours'"].map((text) => ({ text, values: [] }));
  const run = pool.run(asAnon, queries).finally(() => (isDone = true));
  await pool.close();
  assert.equal(isDone, true);
  assert.equal((await run).length, 2);
});

test("a setting that says how to commit is not taken back ahead of the commit", () => {
  const cleanup = (settings: Readonly<Record<string, string>>, accessMode?: "read only") =>
    inlineCleanup(new RequestJob({ role: "anon", settings, accessMode }, [], undefined), 180_000);
  assert.equal(cleanup({ synchronous_commit: "off" }), undefined);
  assert.equal(cleanup({ synchronous_commit: "off" }, "read only"), "reads");
  assert.equal(cleanup({}), "writes");
});
