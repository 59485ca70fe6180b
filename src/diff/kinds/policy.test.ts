import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair } from "../../../test/support/schema-pair.ts";

const common = `
  create table public.t (id integer primary key, a text);
  alter table public.t enable row level security;
  alter table public.t force row level security;`;

test("expressions and roles of a policy change in place", async (t) => {
  const { statements } = await schemaPair(t, {
    before: `${common}
      create policy a on public.t using (id > 0);
      create policy b on public.t for insert to current_user with check (true);
      comment on policy a on public.t is 'a'`,
    after: `${common}
      create policy a on public.t using (id > 1 or a = current_user) with check (a is not null);
      create policy b on public.t for insert to pg_monitor, current_user with check (true);
      comment on policy a on public.t is 'a'`,
  });
  assert.equal(statements.length, 2);
  for (const statement of statements) assert.match(statement, /^alter policy [ab] on public\.t\n/);
});

test("PUBLIC takes the place of roles, and roles that of PUBLIC", async (t) => {
  const { statements } = await schemaPair(t, {
    before: `${common}
      create policy a on public.t to pg_monitor using (true);
      create policy b on public.t using (true)`,
    after: `${common}
      create policy a on public.t using (true);
      create policy b on public.t to pg_monitor using (true)`,
  });
  assert.deepEqual(statements, [
    "alter policy a on public.t\n  to public",
    "alter policy b on public.t\n  to pg_monitor",
  ]);
});

test("a policy for another command, of another kind, or without a check is made again", async (t) => {
  const from = "create policy a on public.t for update using (true) with check (true)";
  for (const to of [
    "create policy a on public.t for all using (true) with check (true)",
    "create policy a on public.t as restrictive for update using (true) with check (true)",
    "create policy a on public.t for update using (true)",
  ]) {
    const { statements } = await schemaPair(t, { before: `${common} ${from}`, after: `${common} ${to}` });
    assert.equal(statements[0], "drop policy a on public.t");
    assert.equal(statements.length, 2);
  }
});

test("policies with subqueries and names that need quotes come and go", async (t) => {
  await schemaPair(t, {
    before: `${common} create policy gone on public.t using (true)`,
    after: `${common}
      create policy "P p" on public.t as restrictive for select to pg_monitor
        using (exists (select from public.t as other where other.id = t.id + 1))`,
  });
});
