import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { AppError } from "../../errors/index.ts";
import { needsSuperuser, testDatabase } from "../../../test/support/database.ts";
import { planDiff, readModel, type Model } from "../index.ts";

const create =
  "create subscription s connection 'dbname=nowhere password=secret' publication p, q " +
  "with (connect = false, slot_name = none, enabled = false)";

const skip = needsSuperuser;

async function modelOf(t: TestContext, text: string): Promise<Model> {
  const { connection } = await testDatabase(t);
  await connection.execute(text);
  const model = await connection.transaction((tx) => readModel(tx));
  // A database that has one can't be dropped.
  await connection.execute("drop subscription if exists s");
  return model;
}

test("a subscription is compared, and its connection string is not read", { skip }, async (t) => {
  const [one, other] = [await modelOf(t, create), await modelOf(t, create.replace("secret", "other"))];
  assert.deepEqual(planDiff(one, other).actions, []);
  assert.doesNotMatch(JSON.stringify([...one.facts.values()]), /nowhere|secret/);
  assert.ok(one.facts.has("subscription s"));
});

test("a subscription that comes, goes or differs is refused aloud", { skip }, async (t) => {
  const [none, one] = [await modelOf(t, ""), await modelOf(t, create)];
  const other = await modelOf(t, create.replace("p, q", "p").replace("enabled", "binary = true, enabled"));
  const refused = (detail: RegExp) => (error: unknown) =>
    error instanceof AppError && error.code === "WD468" && detail.test(error.detail ?? "");
  assert.throws(() => planDiff(none, one), refused(/wanted, but does not exist/));
  assert.throws(() => planDiff(one, none), refused(/exists, but is not wanted/));
  assert.throws(() => planDiff(one, other), refused(/binary.*publications|publications.*binary/));
  assert.deepEqual(planDiff(one, none, { owned: () => false }).actions, []);
});

test("whoever is no superuser can read subscriptions as well", { skip }, async (t) => {
  const { connection, target } = await testDatabase(t);
  await connection.execute(`${create}; create role ${target.database}_reader; set role ${target.database}_reader`);
  const { facts } = await connection.transaction((tx) => readModel(tx));
  await connection.execute("reset role; drop subscription s");
  assert.ok(facts.has("subscription s"));
});
