import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { connect, type Connection } from "../../src/postgres/index.ts";
import { account, rows, settled } from "../support/declared.ts";
import { testProject, type TestProject } from "../support/project.ts";
import { until } from "../support/until.ts";

const online = { "howdah.toml": "[schema]\nonline_above = 0\n" };

async function populated(t: TestContext, columns: string): Promise<TestProject> {
  const project = await testProject(t, { ...online, ...account(columns) });
  await project.assemble();
  await project.connection.execute("insert into public.account select i, 'n' || i from generate_series(1, 20000) as i");
  return project;
}

async function session(t: TestContext, project: TestProject): Promise<Connection> {
  const connection = await connect(project.target);
  t.after(() => connection.close());
  return connection;
}

/** A session that goes on working until it is told to stop; whoever keeps it waiting for long makes it fail. */
async function working(
  t: TestContext,
  project: TestProject,
  statement: (turn: number) => string,
): Promise<{ stop(): Promise<number> }> {
  const connection = await session(t, project);
  await connection.execute("set lock_timeout = '5s'");
  const state = { stopped: false };
  const work = (async () => {
    let turn = 0;
    for (; !state.stopped; turn++) await connection.execute(statement(turn));
    return turn;
  })();
  work.catch(() => {});
  return {
    stop: async () => {
      state.stopped = true;
      return await work;
    },
  };
}

test("writers go on while a column becomes not null, gets a check, a key and an index", async (t) => {
  const project = await populated(t, "  name text");
  const writer = await working(
    t,
    project,
    (turn) => `insert into public.account (id, name) values (${100_000 + turn}, 'w')`,
  );
  await project.save(
    account(
      "  name text not null check (name <> ''),\n  boss bigint default 1 references account",
      "create index by_name on account (name);",
    ),
  );
  await project.assemble();
  const written = await writer.stop();
  assert.ok(written > 0);
  const [found] = await rows(project, "select count(*)::int as written from public.account where id >= 100000");
  assert.equal(found?.["written"], written);
  await settled(project);
});

test("rows that come while a new column is filled get their value as well", async (t) => {
  const project = await populated(t, "  name text");
  const writer = await working(
    t,
    project,
    (turn) => `insert into public.account (id, name) values (${100_000 + turn}, 'w') on conflict do nothing;
      update public.account set name = name || '!' where id = ${1 + (turn % 20_000)}`,
  );
  await until(
    "the writer is at work",
    async () => (await rows(project, "select from public.account where id = 100005")).length > 0,
  );
  await project.save(
    account(
      "  name text,\n  token uuid not null default gen_random_uuid(),\n  -- @backfill id * 2\n  twice bigint not null default 0",
    ),
  );
  await project.assemble();
  await writer.stop();
  const [found] = await rows(
    project,
    "select count(*) = count(distinct token) as own, bool_and(twice = id * 2) filter (where id <= 20000) as filled from public.account",
  );
  assert.deepEqual(found, { own: true, filled: true });
  await settled(project);
});

test("an index that lost its builder is cleared away and built by the next run", async (t) => {
  const project = await populated(t, "  name text");
  const [holder, watcher] = [await session(t, project), await session(t, project)];
  await holder.execute("begin; update public.account set name = name where id = 1");
  await project.save(account("  name text", "create index by_name on account (name);"));
  const lost = project.assemble().then(
    () => "done",
    () => "lost",
  );
  const building =
    "select pid from pg_stat_activity where datname = current_database() and query like 'create index concurrently%' and pid <> pg_backend_pid()";
  await until("it is being built", async () => (await watcher.query({ text: building, values: [] })).length > 0);
  const there = "select to_regclass('public.by_name__howdah')::text as there";
  await until("its builder waits", async () => (await rows(project, there))[0]?.["there"] !== null);
  await watcher.query({ text: `select pg_terminate_backend(pid) from (${building}) as builder`, values: [] });
  assert.equal(await lost, "lost");
  await holder.execute("commit");
  assert.deepEqual(
    await rows(
      project,
      "select indisvalid as valid from pg_index where indexrelid = 'public.by_name__howdah'::regclass",
    ),
    [{ valid: false }],
  );
  await project.assemble();
  assert.deepEqual(
    await rows(
      project,
      "select indexrelid::regclass::text as name, indisvalid as valid from pg_index where indrelid = 'public.account'::regclass order by 1",
    ),
    [
      { name: "public.account_pkey", valid: true },
      { name: "public.by_name", valid: true },
    ].map(({ name, valid }) => ({ name: name.replace("public.", ""), valid })),
  );
  await settled(project);
});

test("who holds a lock is named, nobody queues behind the change meanwhile, and it is made when the lock is gone", async (t) => {
  const project = await populated(t, "  name text");
  const holder = await session(t, project);
  await holder.execute("begin; select from public.account limit 1");
  const [pid] = await holder.query<{ pid: number }>({ text: "select pg_backend_pid() as pid", values: [] });
  await project.save(account("  name text,\n  age int"));
  const waits: string[] = [];
  const reader = await working(t, project, () => "select from public.account limit 1");
  const change = project.assemble({ onWait: (text) => void waits.push(text) });
  await until("the holder is named", () => waits.length > 0);
  assert.match(waits[0] ?? "", new RegExp(`^waiting for pid ${pid?.pid}, `));
  await until("it is tried again", () => waits.length > 1);
  await holder.execute("commit");
  await change;
  await reader.stop();
  assert.equal((await rows(project, "select age from public.account limit 1")).length, 1);
  await settled(project);
});

test("two that apply the same change at once end with it done once", async (t) => {
  const project = await populated(t, "  name text");
  await project.save(
    account(
      "  name text not null,\n  token uuid not null default gen_random_uuid()",
      "create index by_name on account (name);",
    ),
  );
  const reports = await Promise.all([project.assemble(), project.assemble()]);
  assert.ok(reports.some(({ changed }) => changed));
  const [found] = await rows(
    project,
    "select count(distinct token)::int as tokens, (select count(*)::int from pg_index where not indisvalid) as invalid from public.account",
  );
  assert.deepEqual(found, { tokens: 20_000, invalid: 0 });
  await settled(project);
});
