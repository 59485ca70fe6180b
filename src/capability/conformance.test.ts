import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { conformanceDatabase, testCapability } from "../../test/support/capability.ts";
import { testServer } from "../../test/support/database.ts";
import { createRequestPool, type Connection, type RequestPool } from "../postgres/index.ts";
import type { App, Capability } from "./capability.ts";
import { ensureLedger } from "./install-capability.ts";
import { capabilityRules, type ConformanceSubject } from "./conformance-rules.ts";

const tables = {
  "001_note.sql": "create table demo.note (id bigint generated always as identity primary key, body text);",
  "002_note_author.sql": "alter table demo.note add column author text;",
  "routines.sql": `
create or replace function demo.latest() returns text language sql stable set search_path = ''
begin atomic select max(body) from demo.note where author is not null; end;`,
};

const reaching = {
  "001_shared.sql": `
create table public.shared (id int primary key);
comment on table public.shared is 'declared';
select howdah.own('table', 'public.shared');`,
};

async function check(
  t: TestContext,
  name: string,
  capability: Capability,
  rest: Partial<ConformanceSubject> = {},
): Promise<void> {
  const rule = capabilityRules.find((each) => each.name === name);
  assert.ok(rule, `no rule is called "${name}"`);
  await rule.check({ capability, database: () => conformanceDatabase(t), ...rest });
}

for (const [what, files] of [
  ["tables and routines", tables],
  ["declared objects outside", reaching],
] as const) {
  for (const { name } of capabilityRules) {
    test(`a good capability with ${what}: ${name}`, async (t) => {
      await check(t, name, await testCapability(t, files));
    });
  }
}

/** Each is broken in one way, and the rule of that name says so. */
const broken: readonly (readonly [
  rule: string,
  how: string,
  files: Readonly<Record<string, string>>,
  message: RegExp,
])[] = [
  [
    "a fresh install equals a stepwise upgrade",
    "a later file counts on what only the same transaction has",
    {
      "001_a.sql": "create table demo.a (id int); create temporary table handover as select 1;",
      "002_b.sql":
        "do $$ begin if to_regclass('pg_temp.handover') is not null then execute 'alter table demo.a add b int'; end if; end $$;",
    },
    /another catalog/,
  ],
  [
    "a fresh install equals a stepwise upgrade",
    "a routine of the release before stands in the way of a later file",
    {
      "001_a.sql": "create table demo.a (id int);",
      "002_b.sql": "alter table demo.a alter column id type bigint;",
      "routines.sql": "create or replace view demo.ids as select id from demo.a;",
    },
    /can't be installed: cannot alter type of a column used by a view/,
  ],
  [
    "installing twice changes nothing",
    "routines.sql can't run again",
    {
      "001_a.sql": "create table demo.a (id int);",
      "routines.sql": "create function demo.f() returns int language sql begin atomic select 1; end;",
    },
    /already exists/,
  ],
  [
    "installing twice changes nothing",
    "routines.sql adds up",
    {
      "001_a.sql": "create table demo.a (id int);",
      "routines.sql":
        "do $$ begin execute format('create table demo.t%s ()', (select count(*) from pg_catalog.pg_class where relnamespace = 'demo'::regnamespace)); end $$;",
    },
    /routines\.sql can't run twice/,
  ],
  [
    "every object outside its schema is declared",
    "an undeclared table in public",
    { "001_a.sql": "create table public.stray (id int);" },
    /table public\.stray/,
  ],
  [
    "every object outside its schema is declared",
    "an undeclared trigger on someone's table",
    {
      "001_a.sql": `
create table public.declared (id int);
select howdah.own('table', 'public.declared');
create publication demo_pub;`,
    },
    /publication demo_pub/,
  ],
  [
    "every object outside its schema is declared",
    "a changed comment outside",
    { "001_a.sql": "comment on schema howdah is 'mine';" },
    /schema howdah/,
  ],
  [
    "every object outside its schema is declared",
    "a declaration of nothing",
    { "001_a.sql": "select howdah.own('table', 'public.nothing');" },
    /do not exist under this kind/,
  ],
  [
    "everything it installs is removable",
    "a stray that nobody declared stays",
    { "001_a.sql": "create table public.stray (id int);" },
    /as it was/,
  ],
  [
    "everything it installs is removable",
    "a privilege given away stays",
    { "001_a.sql": "grant usage on schema howdah to public;" },
    /as it was/,
  ],
];

for (const [rule, how, files, message] of broken) {
  test(`caught: ${how} (${rule})`, async (t) => {
    await assert.rejects(check(t, rule, await testCapability(t, files)), { message });
  });
}

test("caught: a schema that is taken over (a schema of its name that is not ours is refused, not taken)", async (t) => {
  // A ledger that lies is the only way past the installer.
  const database = async (): ReturnType<ConformanceSubject["database"]> => {
    const inner = await conformanceDatabase(t);
    await using connection = await inner.connect();
    await connection.execute(`set role ${inner.owner}`);
    await connection.transaction(ensureLedger);
    await connection.execute("insert into howdah.capability (name, schema_name) values ('demo', 'demo')");
    return inner;
  };
  const rule = "a schema of its name that is not ours is refused, not taken";
  await assert.rejects(check(t, rule, await testCapability(t, tables), { database }), { message: /was taken over/ });
});

function served(t: TestContext, statement: string, requests = 2): ConformanceSubject["serve"] {
  return async (_capability, database) => {
    await using admin = await database.connect();
    const [{ name } = { name: "" }] = await admin.query<{ name: string }>({
      text: "select current_database() as name",
      values: [],
    });
    const target = { ...testServer(), database: name };
    const pool = createRequestPool(target, { max: 1, acquireTimeoutMs: 5000, statementTimeoutMs: 5000 });
    t.after(() => pool.close());
    const request = (): Promise<unknown> =>
      pool.run({ role: database.owner, settings: {} }, [{ text: statement, values: [] }]);
    return {
      pool,
      role: database.owner,
      requests: Array.from({ length: requests }, () => request),
      [Symbol.asyncDispose]: () => pool.close(),
    };
  };
}

const routed: Partial<Capability> = { routes: () => async () => {} };

test("a served capability whose requests leave nothing passes", async (t) => {
  await check(t, "no session state survives a request", await testCapability(t, tables, routed), {
    serve: served(t, "select 1"),
  });
});

/** One session without any cleaning up between two requests. */
function leaking(statement: string): ConformanceSubject["serve"] {
  return async (_capability, database) => {
    const connection = await database.connect();
    const run: RequestPool["run"] = async (_context, queries) => {
      const rows = await Promise.all(
        queries.map(({ text }) => connection.query<{ state: string }>({ text, values: [] })),
      );
      return rows.map(([row]) => ({
        columns: ["state"],
        rows: [[Buffer.from(row?.state ?? "null")]],
        tag: "SELECT 1",
      }));
    };
    const close = (): Promise<void> => connection.close();
    const pool = { run, close, size: { open: 1, busy: 0, waiting: 0 } } as RequestPool;
    return {
      pool,
      role: "anon",
      requests: [() => connection.execute(statement.replaceAll("$owner", database.owner))],
      [Symbol.asyncDispose]: close,
    };
  };
}

for (const statement of [
  "set search_path = public",
  "set role $owner",
  "select set_config('request.jwt.claims', '{}', false)",
  "create temporary table leak ()",
  "listen leak",
  "select pg_advisory_lock(1)",
  "begin; declare leak cursor with hold for select 1; commit",
]) {
  test(`caught: a session that keeps "${statement}" (no session state survives a request)`, async (t) => {
    const demo = await testCapability(t, tables, routed);
    const checking = check(t, "no session state survives a request", demo, { serve: leaking(statement) });
    await assert.rejects(checking, { message: /request 1 left something on the session/ });
  });
}

test("caught: routes without a way to serve them, or without requests", async (t) => {
  const demo = await testCapability(t, tables, routed);
  const rule = "no session state survives a request";
  await assert.rejects(check(t, rule, demo), { message: /give the suite `serve`/ });
  await assert.rejects(check(t, rule, demo, { serve: served(t, "select 1", 0) }), { message: /gave no requests/ });
});

function service(body: (app: App, signal: AbortSignal) => Promise<void>): Partial<Capability> {
  return { start: body };
}

async function app(
  _capability: Capability,
  database: Awaited<ReturnType<ConformanceSubject["database"]>>,
): Promise<App & AsyncDisposable> {
  // The rule hands this to `start` and looks at nothing of it; only what a service may call is there.
  const value: Pick<App, "connect"> & AsyncDisposable = {
    connect: () => database.connect(),
    [Symbol.asyncDispose]: async () => {},
  };
  return value as App & AsyncDisposable;
}

const stress = "start and stop under stress leave nothing behind";

test("a service that gives everything back passes", async (t) => {
  const good = service(async ({ connect: open }, signal) => {
    const connection = await open();
    const timer = setInterval(() => {}, 1000);
    const stop = async (): Promise<void> => {
      clearInterval(timer);
      await connection.close();
    };
    if (signal.aborted) await stop();
    else signal.addEventListener("abort", () => void stop(), { once: true });
  });
  await check(t, stress, await testCapability(t, tables, good), { app });
});

test("caught: a service that keeps its connections", async (t) => {
  const kept: Connection[] = [];
  const bad = service(async ({ connect: open }) => void kept.push(await open()));
  await assert.rejects(check(t, stress, await testCapability(t, tables, bad), { app }), { message: /left behind/ });
  await Promise.all(kept.map((connection) => connection.close()));
});

test("caught: a service that keeps its timers when it is stopped while starting", async (t) => {
  const timers: NodeJS.Timeout[] = [];
  const bad = service(async (_app, signal) => {
    const timer = setInterval(() => {}, 1000);
    timers.push(timer);
    // The mistake: an abort that has happened already makes no event.
    await new Promise((resolve) => setImmediate(resolve));
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  });
  await assert.rejects(check(t, stress, await testCapability(t, tables, bad), { app }), {
    message: /left behind.*Timeout/,
  });
  for (const timer of timers) clearInterval(timer);
});

test("caught: a service without an app to run in, and one that fails to start", async (t) => {
  const failing = service(async () => {
    throw new assert.AssertionError({ message: "no start" });
  });
  const demo = await testCapability(t, tables, failing);
  await assert.rejects(check(t, stress, demo), { message: /give the suite `app`/ });
  await assert.rejects(check(t, stress, demo, { app }), { message: "no start" });
});
