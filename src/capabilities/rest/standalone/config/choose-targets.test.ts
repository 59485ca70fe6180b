import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { testDatabase } from "../../../../../test/support/database.ts";
import { connect, type Target } from "../../../../postgres/index.ts";
import { chooseTargets } from "./choose-targets.ts";
import { parseConnectionString, type ConnectionString } from "./connection-string.ts";

const nowhere: Target = { host: "127.0.0.1", port: 1, database: "none", user: "nobody", ssl: "disable" };

/** Two databases, one of which only reads, as two servers. */
async function servers(t: TestContext): Promise<{ readonly writing: Target; readonly reading: Target }> {
  const writing = await testDatabase(t);
  const reading = await testDatabase(t);
  await reading.connection.execute(`alter database ${reading.target.database} set default_transaction_read_only = on`);
  return { writing: writing.target, reading: reading.target };
}

test("requests run on the first server that has the wanted attributes, and the first that writes is the primary", async (t) => {
  const { writing, reading } = await servers(t);
  const choose = async (
    sessionAttributes: ConnectionString["sessionAttributes"],
    targets: ConnectionString["targets"],
  ): Promise<readonly (Target | undefined)[]> => {
    const { primary, requests } = await chooseTargets({ targets, sessionAttributes }, (target) => connect(target));
    return [primary, requests];
  };
  assert.deepEqual(await choose("read-only", [writing, reading]), [writing, reading]);
  assert.deepEqual(await choose("read-write", [reading, writing]), [writing, writing]);
  assert.deepEqual(await choose("any", [nowhere, reading, writing]), [writing, reading]);
  assert.deepEqual(await choose("primary", [nowhere, reading, writing]), [writing, reading], "neither is a standby");
  assert.deepEqual(await choose("standby", [nowhere, writing]), [writing, writing], "where there is none, the primary");
  assert.deepEqual(await choose("prefer-standby", [reading, writing]), [writing, writing]);
  assert.deepEqual(await choose("read-only", [nowhere, { ...nowhere, port: 2 }]), [nowhere, nowhere]);
});

test("attributes that libpq does not have are refused", () => {
  const string = "postgres://me@one,two/app?target_session_attrs=";
  assert.equal(parseConnectionString(`${string}prefer-standby`, {}).sessionAttributes, "prefer-standby");
  assert.equal(parseConnectionString("postgres://me@one/app", {}).sessionAttributes, "any");
  assert.throws(() => parseConnectionString(`${string}readonly`, {}), { code: "WD630" });
});
