import { test } from "node:test";
import { schemaPair, schemaPairBothWays } from "../../../test/support/schema-pair.ts";

const types = `
  create type public.money_of as (amount numeric, currency text);
  create function public.to_text(public.money_of) returns text immutable language sql as 'select ($1).currency';
  create function public.to_money(integer, integer, boolean) returns public.money_of immutable language sql as 'select null::public.money_of';`;

test("casts of every method and context come and go", async (t) => {
  await schemaPairBothWays(t, {
    before: types,
    after: `${types}
      create cast (public.money_of as text) with function public.to_text(public.money_of) as assignment;
      create cast (integer as public.money_of) with function public.to_money(integer, integer, boolean) as implicit;
      create cast (public.money_of as jsonb) with inout;
      comment on cast (public.money_of as jsonb) is 'j'`,
  });
});

test("a cast changes under a view that uses it", async (t) => {
  const view = "create view public.v as select row(1, 'x')::public.money_of::text as t;";
  await schemaPair(t, {
    before: `${types} create cast (public.money_of as text) with function public.to_text(public.money_of); ${view}`,
    after: `${types} create cast (public.money_of as text) with inout as assignment; ${view}`,
  });
});
