import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { planProject } from "../../src/application/index.ts";
import { connect } from "../../src/postgres/index.ts";
import { rows, settled, statements } from "../support/declared.ts";
import { testProject, type TestProject } from "../support/project.ts";
import { until } from "../support/until.ts";

const whole = `
create table account (id bigint primary key);
create table log (
  at date not null,
  what text default 'x' check (what <> ''),
  account bigint references account,
  primary key (at, what)
) partition by range (at);
create index by_what on log (what);
create table log_2 partition of log for values from ('2026-01-01') to ('2027-01-01');
`;
const attached = `${whole}create table log_1 partition of log for values from ('2025-01-01') to ('2026-01-01');`;
const detached = `${whole}create table log_1 (at date, what text, account bigint);`;

const apart = "alter table only public.log detach partition public.log_1 concurrently";

async function populated(t: TestContext, text = attached): Promise<TestProject> {
  const project = await testProject(t, { "howdah.toml": "[schema]\nonline_above = 0\n", "schema/log.sql": text });
  await project.assemble();
  await project.connection.execute(
    "insert into public.log (at) select date '2025-06-01' + i from generate_series(1, 400) as i",
  );
  return project;
}

/** The partition is a table of its own with its rows, and nothing of the change is left. */
async function assertApart(project: TestProject): Promise<void> {
  const found = await rows(
    project,
    `select
       (select count(*)::int from public.log) as log,
       (select count(*)::int from public.log_1) as log_1,
       (select count(*)::int from pg_constraint where conrelid = 'public.log_1'::regclass) as constraints,
       (select count(*)::int from pg_index where indrelid = 'public.log_1'::regclass) as indexes,
       (select count(*)::int from howdah.step where done_at is null) as steps`,
  );
  assert.deepEqual(found, [{ log: 187, log_1: 213, constraints: 0, indexes: 0, steps: 0 }]);
  await settled(project);
}

/** Ends as an interrupted DETACH CONCURRENTLY does: it has waited in vain for somebody who reads. */
async function detachHalf(project: TestProject): Promise<void> {
  await using reader = await connect(project.target);
  await using other = await connect(project.target);
  await reader.transaction(async (tx) => {
    await tx.execute("select from public.log");
    await other.execute("set lock_timeout = 100");
    await assert.rejects(other.execute("alter table public.log detach partition public.log_1 concurrently"));
  });
  assert.deepEqual(await rows(project, "select inhdetachpending as half from pg_inherits where inhdetachpending"), [
    { half: true },
  ]);
}

test("a partition of a large table is detached concurrently, and leaves no check behind", async (t) => {
  const project = await populated(t);
  await project.save({ "schema/log.sql": detached });
  const [opened, database] = await project.opened();
  const plan = await planProject(opened, database, { mode: "development" });
  assert.equal(statements(plan)[0], apart);
  assert.deepEqual(plan.warnings, []);
  assert.equal(statements(await project.assemble())[0], apart);
  await assertApart(project);
});

test("whoever reads and writes the whole has not to wait while a partition is detached", async (t) => {
  const project = await populated(t);
  await project.save({ "schema/log.sql": detached });
  await using reader = await connect(project.target);
  await using writer = await connect(project.target);
  await writer.execute("set lock_timeout = 1000");
  let done: Promise<unknown> | undefined;
  await reader.transaction(async (tx) => {
    await tx.execute("select from public.log");
    done = project.assemble();
    await until("it is half detached", async () => {
      return (await rows(project, "select from pg_inherits where inhdetachpending")).length > 0;
    });
    await writer.execute(
      "insert into public.log (at) values ('2026-12-01'); delete from public.log where at = '2026-12-01'",
    );
    assert.deepEqual(await rows(project, "select count(*)::int as count from public.log"), [{ count: 187 }]);
  });
  await done;
  await assertApart(project);
});

test("a partition that a killed run has left half detached is detached to the end by the next", async (t) => {
  const project = await populated(t);
  await project.save({ "schema/log.sql": detached });
  await using reader = await connect(project.target);
  await reader.transaction(async (tx) => {
    await tx.execute("select from public.log");
    const killed = assert.rejects(project.assemble());
    await until("it is half detached", async () => {
      return (await rows(project, "select from pg_inherits where inhdetachpending")).length > 0;
    });
    const ended = await tx.query({
      text: "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'alter table only%'",
      values: [],
    });
    assert.equal(ended.length, 1);
    await killed;
  });
  assert.equal(
    statements(await project.assemble())[0],
    "alter table only public.log detach partition public.log_1 finalize",
  );
  await assertApart(project);
});

test("a partition that was left half detached, and is to stay, is attached again", async (t) => {
  const project = await populated(t);
  await detachHalf(project);
  const report = await project.assemble({ compare: true });
  assert.deepEqual(
    statements(report).filter((text) => / partition /.test(text)),
    [
      "alter table only public.log detach partition public.log_1 finalize",
      "alter table only public.log attach partition public.log_1 for values from ('2025-01-01') to ('2026-01-01')",
    ],
  );
  assert.deepEqual(await rows(project, "select count(*)::int as count from public.log"), [{ count: 400 }]);
  await settled(project);
});

for (const { what, more, instead, note } of [
  {
    what: "a default partition",
    more: "create table log_rest partition of log default;",
    instead: detached,
    note: "its table has a default partition, which Postgres would have to lock",
  },
  {
    what: "partitions of its own",
    more: "",
    instead: detached,
    note: "it has partitions itself",
  },
]) {
  test(`a partition is detached in the transaction, and the plan says why: ${what}`, async (t) => {
    const parts = "create table log_1 partition of log for values from ('2025-01-01') to ('2026-01-01')";
    const isNested = more === "";
    const before = isNested
      ? `${whole}${parts} partition by range (at); create table log_10 partition of log_1 default;`
      : `${attached}${more}`;
    const after = isNested
      ? `${whole}create table log_1 (at date not null, what text not null, account bigint) partition by range (at); create table log_10 partition of log_1 default;`
      : `${instead}${more}`;
    const project = await populated(t, before);
    await project.save({ "schema/log.sql": after });
    const [opened, database] = await project.opened();
    const plan = await planProject(opened, database, { mode: "development" });
    const detachment = plan.actions.find((action) => "statements" in action && /detach/.test(action.statements.join()));
    assert.ok(detachment !== undefined && "note" in detachment, "it is told");
    assert.equal(detachment.note, note);
    assert.ok(
      statements(await project.assemble()).includes("alter table only public.log detach partition public.log_1"),
    );
    await settled(project);
  });
}
