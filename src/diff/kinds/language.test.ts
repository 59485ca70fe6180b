import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair, schemaPairBothWays } from "../../../test/support/schema-pair.ts";

const handlers = `
  create function public.call() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler';
  create function public.inline(internal) returns void language c as '$libdir/plpgsql', 'plpgsql_inline_handler';
  create function public.valid(oid) returns void language c as '$libdir/plpgsql', 'plpgsql_validator';`;

test("languages come and go with their handlers, after the routines written in them", async (t) => {
  await schemaPairBothWays(t, {
    before: "",
    after: `${handlers}
      create trusted language mine handler public.call inline public.inline validator public.valid;
      comment on language mine is 'm';
      revoke usage on language mine from public;
      create function public.f() returns integer language mine as 'begin return 1; end'`,
  });
});

test("a language changes in place, under the routines written in it", async (t) => {
  const f = "create function public.f() returns integer language mine as 'begin return 1; end'";
  const { statements } = await schemaPair(t, {
    before: `${handlers} create language mine handler public.call; ${f}`,
    after: `${handlers} create trusted language mine handler public.call inline public.inline; ${f}`,
  });
  assert.deepEqual(statements, ["create or replace trusted language mine handler public.call inline public.inline"]);
});

test("transforms, conversions and access methods come, change and go", async (t) => {
  const made = `
    create function public.from_sql(internal) returns internal immutable language internal as 'textout';
    create function public.to_sql(internal) returns integer immutable language internal as 'int4in';
    create transform for integer language plpgsql (from sql with function public.from_sql(internal), to sql with function public.to_sql(internal));
    comment on transform for integer language plpgsql is 't';
    create conversion public.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
    comment on conversion public.latin is 'l';
    create access method heap_too type table handler heap_tableam_handler;
    create access method tree type index handler bthandler;
    comment on access method tree is 'a';`;
  await schemaPairBothWays(t, { before: "", after: made });
  await schemaPair(t, {
    before: made,
    after: made
      .replace("from sql with function public.from_sql(internal), ", "")
      .replace("create conversion", "create default conversion"),
  });
});
