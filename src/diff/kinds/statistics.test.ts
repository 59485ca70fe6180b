import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPairBothWays } from "../../../test/support/schema-pair.ts";

const account = "create schema other; create table public.account (id integer, email text, age integer)";

test("statistics with kinds, expressions, a target, a comment and a schema of their own", async (t) => {
  const { forward } = await schemaPairBothWays(t, {
    before: account,
    after: `${account};
      create statistics other."Select" (ndistinct, mcv) on age, id from public.account;
      create statistics public.e on (age + 1), lower(email), id from public.account;
      create statistics public.one on (age + 2) from public.account;
      alter statistics public.e set statistics 300;
      comment on statistics public.e is 'expressions'`,
  });
  assert.deepEqual(forward.statements.toSorted(), [
    "alter statistics public.e set statistics 300",
    "comment on statistics public.e is 'expressions'",
    'create statistics other."Select" (ndistinct, mcv) on age, id from public.account',
    "create statistics public.e on id, (age + 1), lower(email) from public.account",
    "create statistics public.one on (age + 2) from public.account",
  ]);
});

test("another target is set in place, another definition is made again, another name is a rename", async (t) => {
  const make = (name: string, target: number, on: string): string => `${account};
    create statistics public.t on id, age from public.account; alter statistics public.t set statistics ${target};
    create statistics public.d on ${on} from public.account; create statistics public.${name} on id, email, age from public.account`;
  const { forward } = await schemaPairBothWays(t, {
    before: make("n", -1, "id, age"),
    after: make('"N"', 5, "id, email"),
  });
  assert.deepEqual(forward.statements.toSorted(), [
    'alter statistics public.n rename to "N"',
    "alter statistics public.t set statistics 5",
    "create statistics public.d on email, id from public.account",
    "drop statistics public.d",
  ]);
});

test("statistics follow a retyped column, and go with a dropped one", async (t) => {
  await schemaPairBothWays(t, {
    before: `${account}; create statistics public.s on id, age from public.account`,
    after: `create schema other; create table public.account (id bigint, email text, age integer);
      create statistics public.s on id, age from public.account`,
  });
  await schemaPairBothWays(t, {
    before: `${account}; create statistics public.s on id, age from public.account`,
    after: "create schema other; create table public.account (id integer, email text)",
  });
});
