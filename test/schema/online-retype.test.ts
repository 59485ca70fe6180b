import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { assembleProject, planProject } from "../../src/application/index.ts";
import { AppError } from "../../src/errors/index.ts";
import { connect } from "../../src/postgres/index.ts";
import { account, rows, settled, statements } from "../support/declared.ts";
import { dyingAt, Killed } from "../support/dying.ts";
import { testProject, type TestProject } from "../support/project.ts";
import { until } from "../support/until.ts";

const online = { "howdah.toml": "[schema]\nonline_above = 0\n" };

const before = `
create table team (id bigint primary key);
create table account (
  id bigint primary key,
  age int not null default 7 check (age > 0),
  name text,
  team int constraint account_team references team,
  constraint account_once unique (age, id)
);
create index by_age on account (age) where age > 1;
create index by_name_age on account (name, (age + 1));
create view old as select id, age from account;
comment on column account.age is 'Years';
`;
const after = before.replace("age int not null", "age bigint not null");

async function populated(t: TestContext, text = before): Promise<TestProject> {
  const project = await testProject(t, { ...online, "schema/a.sql": text });
  await project.assemble();
  await project.connection.execute(`
    insert into public.team select 1;
    insert into public.account select i, 1 + i % 90, 'n' || i, 1 from generate_series(1, 5000) as i;
  `);
  return project;
}

/** Nothing of the change is left but what was wanted, and all of it counts. */
async function assertWhole(project: TestProject): Promise<void> {
  const [found] = await rows(
    project,
    `select
       (select count(*)::int from pg_class where relname like '%\\_\\_howdah') as relations,
       (select count(*)::int from pg_attribute join pg_class as rel on rel.oid = attrelid where attname like '%\\_\\_howdah' and relkind = 'r') as columns,
       (select count(*)::int from pg_trigger where tgname like '%\\_\\_howdah') as triggers,
       (select count(*)::int from pg_proc where proname like '%\\_\\_howdah') as routines,
       (select count(*)::int from pg_constraint where not convalidated or conname like '%\\_\\_howdah') as constraints,
       (select count(*)::int from pg_index where not indisvalid) as indexes,
       (select count(*)::int from howdah.step where done_at is null) as steps`,
  );
  assert.deepEqual(found, { relations: 0, columns: 0, triggers: 0, routines: 0, constraints: 0, indexes: 0, steps: 0 });
}

test("a type that has every row written anew is changed beside the old one, with all that hangs on the column", async (t) => {
  const project = await populated(t);
  await project.save({ "schema/a.sql": after });
  const [was] = await rows(project, "select pg_relation_filenode('public.account') as file");
  const report = await project.assemble();
  const [now] = await rows(
    project,
    "select pg_relation_filenode('public.account') as file, pg_typeof(age)::text as type, col_description('public.account'::regclass, (select attnum from pg_attribute where attrelid = 'public.account'::regclass and attname = 'age')) as comment, (select sum(age)::int from public.account) as sum from public.account limit 1",
  );
  const [{ sum } = {}] = await rows(project, "select sum(1 + i % 90)::int as sum from generate_series(1, 5000) as i");
  assert.deepEqual(now, { file: was?.["file"], type: "bigint", comment: "Years", sum });
  assert.equal(
    statements(report).some((text) => / type bigint/.test(text)),
    false,
  );
  await assertWhole(project);
  await settled(project);
});

test("rows that are written while a column changes its type keep what was written", async (t) => {
  const project = await populated(t);
  await using writer = await connect(project.target);
  await writer.execute("set lock_timeout = '5s'");
  const state = { turn: 0, stopped: false };
  const work = (async () => {
    for (; !state.stopped; state.turn++)
      await writer.execute(`
        insert into public.account (id, age, name) values (${100_000 + state.turn}, ${1 + (state.turn % 50)}, 'w');
        update public.account set age = ${200 + state.turn} where id = ${1 + ((state.turn * 37) % 5000)}`);
  })();
  work.catch(() => {});
  await until("the writer is at work", () => state.turn > 5);
  await project.save({ "schema/a.sql": after });
  await project.assemble();
  state.stopped = true;
  await work;
  // Each of the updates had its own row, until they begin again.
  const [found] = await rows(
    project,
    `with written as (
       select turn, 1 + turn * 37 % 5000 as id, 200 + turn as age from generate_series(0, ${state.turn - 1}) as turn
     ), last as (select distinct on (id) id, age from written order by id, turn desc)
     select
       (select count(*)::int from public.account where id >= 100000 and age = 1 + (id - 100000) % 50) as inserted,
       (select count(*)::int from last join public.account using (id) where account.age <> last.age) as lost`,
  );
  assert.deepEqual(found, { inserted: state.turn, lost: 0 });
  await assertWhole(project);
  await settled(project);
});

/** A sample; all of them with HOWDAH_TEST_EVERY. */
const stride = process.env["HOWDAH_TEST_EVERY"] === undefined ? 17 : 1;

test("a change of type that is killed between any two statements is finished by the next run", async (t) => {
  let total = Infinity;
  for (let place = 0; place < total; place += stride) {
    await t.test(`ahead of statement ${place}`, async (inner) => {
      const project = await populated(inner);
      await project.save({ "schema/a.sql": after });
      const [opened, database] = await project.opened();
      const dying = dyingAt(database, place);
      const end = await assembleProject(opened, dying.database, { mode: "development" }).catch(
        (error: unknown) => error,
      );
      if (!(end instanceof Killed || (end instanceof AppError && end.code === "WD201"))) {
        if (end instanceof Error) throw end;
        total = dying.count();
      }
      // Both the old and the new application go on writing.
      await project.connection.execute("update public.account set age = age + 1 where id <= 100");
      await project.assemble();
      const [found] = await rows(
        project,
        "select count(*)::int as count, sum(age)::int - 100 as sum, pg_typeof(min(age))::text as type from public.account",
      );
      const [{ sum } = {}] = await rows(
        project,
        "select sum(1 + i % 90)::int as sum from generate_series(1, 5000) as i",
      );
      assert.deepEqual(found, { count: 5000, sum, type: "bigint" });
      await assertWhole(project);
      await settled(project);
    });
  }
  t.diagnostic(`${total} statements, every ${stride}th`);
});

test("the expression of @using fills the new column, and a change that is given up leaves nothing", async (t) => {
  const project = await populated(t, before.replace("name text", "name text, born text"));
  await project.connection.execute(
    "update public.account set born = case when id % 2 = 0 then '2001-02-03' else 'old' end",
  );
  const table = before.replace("name text", "name text,\n  -- @using nullif(born, 'old')::date\n  born date");
  await project.save({ "schema/a.sql": table });
  const [opened, database] = await project.opened();
  const dying = dyingAt(database, 120);
  await assembleProject(opened, dying.database, { mode: "development" }).catch(() => {});
  await project.assemble();
  const [found] = await rows(
    project,
    "select count(*)::int as all, count(born)::int as born, min(born)::text as least from public.account",
  );
  assert.deepEqual(found, { all: 5000, born: 2500, least: "2001-02-03" });
  await assertWhole(project);
  await settled(project);
});

test("where no second column can take the place of the first the plan says why", async (t) => {
  const reasons: readonly (readonly [string, string, RegExp])[] = [
    ["  n int generated always as identity", "  n bigint generated always as identity", /identity column/],
    [
      "  n int, twice int generated always as (n * 2) stored",
      "  n bigint, twice int generated always as (n * 2) stored",
      /twice is computed anew/,
    ],
    ["  n int, m int", "  n bigint, m bigint", /another column/],
  ];
  for (const [from, to, reason] of reasons) {
    const project = await testProject(t, { ...online, ...account(from) });
    await project.assemble();
    await project.save(account(to));
    const [opened, database] = await project.opened();
    const plan = await planProject(opened, database, { mode: "development", compare: true });
    const notes = plan.actions.flatMap((action) => (action.kind === "change" ? (action.note ?? []) : []));
    assert.match(notes.join("\n"), reason);
    await project.assemble();
    await settled(project);
  }
});
