import assert from "node:assert/strict";
import { test } from "node:test";
import { needsSuperuser } from "../../../../test/support/database.ts";
import { deployBench, testPackage } from "../../../../test/support/sql-package.ts";
import { executeQuery } from "./execute.ts";
import { installLedger } from "./install.ts";
import { listPackages } from "./list.ts";
import { removePackage } from "./remove.ts";
import { uninstallLedger } from "./uninstall.ts";

const f = { "functions/f.sql": "create function f() returns int language sql as 'select 1'" };

test("the list shows each version with its commit, and is empty without a ledger", async (t) => {
  const { connection, deploy } = await deployBench(t);
  assert.deepEqual(await listPackages(connection), []);
  await deploy((await testPackage(t, "a", "1.10.0", f)).folder, { references: { vcsRef: "abc" } });
  await deploy((await testPackage(t, "a", "1.9.0", f)).folder);
  const listed = await listPackages(connection);
  assert.deepEqual(
    listed.map(({ version, schema, vcsRef }) => ({ version, schema, vcsRef })),
    [
      { version: "1.9.0", schema: "a_1_9_0", vcsRef: null },
      { version: "1.10.0", schema: "a_1_10_0", vcsRef: "abc" },
    ],
  );
});

test("a version is removed with what was set aside, unless something needs it", async (t) => {
  const { connection, deploy, rows } = await deployBench(t);
  const a = await testPackage(t, "a", "01_09_00", { ...f, "tables/1.sql": "create table t (id int)" });
  await deploy(a.folder);
  await deploy(a.folder, { mode: "moderate" });
  await deploy(
    (
      await testPackage(t, "b", "1.0.0", {
        "howdah.toml": '[package]\nname = "b"\nversion = "1.0.0"\n[dependencies]\na = "1"\n',
      })
    ).folder,
  );
  const options = { name: "a", version: "1.9.0", dropData: false };
  await assert.rejects(removePackage(connection, { ...options, version: "2.0.0" }), {
    code: "WD648",
    detail: "deployed: 1.9.0",
  });
  await assert.rejects(removePackage(connection, options), {
    code: "WD657",
    detail: [
      "it holds the table a_01_09_00.t",
      "the package b 1.0.0 needs it",
      "it holds the table a_01_09_00_0.t",
    ].join("\n"),
  });
  assert.deepEqual(await removePackage(connection, { ...options, revision: 0, dropData: true }), ["a_01_09_00_0"]);
  await removePackage(connection, { name: "b", version: "1", dropData: false });
  assert.deepEqual(await removePackage(connection, { ...options, dropData: true }), ["a_01_09_00"]);
  assert.deepEqual(await rows("select count(*)::int as n from pg_namespace where nspname ~ '^(a|b)_'"), [{ n: 0 }]);
  // And can be deployed again.
  assert.equal((await deploy(a.folder)).changed, true);
});

test("DDL is logged where a superuser installs, with who did what", { skip: needsSuperuser }, async (t) => {
  const { connection, rows } = await deployBench(t);
  assert.deepEqual(await installLedger(connection, []), { changed: true, ddlLog: true });
  await connection.execute("create table public.t (id int)");
  await connection.execute("create temporary table gone (id int)");
  await connection.execute("drop table public.t");
  assert.deepEqual(
    await rows(
      "select tag, object_identity, user_name = session_user as mine from _pgpm.ddl_changes_log where object_kind = 'table' order by id",
    ),
    [
      { tag: "CREATE TABLE", object_identity: "public.t", mine: true },
      { tag: "DROP TABLE", object_identity: "public.t", mine: true },
    ],
  );
  assert.deepEqual(await installLedger(connection, []), { changed: false, ddlLog: true });
  assert.equal(await uninstallLedger(connection), true);
  assert.deepEqual(await rows("select count(*)::int as n from pg_event_trigger"), [{ n: 0 }]);
});

test("the ledger goes, the packages stay", async (t) => {
  const { connection, deploy, rows } = await deployBench(t);
  assert.equal(await uninstallLedger(connection), false);
  await deploy((await testPackage(t, "a", "1.0.0", f)).folder);
  assert.equal(await uninstallLedger(connection), true);
  assert.deepEqual(await rows("select a_1_0_0.f() as f, to_regnamespace('_pgpm') as ledger"), [{ f: 1, ledger: null }]);
});

test("a query runs until it comes to 0, each time committed", async (t) => {
  const { connection, rows } = await deployBench(t);
  await connection.execute("create table public.t as select generate_series(1, 25) as id");
  const query = `
    with batch as (delete from public.t where id in (select id from public.t limit 10) returning 1)
    select count(*) from batch`;
  assert.deepEqual(await executeQuery(connection, { query, untilZero: false }), { rounds: 1, rows: [{ count: "10" }] });
  assert.equal((await executeQuery(connection, { query, untilZero: true })).rounds, 3);
  assert.deepEqual(await rows("select count(*)::int as n from public.t"), [{ n: 0 }]);
});
