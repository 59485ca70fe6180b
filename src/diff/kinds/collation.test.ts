import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair, schemaPairBothWays } from "../../../test/support/schema-pair.ts";

test("collations of libc and ICU come and go", async (t) => {
  await schemaPairBothWays(t, {
    before: "",
    after: `
      create collation public.plain (provider = libc, locale = 'C');
      create collation public.mixed (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
      create collation public.german (provider = icu, locale = 'de-u-co-phonebk', deterministic = false);
      comment on collation public.german is 'g'`,
  });
});

test("a collation in use changes: columns, indexes, checks and views move over", async (t) => {
  const made = (locale: string): string => `
    create collation public.mine (provider = icu, locale = '${locale}');
    create table public.t (id integer primary key, name text collate public.mine unique, other text,
      check (other collate public.mine > 'a'));
    create index on public.t (other collate public.mine);
    create view public.v as select name, other collate public.mine as o from public.t;
    create domain public.word as text collate public.mine;
    create type public.words as (w text collate public.mine);`;
  const { rowsOf } = await schemaPair(t, {
    before: made("de"),
    after: made("en-u-kf-upper"),
    data: "insert into public.t values (1, 'a', 'x'), (2, 'A', 'y')",
  });
  assert.deepEqual(await rowsOf("select id from public.t order by name"), [{ id: 2 }, { id: 1 }]);
});
