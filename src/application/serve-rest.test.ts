import assert from "node:assert/strict";
import { test } from "node:test";
import { testDatabase } from "../../test/support/database.ts";
import { describeRestConfig } from "./serve-rest.ts";

test("the configuration is told with what the database says of it", async (t) => {
  const { connection, url } = await testDatabase(t);
  await connection.execute(`
    create schema config;
    create function config.pre_config() returns void language sql as
      $$ select set_config('pgrst.db_schemas', 'one, two', true) $$`);
  const env = { PGRST_DB_URI: url, PGRST_DB_PRE_CONFIG: "config.pre_config" };
  const { text, unasked } = await describeRestConfig(undefined, env);
  assert.equal(unasked, undefined);
  assert.match(text, /^db-schemas = "one,two"$/m);
  const alone = await describeRestConfig(undefined, { ...env, PGRST_DB_CONFIG: "false" });
  assert.match(alone.text, /^db-schemas = "public"$/m);
});

test("without a database the configuration is told as far as it is known", async () => {
  const { text, unasked } = await describeRestConfig(undefined, {
    PGRST_DB_URI: "postgres://nobody@127.0.0.1:1/nothing?sslmode=disable",
    PGRST_DB_SCHEMAS: "api",
  });
  assert.equal(unasked?.code, "WD201");
  assert.match(text, /^db-schemas = "api"$/m);
});

test("a configuration that can't be used is refused before anybody is asked", async () => {
  await assert.rejects(describeRestConfig(undefined, { PGRST_DB_TX_END: "perhaps" }), { code: "WD630" });
});
