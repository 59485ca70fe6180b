import assert from "node:assert/strict";
import { test } from "node:test";
import { needsSuperuser, testDatabase } from "../../../test/support/database.ts";
import { planDiff, readModel } from "../index.ts";

test("security labels are written on what they are about", { skip: needsSuperuser }, async (t) => {
  const [{ connection: live }, { connection: wanted }] = [await testDatabase(t), await testDatabase(t)];
  const made = `create view public.v as select 1 as "A b"; create function public.f(integer) returns integer return 1;`;
  // Providers are shared libraries; labels without one can only be put into the catalog by hand.
  const label = (target: string, text: string): string => `
    insert into pg_catalog.pg_seclabel (objoid, classoid, objsubid, provider, label)
    select ${target}, '${text}';`;
  const view = "'public.v'::regclass, 'pg_class'::regclass, 0, 'guard'";
  const column = "'public.v'::regclass, 'pg_class'::regclass, 1, 'guard'";
  const routine = "'public.f'::regproc, 'pg_proc'::regclass, 0, 'guard'";
  const allow = "set allow_system_table_mods = on;";
  await live.execute(made + allow + label(view, "old") + label(routine, "gone"));
  await wanted.execute(made + allow + label(view, "it''s new") + label(column, "column"));
  const [from, to] = [await live.transaction((tx) => readModel(tx)), await wanted.transaction((tx) => readModel(tx))];
  assert.deepEqual(
    planDiff(from, to)
      .actions.flatMap((action) => action.statements)
      .toSorted(),
    [
      "security label for guard on function public.f(integer) is null",
      `security label for guard on column public.v."A b" is 'column'`,
      "security label for guard on view public.v is 'it''s new'",
    ].toSorted(),
  );
});
