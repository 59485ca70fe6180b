import { test } from "node:test";
import { schemaPair } from "../../../test/support/schema-pair.ts";

/** Functions of the server's own make a type without any C. */
function whole(options: string, more = ""): string {
  return `
    create type public.whole;
    create function public.whole_in(cstring) returns public.whole immutable strict language internal as 'int4in';
    create function public.whole_out(public.whole) returns cstring immutable strict language internal as 'int4out';
    create function public.whole_send(public.whole) returns bytea immutable strict language internal as 'int4send';
    ${more}
    create type public.whole (input = public.whole_in, output = public.whole_out, like = integer${options});
    comment on type public.whole is 'w';
    comment on function public.whole_in(cstring) is 'in';
    revoke usage on type public.whole from public;`;
}

test("a base type comes with its functions, and goes with them", async (t) => {
  const after = `${whole(", send = public.whole_send, category = 'X', preferred = true, default = '7', delimiter = ';'")}
    create table public.t (w public.whole, ws public.whole[]);`;
  await schemaPair(t, { before: "", after });
  await schemaPair(t, { before: after, after: "" });
});

test("what a base type may change stays in place", async (t) => {
  await schemaPair(t, {
    before: `${whole("")} create table public.t (w public.whole)`,
    after: `${whole(", send = public.whole_send")} create table public.t (w public.whole)`,
    data: "insert into public.t values ('7')",
    expect: { untouched: ["public.t"] },
  });
});

test("a base type that no column uses is made again with all that is on it", async (t) => {
  const rest = "create function public.f(public.whole) returns integer language sql as 'select 1';";
  await schemaPair(t, {
    before: `${whole("")} ${rest}`,
    after: `${whole(", category = 'X'")} ${rest}`,
  });
});

test("a shell type is a type to come", async (t) => {
  await schemaPair(t, { before: "", after: "create type public.later; comment on type public.later is 'l'" });
  await schemaPair(t, { before: "create type public.later", after: "" });
});
