import assert from "node:assert/strict";
import { test } from "node:test";
import { deployBench, deployInput, testPackage } from "../../../../test/support/sql-package.ts";
import { until } from "../../../../test/support/until.ts";
import { connect, listen } from "../../../postgres/index.ts";
import { deployPackages } from "./deploy.ts";
import { lockPackages } from "./session.ts";

const files = {
  "tables/1.sql": "create table t (id int)",
  "functions/f.sql": "create function f() returns int language sql as 'select 1'",
};

test("of two deployments started together one applies, the other waits and finds it unchanged", async (t) => {
  const { deploy, rows } = await deployBench(t);
  for (let round = 1; round <= 10; round++) {
    const { folder } = await testPackage(t, "a", `${round}.0.0`, files);
    const reports = await Promise.all([deploy(folder), deploy(folder)]);
    assert.deepEqual(reports.map(({ changed }) => changed).toSorted(), [false, true]);
  }
  assert.deepEqual(await rows("select count(*)::int as n from _pgpm.deployment_events"), [{ n: 10 }]);
});

test("a lock that is held for too long names its holder", async (t) => {
  const { target, connection, rows } = await deployBench(t);
  const { folder } = await testPackage(t, "a", "1.0.0", files);
  const unlock = await lockPackages(connection, 1_000);
  const [holder] = await rows("select pg_backend_pid() as pid");
  await using session = await connect(target, { applicationName: "second" });
  const input = await deployInput(folder);
  await assert.rejects(deployPackages(session, input, { lockTimeoutMs: 50 }), {
    code: "WD647",
    detail: new RegExp(`^it was waited for for 50 ms; held by process ${String(holder?.["pid"])} `),
  });
  await unlock();
  assert.equal((await deployPackages(session, input, { lockTimeoutMs: 50 })).changed, true);
});

test("who listens to a package hears each deployment once, after the commit, and none that failed", async (t) => {
  const { deploy, target } = await deployBench(t);
  const heard: string[] = [];
  const channel = "deployment_events$$a";
  const stop = new AbortController();
  const { closed } = await listen(target, [channel], ({ payload }) => void heard.push(payload), stop.signal);
  t.after(async () => {
    stop.abort();
    await closed;
  });
  const broken = await testPackage(t, "a", "1.0.0", {
    "functions/f.sql": "create function f() returns int language sql as 'select nothing'",
  });
  await assert.rejects(deploy(broken.folder), { code: "WD411" });
  const { folder } = await testPackage(t, "a", "01_00_01", files);
  await deploy(folder);
  await until("the deployment is heard", async () => heard.length > 0);
  assert.deepEqual(heard, ["01_00_01"]);
});

test("a step outside of the transaction that fails is resumed alone", async (t) => {
  const { deploy, rows, connection } = await deployBench(t);
  const { folder } = await testPackage(t, "a", "1.0.0", {
    "tables/1.sql": "create table t (id int); insert into t values (1), (1)",
    "tables/2_index.sql":
      "-- no-transaction\ncreate index concurrently first on t (id);\ncreate unique index concurrently second on t (id);",
  });
  await assert.rejects(deploy(folder), { code: "WD656", position: { file: "tables/2_index.sql", line: 3, column: 1 } });
  assert.deepEqual(await rows("select status, done from _pgpm.package_steps"), [{ status: "failed", done: 1 }]);
  assert.deepEqual(await rows("select status from _pgpm.packages"), [{ status: "IN PROGRESS" }]);
  await connection.execute("truncate a_1_0_0.t");
  const report = await deploy(folder);
  assert.deepEqual(
    report.packages.map(({ verdict, actions }) => ({ verdict, actions })),
    [{ verdict: "resume", actions: [{ kind: "step", file: "tables/2_index.sql", statements: 2 }] }],
  );
  assert.deepEqual(await rows("select status, done from _pgpm.package_steps"), [{ status: "done", done: 2 }]);
  assert.deepEqual(
    await rows(
      "select bool_and(indisvalid) as valid, count(*)::int as n from pg_index where indrelid = 'a_1_0_0.t'::regclass",
    ),
    [{ valid: true, n: 2 }],
  );
  assert.equal((await deploy(folder)).changed, false);
});

test("of single files each statement may commit by itself", async (t) => {
  const { deploy, rows } = await deployBench(t);
  const { folder, write } = await testPackage(t, "a", "1.0.0", files);
  await deploy(folder);
  await write({
    "functions/f.sql": "create or replace function f() returns int language sql as 'select 2'; vacuum t; select 1/0",
  });
  await assert.rejects(deploy(folder, { files: ["functions/f.sql"], autoCommit: true }), {
    code: "WD656",
    message: /division by zero/,
  });
  assert.deepEqual(await rows("select a_1_0_0.f() as f"), [{ f: 2 }]);
});
