import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { needsSuperuser } from "../../../test/support/database.ts";
import { testDesired } from "../../../test/support/desired.ts";
import { StatementError } from "../../postgres/index.ts";
import { originOfError, originsFromJson, originsToJson, type OriginsJson } from "./origin-json.ts";

suite("the source map of declared objects", { skip: needsSuperuser }, () => {
  test("what a DO block and an extension make is found", async (t) => {
    const { load } = await testDesired(t, {
      "schema/a.sql": `create extension hstore;
do $$
begin
  for i in 1..3 loop
    execute format('create table part_%s (id int)', i);
  end loop;
end
$$;
create table plain (id int);
create operator === (leftarg = int, rightarg = int, function = same);
create cast (int as circle) with function to_circle(int);`,
      "functions/f.sql": `create function same(int, int) returns boolean language sql return $1 = $2;
create function to_circle(int) returns circle language sql return circle(point(0, 0), $1);`,
    });
    const { origins } = await load();
    assert.equal(origins.get("table public.part_2")?.line, 2);
    assert.equal(origins.get("column public.part_2.id")?.line, 2);
    assert.equal(origins.get("table public.plain")?.line, 9);
    assert.equal(origins.get("extension hstore")?.line, 1);
    const lines = [...origins].filter(([key]) => /^(operator|cast) /.test(key)).map(([, origin]) => origin.line);
    assert.deepEqual(lines, [10, 11]);
  });

  test("errors of rows are found at the line of the constraint that they violate", async (t) => {
    const { load } = await testDesired(t, {
      "schema/a.sql": `create domain "Mail" as text
  constraint at check (value like '%@%');
create table "My t" (
  id bigint primary key,
  mail "Mail" not null,
  age int
    check (age > 0),
  constraint once unique (mail)
);`,
    });
    const desired = await load();
    const kept = originsFromJson(JSON.parse(JSON.stringify(originsToJson(desired.origins))) as OriginsJson);
    await using connection = await desired.connect();
    const lineOf = async (insert: string): Promise<number | undefined> => {
      const error = await connection.execute(insert).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof StatementError && error.postgres !== undefined);
      return originOfError(error.postgres, kept)?.line;
    };
    await connection.execute(`insert into "My t" values (1, 'a@b', 1)`);
    assert.equal(await lineOf(`insert into "My t" values (1, 'a@c', 1)`), 4);
    assert.equal(await lineOf(`insert into "My t" values (2, null, 1)`), 5);
    assert.equal(await lineOf(`insert into "My t" values (2, 'c@d', 0)`), 7);
    assert.equal(await lineOf(`insert into "My t" values (2, 'a@b', 1)`), 8);
    assert.equal(await lineOf(`insert into "My t" values (2, 'ab', 1)`), 2);
    assert.equal(originOfError({ sqlstate: "23505", schema: "public", table: "other" }, kept), undefined);
  });

  test("constraints and indexes without a name are where they are written", async (t) => {
    const { load } = await testDesired(t, {
      "schema/a.sql": `create table a (
  id bigint primary key,
  x int check (x > 1)
    check (x < 9),
  y int unique references a (id)
    references b (id),
  unique (x, y),
  check (x <> y)
);
create index on a (x);
create unique index on a (y) where x > 0;
create index named on a (y, x);
create index on a (x);
alter table a
  add check (y > 5),
  add z int default 5
    check (z > 0);
create table b (id bigint primary key, a int references a (id));
create table c (like a including all);`,
    });
    const { origins } = await load();
    const lines = [...origins].flatMap(([key, { line }]) =>
      /^(constraint|index) public\.a\./.test(key) ? [`${key.slice(key.indexOf("public.a.") + 9)} ${line}`] : [],
    );
    assert.deepEqual(lines.filter((line) => !line.startsWith('"not null')).toSorted(), [
      ...["a_check 8", "a_pkey 2", "a_x_check 3", "a_x_check1 4", "a_x_idx 10", "a_x_idx1 13", "a_x_y_key 7"],
      ...["a_y_check 15", "a_y_fkey 5", "a_y_fkey1 6", "a_y_idx 11", "a_y_key 5", "a_z_check 17", "named 12"],
    ]);
    assert.equal(origins.get("constraint public.c.c_pkey")?.line, 19);
  });
});
