import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { needsSuperuser } from "../../test/support/database.ts";
import { testPool, type TestPool } from "../../test/support/request-pool.ts";
import { until } from "../../test/support/until.ts";
import { readRow } from "./backend.ts";
import { appendCleanup, checkValues, CleanupPhase, prepareCleanup, setupText } from "./cleanup.ts";
import { Frontend } from "./frontend.ts";
import type { RequestPool } from "./request-pool.ts";
import { sql } from "./sql.ts";
import type { Target } from "./target.ts";
import { openWire } from "./wire.ts";

interface Leak {
  readonly name: string;
  /** The body of a PL/pgSQL function that a request calls; $strong stands for a role that the login may take. */
  readonly body: string;
  /** What a later request would see of it: one value. */
  readonly seen: string;
  /** It leaves something that can't be undone, so the connection is thrown away. */
  readonly discards?: true;
  /** The end of the transaction undoes it already. */
  readonly stays?: false;
  /** Only a superuser can do it, so that the pool's login has to be one. */
  readonly superuser?: true;
}

const setting = (name: string, value: string): Leak => ({
  name: `the session setting ${name}`,
  body: `perform set_config('${name}', '${value}', false);`,
  // A custom setting reads '' where it was never set: see cleanup.ts.
  seen: `select coalesce(nullif(current_setting('${name}', true), ''), 'unset')`,
});

const local = (name: string, value: string): Leak => ({
  ...setting(name, value),
  name: `the local setting ${name}`,
  stays: false,
  body: `perform set_config('${name}', '${value}', true);`,
});

/** Seen from within a request that drops the role it was given, and falls back to what the session has. */
const sessionRole = "select session_user || ' ' || current_user || ' ' || current_setting('role')";

const leaks: readonly Leak[] = [
  { name: "a stronger role", body: "set role $strong;", seen: sessionRole },
  { name: "a local stronger role", stays: false, body: "set local role $strong;", seen: sessionRole },
  { name: "a role by set_config", body: "perform set_config('role', '$strong', false);", seen: sessionRole },
  { name: "no role at all", stays: false, body: "reset role;", seen: sessionRole },
  { name: "another user", body: "set session authorization $strong;", seen: sessionRole, superuser: true },
  setting("app.user", "ann"),
  local("app.user", "ann"),
  setting("search_path", "pg_temp, pg_catalog"),
  setting("statement_timeout", "1ms"),
  setting("lock_timeout", "5ms"),
  setting("TimeZone", "Asia/Kathmandu"),
  setting("DateStyle", "German, DMY"),
  setting("client_encoding", "LATIN1"),
  setting("client_min_messages", "debug5"),
  setting("standard_conforming_strings", "off"),
  setting("default_transaction_read_only", "on"),
  setting("default_transaction_isolation", "serializable"),
  setting("idle_in_transaction_session_timeout", "7s"),
  setting("application_name", "somebody else"),
  setting("row_security", "off"),
  setting("plan_cache_mode", "force_custom_plan"),
  local("TimeZone", "Asia/Kathmandu"),
  local("statement_timeout", "7s"),
  {
    name: "a prepared statement",
    body: "execute 'prepare leaked as select 1';",
    seen: "select count(*) from pg_prepared_statements where from_sql",
    discards: true,
  },
  {
    name: "a poisoned statement, under the name of one of ours",
    body: `perform 1; execute (select format('deallocate %1$I; prepare %1$I as select ''poisoned''', min(name))
      from pg_prepared_statements where not from_sql);`,
    seen: "select count(*) from pg_prepared_statements where from_sql",
    discards: true,
  },
  {
    name: "the loss of prepared statements",
    body: "deallocate all;",
    seen: "select count(*) from pg_prepared_statements where name like 'c%'",
    discards: true,
  },
  {
    name: "a temporary table",
    body: "create temporary table entry (id int);",
    seen: "select count(*) from pg_class where relname = 'entry' and relpersistence = 't'",
  },
  {
    name: "a temporary function",
    body: "create function pg_temp.f() returns int language sql as 'select 1';",
    seen: "select count(*) from pg_proc where proname = 'f'",
  },
  {
    name: "a session's advisory lock",
    body: "perform pg_advisory_lock(42), pg_advisory_lock(42), pg_advisory_lock_shared(43);",
    seen: "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()",
  },
  {
    name: "a cursor with hold",
    body: "execute 'declare kept cursor with hold for select 1';",
    seen: "select count(*) from pg_cursors where name = 'kept'",
  },
  { name: "a LISTEN", body: "listen leaked;", seen: "select count(*) from pg_listening_channels()" },
  { name: "lastval", body: "perform nextval('numbers');", seen: "select try_lastval()" },
  {
    name: "the seed of random()",
    body: "perform setseed(0.25);",
    seen: "select seeded()",
  },
];

const prelude = `
  create sequence numbers;
  grant all on numbers to public;
  grant create on schema public to public;
  create function try_lastval() returns text language plpgsql as
    $$ begin return lastval(); exception when others then return 'none'; end $$;
  -- True when random() goes on as it does after setseed(0.25).
  create function seeded() returns bool language plpgsql as $$
    declare now float8 := random(); known float8; begin
      perform setseed(0.25);
      for i in 1..20 loop known := random(); if known = now then return true; end if; end loop;
      return false; end $$;`;

/** One database with a function for each leak. */
async function leakyPool(t: TestContext, chosen: readonly Leak[]): Promise<TestPool> {
  const made = await testPool(t);
  await made.admin.execute(prelude);
  await made.admin.execute(`grant temporary on database ${made.target.database} to public`);
  for (const [index, leak] of chosen.entries()) {
    const body = leak.body.replaceAll("$strong", made.roles.strong);
    await made.admin.execute(
      `create function leak_${index}() returns void language plpgsql as $f$ begin ${body} end $f$`,
    );
  }
  if (chosen.some((leak) => leak.superuser))
    await made.admin.execute(`alter role ${made.roles.authenticator} superuser`);
  return made;
}

/** A session on which a statement can be run with and without the cleanup behind it. */
class BareSession {
  static async open(target: Target): Promise<BareSession & AsyncDisposable> {
    const session = new BareSession();
    const options = { applicationName: "howdah", connectTimeoutMs: 5000 };
    session.#wire = await openWire(target, options, {
      onMessage: (code, bytes, start, end) => {
        if (code === 0x44) session.#value = readRow(bytes, start)[0]?.toString() ?? "null";
        if (code === 0x45) session.#value = bytes.toString("utf8", start, end);
        session.#cleanup.onMessage(code, bytes, start, end);
        if (code === 0x5a) session.#ready.resolve();
      },
      onClose: () => session.#ready.resolve(),
      maxMessageBytes: 1_000_000,
    });
    const out = new Frontend();
    prepareCleanup(out);
    await session.#send(out.parse("ours", "select 1").sync());
    return session;
  }

  #wire: Awaited<ReturnType<typeof openWire>> | undefined;
  #value = "";
  #ready = Promise.withResolvers<void>();
  #cleanup = new CleanupPhase();

  /** The first value of a statement. */
  async value(name: string, text: string): Promise<string> {
    await this.#send(new Frontend().parse(name, text).sync());
    await this.#send(new Frontend().bind(name, []).execute().sync());
    return this.#value;
  }

  /** Runs the cleanup, and what begins the next request: what they find. `held` statements beside its own are expected. */
  async clean(held: number): Promise<string | undefined> {
    this.#cleanup = new CleanupPhase();
    const out = new Frontend();
    appendCleanup(out);
    await this.#send(out);
    await this.#send(new Frontend().parse("", setupText(0)).bind("", checkValues(held)).execute().sync());
    return this.#cleanup.dirt;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#wire?.end();
  }

  async #send(out: Frontend): Promise<void> {
    this.#ready = Promise.withResolvers<void>();
    this.#wire?.send(out.bytes());
    await this.#ready.promise;
  }
}

const groups = {
  "an ordinary login": leaks.filter((leak) => !leak.superuser),
  "a superuser": leaks.filter((leak) => leak.superuser),
};

for (const [login, chosen] of Object.entries(groups)) {
  const skip = login === "a superuser" && needsSuperuser;
  test(`the cleanup undoes or finds what functions leave on a session of ${login}`, { skip }, async (t) => {
    const { target } = await leakyPool(t, chosen);
    for (const [index, leak] of chosen.entries()) {
      await t.test(leak.name, async () => {
        const [before, after] = await observe(target, leak, index, false);
        // That it is seen without the cleanup is what makes this suite able to fail.
        if (leak.stays !== false) assert.notEqual(after, before);
        const [clean, cleaned] = await observe(target, leak, index, true);
        assert.equal(cleaned, clean);
      });
    }
  });

  for (const ending of [
    "success",
    "error",
    "abort",
    "timeout",
    "rollback",
    "serializable",
    "planned",
    "stream",
    "read only",
  ] as const) {
    test(`nothing that functions leave on ${login} reaches the next request after ${ending}`, { skip }, async (t) => {
      const made = await leakyPool(t, chosen);
      const pool = made.another({ statementTimeoutMs: ending === "timeout" ? 150 : 20_000 });
      for (const [index, leak] of chosen.entries()) {
        await t.test(leak.name, async () => {
          const look = { text: `select pg_backend_pid(), (${leak.seen})`, values: [] };
          const [before] = await pool.run(made.asAnon, [look]);
          await end(pool, made, `select leak_${index}()`, ending);
          const [after] = await pool.run(made.asAnon, [look]);
          assert.equal(String(after?.rows[0]?.[1]), String(before?.rows[0]?.[1]));
          const samePid = String(after?.rows[0]?.[0]) === String(before?.rows[0]?.[0]);
          assert.equal(samePid, leak.discards !== true);
        });
      }
    });
  }

  test(`nothing that functions leave on ${login} reaches a request that rides behind theirs`, { skip }, async (t) => {
    const made = await leakyPool(t, chosen);
    const pool = made.another({ max: 1 });
    const reading = { ...made.asAnon, accessMode: "read only" } as const;
    for (const [index, leak] of chosen.entries()) {
      await t.test(leak.name, async () => {
        const look = { text: leak.seen, values: [] };
        const leaking = { text: `select leak_${index}()`, values: [] };
        const [before] = await pool.run(reading, [look]);
        // Once more, so that nothing has to be prepared: then others are sent behind it.
        await pool.run(reading, [leaking]).catch(() => {});
        await pool.run(reading, [look]);
        const head = pool.run(reading, [leaking]).catch(() => {});
        const behind = [pool.run(reading, [look]), pool.run(reading, [look])];
        const [, ...seen] = await Promise.all([head, ...behind]);
        for (const result of seen) assert.equal(String(result[0]?.rows[0]?.[0]), String(before?.rows[0]?.[0]));
      });
    }
  });
}

/** What is seen before and after a leak, without or with the cleanup between. */
async function observe(target: Target, leak: Leak, index: number, clean: boolean): Promise<readonly [string, string]> {
  await using session = await BareSession.open(target);
  const before = await session.value("seen", leak.seen);
  assert.doesNotMatch(await session.value("leak", `select leak_${index}()`), /ERROR/);
  if (!clean) return [before, await session.value("seen_again", leak.seen)];
  const dirt = await session.clean(3);
  assert.equal(dirt !== undefined, leak.discards === true, dirt);
  return [before, leak.discards ? before : await session.value("seen_again", leak.seen)];
}

type Ending =
  | "success"
  | "error"
  | "abort"
  | "timeout"
  | "rollback"
  | "serializable"
  | "planned"
  | "stream"
  | "read only";

async function end(pool: RequestPool, { asAnon, admin, roles }: TestPool, leak: string, ending: Ending): Promise<void> {
  const first = { text: leak, values: [] };
  const sleep = { text: "select pg_sleep(60)", values: [] };
  switch (ending) {
    case "success":
      await pool.run(asAnon, [first]);
      return;
    case "rollback":
      await pool.run({ ...asAnon, end: "rollback" }, [first]);
      return;
    case "serializable":
      await pool.run({ ...asAnon, isolation: "serializable" }, [first]);
      return;
    case "planned":
      await pool.run(asAnon, [{ ...first, plan: "generic" }]);
      return;
    case "read only":
      // Some of them write, and fail.
      await pool.run({ ...asAnon, accessMode: "read only" }, [first]).catch(() => {});
      return;
    case "stream":
      for await (const _row of await pool.stream(asAnon, first)) continue;
      return;
    case "error":
      await assert.rejects(pool.run(asAnon, [first, { text: "select 1/0", values: [] }]), { code: "WD203" });
      return;
    case "timeout":
      await assert.rejects(pool.run(asAnon, [first, sleep]), { code: /WD208|WD203/ });
      return;
    case "abort": {
      const abort = new AbortController();
      const run = pool.run(asAnon, [first, sleep], { signal: abort.signal });
      const ended = assert.rejects(run, { code: /WD207|WD203/ });
      await until("it sleeps, or has ended", async () => {
        if (pool.size.busy === 0) return true;
        const rows = await admin.query(sql`
          select 1 from pg_stat_activity where usename = ${roles.authenticator} and wait_event = 'PgSleep'`);
        return rows.length > 0;
      });
      abort.abort();
      await ended;
    }
  }
}

test("a request can't execute what an earlier one put under the name of a prepared statement", async (t) => {
  const made = await testPool(t);
  await made.admin.execute(`create function poison() returns void language plpgsql as $$
    declare victim text; begin
      select name into strict victim from pg_prepared_statements where statement = 'select ''safe''';
      execute format('deallocate %I', victim);
      execute format('prepare %I as select ''poisoned''', victim);
    end $$`);
  assert.deepEqual(await made.ask("select 'safe'"), [["safe"]]);
  await made.ask("select poison()");
  assert.deepEqual(await made.ask("select 'safe'"), [["safe"]]);
  const reasons = made.events.flatMap((event) => (event.kind === "closed" ? [event.reason] : []));
  assert.deepEqual(reasons, ["a request left statements prepared by SQL, or removed some"]);
});

test("nor does replacing the statements of the cleanup itself help", async (t) => {
  const made = await testPool(t);
  await made.admin.execute(`create function poison() returns void language plpgsql as $$
    declare victim text; begin
      for victim in select name from pg_prepared_statements where name like 'c%' loop
        execute format('deallocate %I', victim);
        execute format('prepare %I as select 1', victim);
      end loop;
      perform set_config('app.user', 'ann', false);
    end $$`);
  await made.ask("select poison()");
  assert.deepEqual(await made.ask("select coalesce(current_setting('app.user', true), 'unset')"), [["unset"]]);
});

test("a session's advisory lock and LISTEN do not outlive the request, even without a next one", async (t) => {
  const { ask, admin, roles, pool } = await testPool(t);
  await admin.execute(`create function hold() returns void language plpgsql as $$
    begin perform pg_advisory_lock(7); listen leaked; end $$`);
  await ask("select hold()");
  await until("it is clean", () => pool.size.busy === 0);
  const rows = await admin.query(sql`
    select 1 from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and usename = ${roles.authenticator}`);
  assert.deepEqual(rows, []);
});

test("a function that deallocates one of our statements costs no later request an error", async (t) => {
  const { ask, admin, events } = await testPool(t);
  await admin.execute(`create function forget() returns void language plpgsql as $$ begin
    execute (select format('deallocate %I', name) from pg_prepared_statements where statement = 'select ''ours''');
    end $$`);
  await ask("select 'ours'");
  await ask("select forget()");
  assert.deepEqual(await ask("select 'ours'"), [["ours"]]);
  const reasons = events.flatMap((event) => (event.kind === "closed" ? [event.reason] : []));
  assert.deepEqual(reasons, ["a request left statements prepared by SQL, or removed some"]);
});

for (const setting of [
  "search_path = evil",
  "role = none",
  "default_transaction_read_only = on",
  "row_security = off",
]) {
  test(`a login that a request gave ${setting} for all sessions to come serves without it`, async (t) => {
    const { pool, another, asAnon, roles, admin, target } = await testPool(t);
    const see = {
      text: "select current_setting('search_path') || current_setting('transaction_read_only')",
      values: [],
    };
    const seen = async (from: RequestPool) => String((await from.run(asAnon, [see]))[0]?.rows[0]?.[0]);
    const before = await seen(pool);
    for (const place of ["", ` in database ${target.database}`]) {
      await pool.run(asAnon, [
        { text: "select pg_catalog.set_config('role', 'none', true)", values: [] },
        { text: `alter role ${roles.authenticator}${place} set ${setting}`, values: [] },
      ]);
      assert.equal(await seen(another({})), before);
      assert.deepEqual(
        await admin.query(sql`select from pg_db_role_setting where setrole = ${roles.authenticator}::regrole`),
        [],
      );
    }
  });
}

test("a login serves with the settings that it is said to have, and not with others", async (t) => {
  const { another, ask, roles, admin, asAnon } = await testPool(t);
  assert.deepEqual(await ask("select 1"), [["1"]]);
  await admin.execute(`alter role ${roles.authenticator} set lock_timeout = '8s'`);
  const show = { text: "show lock_timeout", values: [] };
  const said = another({ roleSettings: ["lock_timeout=8s"] });
  assert.equal(String((await said.run(asAnon, [show]))[0]?.rows[0]?.[0]), "8s");
  const other = another({ roleSettings: ["lock_timeout=9s"], acquireTimeoutMs: 300 });
  await assert.rejects(other.run(asAnon, [show]), { code: "WD201" });
});
