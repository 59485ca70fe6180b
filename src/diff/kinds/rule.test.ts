import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair } from "../../../test/support/schema-pair.ts";

const common = "create table public.t (id integer primary key, a text);";

test("a changed rule is replaced and stays as enabled as it was", async (t) => {
  const { statements } = await schemaPair(t, {
    before: `${common}
      create rule r as on update to public.t do instead nothing;
      alter table public.t disable rule r;
      comment on rule r on public.t is 'r'`,
    after: `${common}
      create rule r as on delete to public.t where old.id > 3 do instead (delete from public.t; insert into public.t values (1));
      alter table public.t disable rule r;
      comment on rule r on public.t is 'r'`,
  });
  assert.equal(statements.length, 1);
  assert.match(statements[0] ?? "", /^CREATE OR REPLACE RULE r AS/);
});

test("rules are made, enabled for replicas and dropped", async (t) => {
  await schemaPair(t, {
    before: `${common} create rule gone as on insert to public.t do also notify x`,
    after: `${common}
      create rule "New" as on insert to public.t do also notify x;
      alter table public.t enable replica rule "New";
      create rule always as on insert to public.t do also notify y;
      alter table public.t enable always rule always`,
  });
});

test("a rule that is switched off is not made again", async (t) => {
  const rule = "create rule r as on insert to public.t do also notify x;";
  const { statements } = await schemaPair(t, {
    before: common + rule,
    after: `${common} ${rule} alter table public.t disable rule r`,
  });
  assert.deepEqual(statements, ["alter table public.t disable rule r"]);
});
