import assert from "node:assert/strict";
import { test } from "node:test";
import { assembleProject } from "../../src/application/index.ts";
import { AppError } from "../../src/errors/index.ts";
import { dyingAt, Killed } from "../support/dying.ts";
import { rows, settled } from "../support/declared.ts";
import { testProject } from "../support/project.ts";

const toml = { "howdah.toml": "[schema]\nonline_above = 0\n" };

const before = `
create table team (id bigint);
create table account (id bigint primary key, name text, age int, team bigint, email text);
create index by_name on account (name);
`;

/** Every online form at once. */
const after = `
create table team (id bigint primary key);
create table account (
  id bigint primary key,
  name text not null,
  age int check (age > 0),
  team bigint references team,
  email text unique,
  -- @backfill name || id
  label text not null,
  token uuid not null default gen_random_uuid()
);
create index by_name on account (name, age);
create index by_label on account (label);
`;

const data = `
insert into public.team select i from generate_series(1, 10) as i;
insert into public.account select i, 'n' || i, i, 1 + i % 10, 'e' || i from generate_series(1, 3000) as i;
`;

/** A sample of the 58 places: `node test/faults/online-kill.ts` takes all, and has no limit of time on a test. */
const stride = 29;

test("a change that is killed between any two statements is finished by the next run", async (t) => {
  let total = Infinity;
  for (let place = 0; place < total; place += stride) {
    await t.test(`ahead of statement ${place}`, async (inner) => {
      const project = await testProject(inner, { ...toml, "schema/a.sql": before });
      await project.assemble();
      await project.connection.execute(data);
      await project.save({ "schema/a.sql": after });
      const [opened, database] = await project.opened();
      const dying = dyingAt(database, place);
      const end = await assembleProject(opened, dying.database, { mode: "development" }).catch(
        (error: unknown) => error,
      );
      if (!isKilled(end)) {
        if (end instanceof Error) throw end;
        total = dying.count();
      }
      await project.assemble();
      const [found] = await rows(
        project,
        `select
           (select count(*) from public.account where label = name || id)::int as labels,
           (select count(distinct token) from public.account)::int as tokens,
           (select count(*) from pg_constraint where not convalidated)::int as unproved,
           (select count(*) from pg_index where not indisvalid)::int as invalid,
           (select count(*) from pg_class where relname like '%\\_\\_howdah')::int as left_over,
           (select count(*) from pg_constraint where conname like '%\\_\\_howdah')::int as checks,
           (select count(*) from howdah.step where done_at is null)::int as steps`,
      );
      assert.deepEqual(found, {
        labels: 3000,
        tokens: 3000,
        unproved: 0,
        invalid: 0,
        left_over: 0,
        checks: 0,
        steps: 0,
      });
      await settled(project);
    });
  }
  t.diagnostic(`${total} statements, every ${stride}th`);
});

function isKilled(end: unknown): boolean {
  return end instanceof Killed || (end instanceof AppError && end.code === "WD201");
}
