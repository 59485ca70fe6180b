import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair, schemaPairBothWays } from "../../../test/support/schema-pair.ts";

const near = `
  create type public.pair as (a integer, b integer);
  create function public.lt(public.pair, public.pair) returns boolean immutable language sql as 'select ($1).a < ($2).a';
  create function public.gt(public.pair, public.pair) returns boolean immutable language sql as 'select ($1).a > ($2).a';
  create function public.ge(public.pair, public.pair) returns boolean immutable language sql as 'select ($1).a >= ($2).a';
  create function public.le(public.pair, public.pair) returns boolean immutable language sql as 'select ($1).a <= ($2).a';
  create function public.eq(public.pair, public.pair) returns boolean immutable language sql as 'select ($1).a = ($2).a';
  create function public.eqi(public.pair, integer) returns boolean immutable language sql as 'select ($1).a = $2';
  create function public.cmp(public.pair, public.pair) returns integer immutable language sql as 'select ($1).a - ($2).a';
  create function public.cmpi(public.pair, integer) returns integer immutable language sql as 'select ($1).a - $2';
  create function public.hash(public.pair) returns integer immutable language sql as 'select ($1).a';
  create function public.neg(public.pair) returns public.pair immutable language sql as 'select $1';`;

const operators = `
  create operator public.<# (function = public.lt, leftarg = public.pair, rightarg = public.pair,
    commutator = operator(public.>#), negator = operator(public.>=#), restrict = scalarltsel, join = scalarltjoinsel);
  create operator public.># (function = public.gt, leftarg = public.pair, rightarg = public.pair,
    commutator = operator(public.<#), negator = operator(public.<=#));
  create operator public.>=# (function = public.ge, leftarg = public.pair, rightarg = public.pair,
    commutator = operator(public.<=#), negator = operator(public.<#));
  create operator public.<=# (function = public.le, leftarg = public.pair, rightarg = public.pair,
    commutator = operator(public.>=#), negator = operator(public.>#));
  create operator public.=# (function = public.eq, leftarg = public.pair, rightarg = public.pair,
    commutator = operator(public.=#), restrict = eqsel, join = eqjoinsel, hashes, merges);
  create operator public.=# (function = public.eqi, leftarg = public.pair, rightarg = integer, restrict = eqsel);
  create operator public.!!# (function = public.neg, rightarg = public.pair);
  comment on operator public.!!# (none, public.pair) is 'prefix';
  comment on operator public.=# (public.pair, integer) is 'mixed';`;

const classes = `
  create operator class public.pair_ops default for type public.pair using btree as
    operator 1 public.<#, operator 2 public.<=#, operator 3 public.=#, operator 4 public.>=#, operator 5 public.>#,
    function 1 public.cmp(public.pair, public.pair);
  create operator family public.hashed using hash;
  create operator class public.pair_hash for type public.pair using hash family public.hashed as
    operator 1 public.=#, function 1 public.hash(public.pair);
  comment on operator class public.pair_ops using btree is 'c';
  comment on operator family public.hashed using hash is 'f';`;

test("operators with commutators, negators and estimators come and go", async (t) => {
  await schemaPairBothWays(t, { before: near, after: near + operators });
});

test("operator classes and families come and go with their operators and functions", async (t) => {
  await schemaPairBothWays(t, { before: near, after: near + operators + classes });
});

test("an index on an operator class follows when that is made again", async (t) => {
  const table = `create table public.t (p public.pair); create index on public.t (p public.pair_ops);`;
  await schemaPair(t, {
    before: near + operators + classes + table,
    after:
      near.replace("select ($1).a - ($2).a'", "select ($1).b - ($2).b'") +
      operators +
      classes.replace("default for type", "for type") +
      table,
    data: "insert into public.t values (row(1, 2)), (row(2, 1))",
  });
});

test("members are added to a family and taken from it in place", async (t) => {
  const { statements } = await schemaPair(t, {
    before: `${near}${operators}${classes}`,
    after: `${near}${operators}${classes}
      alter operator family public.pair_ops using btree add
        operator 3 public.=# (public.pair, integer), function 1 (public.pair, integer) public.cmpi(public.pair, integer)`,
  });
  assert.equal(statements.length, 1);
  await schemaPair(t, {
    before: `${near}${operators}${classes}
      alter operator family public.pair_ops using btree add operator 3 public.=# (public.pair, integer)`,
    after: `${near}${operators}${classes}`,
  });
});

test("classes of gist and gin keep their members, wherever Postgres hangs them", async (t) => {
  const made = `
    create operator class public.words for type text[] using gin as
      operator 1 &&(anyarray, anyarray), operator 2 @>(anyarray, anyarray),
      function 1 bttextcmp(text, text), function 2 ginarrayextract(anyarray, internal, internal),
      function 3 ginqueryarrayextract(anyarray, internal, int2, internal, internal, internal, internal),
      function 4 ginarrayconsistent(internal, int2, anyarray, int4, internal, internal, internal, internal),
      storage text;
    create operator class public.points for type point using gist as
      operator 11 >^ (point, point), operator 15 <-> (point, point) for order by pg_catalog.float_ops,
      function 1 gist_point_consistent(internal, point, smallint, oid, internal),
      function 2 gist_box_union(internal, internal), function 5 gist_box_penalty(internal, internal, internal),
      function 6 gist_box_picksplit(internal, internal), function 7 gist_box_same(box, box, internal),
      function 3 gist_point_compress(internal), function 8 gist_point_distance(internal, point, smallint, oid, internal),
      storage box;`;
  await schemaPairBothWays(t, { before: "", after: made });
});

test("estimators change in place; another function makes the operator again, and views with it", async (t) => {
  const view =
    "create view public.v as select row(1, 2)::public.pair operator(public.<#) row(2, 1)::public.pair as less;";
  const { statements } = await schemaPair(t, {
    before: near + operators + view,
    after: near + operators.replace("restrict = scalarltsel, join = scalarltjoinsel", "join = neqjoinsel") + view,
  });
  assert.deepEqual(statements, [
    "alter operator public.<# (public.pair, public.pair) set (restrict = none, join = neqjoinsel)",
  ]);
  await schemaPair(t, {
    before: near + operators + view,
    after: near + operators.replace("<# (function = public.lt", "<# (function = public.le") + view,
  });
});
