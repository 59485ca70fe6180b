import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import fc from "fast-check";
import { testDatabase } from "../../../test/support/database.ts";
import { installCapability } from "../../capability/index.ts";
import { sql, type Connection } from "../../postgres/index.ts";
import { formatPackageVersion, parseRequirement, satisfies } from "../../resolve/index.ts";
import { packages } from "./index.ts";

async function installed(t: TestContext): Promise<Connection> {
  const { connection, target } = await testDatabase(t);
  await connection.transaction(async (tx) => installCapability(tx, packages, target.user));
  return connection;
}

async function add(
  connection: Connection,
  name: string,
  version: string,
  schema: string,
  needs: Readonly<Record<string, string>> = {},
): Promise<void> {
  await connection.query(sql`
    with added as (
      insert into _pgpm.packages (name, version, version_text, subclass, scope, schema_name)
      values (${name}, ${version}, ${version}, 'versioned', 'schema', ${schema})
      returning id
    )
    insert into _pgpm.package_dependencies (package_id, dependency_id, requirement)
    select added.id, resolved.package_id, need.value
    from added, pg_catalog.json_each_text(${JSON.stringify(needs)}) as need, _pgpm.resolve(need.key, need.value) as resolved`);
  await connection.execute(`create schema ${schema}`);
}

async function path(connection: Connection): Promise<unknown> {
  return (await connection.query(sql`select pg_catalog.current_setting('search_path') as path`))[0]?.["path"];
}

test("resolve takes the highest version in the range, whatever the ways of writing", async (t) => {
  const connection = await installed(t);
  for (const version of ["1.0.0", "1.4.0", "1.5.2", "2.0.0"])
    await add(connection, "a", version, `a_${version.replaceAll(".", "_")}`);
  const cases = {
    "=1.4.0": "1.4.0",
    ">=1.5.0,<2": "1.5.2",
    "1_4_XX": "1.4.0",
    x: "2.0.0",
    "=1_4_0": "1.4.0",
    ">=3": undefined,
  };
  for (const [requirement, version] of Object.entries(cases)) {
    const [row] = await connection.query(sql`select version from _pgpm.resolve('a', ${requirement})`);
    assert.equal(row?.["version"], version, requirement);
  }
});

test("the search_path holds the package, all that it needs, and public", async (t) => {
  const connection = await installed(t);
  await add(connection, "c", "1.0.0", "c_1_0_0");
  await add(connection, "b", "1.0.0", "b_1_0_0", { c: "1" });
  await add(connection, "a", "1.10.0", "a_01_10_00", { b: "x" });
  await add(connection, "alone", "1.0.0", "alone_1_0_0");
  await connection.query(sql`select _pgpm.set_search_path('a', 'x')`);
  assert.equal(await path(connection), "a_01_10_00, b_1_0_0, c_1_0_0, public");
  await connection.query(sql`select _pgpm.set_search_path('alone', 'x')`);
  assert.equal(await path(connection), "alone_1_0_0, public");
});

test("a requirement that nothing meets is an error that lists what is deployed, and the path stays", async (t) => {
  const connection = await installed(t);
  await add(connection, "a", "1.0.0", "a_1_0_0");
  await connection.execute("set search_path = public");
  await assert.rejects(connection.query(sql`select _pgpm.set_search_path('a', '>=3')`), {
    detail: "deployed: 1.0.0",
    message: 'no version of the package "a" is deployed that satisfies >=3',
  });
  await assert.rejects(connection.query(sql`select _pgpm.set_search_path('unknown')`), { detail: "deployed: none" });
  assert.equal(await path(connection), "public");
});

test("a local search_path ends with the transaction", async (t) => {
  const connection = await installed(t);
  await add(connection, "a", "1.0.0", "a_1_0_0");
  const before = await path(connection);
  await connection.transaction(async (tx) => {
    await tx.query(sql`select _pgpm.set_search_path('a', 'x', true)`);
    const [row] = await tx.query(sql`select pg_catalog.current_setting('search_path') as path`);
    assert.equal(row?.["path"], "a_1_0_0, public");
  });
  assert.equal(await path(connection), before);
});

test("a schema with tables or outside dependents is not dropped, and a dry run drops nothing", async (t) => {
  const connection = await installed(t);
  await add(connection, "a", "1.0.0", "a_1_0_0");
  const drop = async (dry: boolean): Promise<unknown> =>
    (await connection.query(sql`select _pgpm.drop_schema_smart('a_1_0_0', ${dry}) as said`))[0]?.["said"];
  await connection.execute(
    "create table a_1_0_0.t (id int); create type a_1_0_0.mood as enum ('a'); create table public.tt (c a_1_0_0.mood)",
  );
  assert.deepEqual(await drop(false), {
    schema: "a_1_0_0",
    dropped: false,
    reasons: ["it holds the table a_1_0_0.t", "table column public.tt.c depends on a_1_0_0.mood"],
  });
  await connection.execute("drop table a_1_0_0.t; drop table public.tt");
  assert.deepEqual(await drop(true), { schema: "a_1_0_0", dropped: false, reasons: [] });
  assert.deepEqual(await drop(false), { schema: "a_1_0_0", dropped: true, reasons: [] });
  assert.deepEqual(await connection.query(sql`select status from _pgpm.packages`), [{ status: "DELETED" }]);
  await assert.rejects(connection.query(sql`select _pgpm.drop_schema_smart('a_1_0_0', false, true)`), {
    detail: "there is no schema a_1_0_0",
  });
});

test("what lies outside and depends on a schema is found, directly or through others, and nothing within", async (t) => {
  const connection = await installed(t);
  await connection.execute(`
    create schema s;
    create table s.t (id serial primary key, body text unique check (body <> ''));
    create view s.v as select * from s.t;
    create function s.f() returns trigger language plpgsql as 'begin return new; end';
    create trigger inner_trigger before insert on s.t for each row execute function s.f();
    create table public.o (id int references s.t);
    create trigger outer_trigger before insert on public.o for each row execute function s.f();
    create view public.v as select * from s.v;
    create view public.w as select * from public.v;
    create function public.by_text() returns bigint language sql as 'select count(*) from s.t';
    create function public.bound() returns bigint language sql begin atomic select count(*) from s.t; end;
  `);
  const bound = await connection.query<{ identity: string }>(
    sql`select identity from _pgpm.outside_dependents('s') order by identity collate "C"`,
  );
  assert.deepEqual(
    bound.map(({ identity }) => identity),
    ["o_id_fkey on public.o", "outer_trigger on public.o", "public.bound()", "public.v", "public.w"],
  );
  const textual = await connection.query(sql`select identity from _pgpm.textual_dependents('s')`);
  assert.deepEqual(textual, [{ identity: "public.by_text()" }]);
});

test("the database and howdah read versions and ranges alike", async (t) => {
  const connection = await installed(t);
  const pre = fc.constantFrom("", "", "", "-rc.1", "-rc.2", "-beta", "-1");
  const version = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), pre).map(([a, b, c, end]) => `${a}.${b}.${c}${end}`);
  const part = fc.oneof(
    version,
    fc.tuple(fc.nat(3), fc.nat(3)).map((each) => each.join("_0")),
    fc.constantFrom("1", "0.x", "02_XX", "x", "1.x.x"),
  );
  const comparison = fc
    .tuple(fc.constantFrom("", "=", "<", "<=", ">", ">=", "^", "~"), part)
    .map((each) => each.join(""));
  const requirement = fc.oneof(
    fc.array(comparison, { minLength: 1, maxLength: 3 }).map((all) => all.join(" ")),
    fc.tuple(comparison, comparison).map((all) => all.join(" || ")),
    fc.tuple(part, part).map((all) => all.join(" - ")),
  );
  const cases = fc.sample(fc.tuple(version, requirement), 3_000);
  const rows = await connection.query<{ met: boolean }>(sql`
    select _pgpm.satisfies(pair ->> 0, pair ->> 1) as met
    from pg_catalog.json_array_elements(${JSON.stringify(cases)}::json) with ordinality as list(pair, place)
    order by place`);
  for (const [at, [text, range]] of cases.entries()) {
    const parsed = parseRequirement(text).alternatives[0]?.[0]?.version;
    assert.ok(parsed !== undefined);
    assert.equal(
      rows[at]?.met,
      satisfies(parsed, parseRequirement(range)),
      `${formatPackageVersion(parsed)} in ${range}`,
    );
  }
});
