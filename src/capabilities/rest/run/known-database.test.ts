import assert from "node:assert/strict";
import { test } from "node:test";
import { needsSuperuser, testDatabase } from "../../../../test/support/database.ts";
import { testPool } from "../../../../test/support/request-pool.ts";
import { until } from "../../../../test/support/until.ts";
import { nameKey } from "../../../catalog/index.ts";
import { connect } from "../../../postgres/index.ts";
import { watchDatabase, type WatchOptions } from "./known-database.ts";
import { withRoleSettings, type RoleSettings } from "./role-settings.ts";

const options = () => ({ schemas: ["public"], extraSearchPath: [], hoistedSettings: [] });
const nothing = (): void => {};
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const key = (name: string): string => nameKey({ schema: "public", name });

test("a reload replaces what is known, and the old one stays until then", async (t) => {
  const { target, connection } = await testDatabase(t);
  const watch = watchDatabase({ open: () => connect(target), login: target.user, options, log });
  t.after(() => watch.close());
  await watch.loaded;
  assert.equal(watch.current?.schema.relations.has(key("entry")), false);
  await connection.execute("create table public.entry (id int)");
  const before = watch.current;
  watch.reload();
  assert.equal(watch.current, before);
  await until("it is read", () => watch.current?.schema.relations.has(key("entry")) === true);
});

test("while the database is away it is tried until it is back, and the last one serves", async (t) => {
  const { target } = await testDatabase(t);
  let away = true;
  const open: WatchOptions["open"] = () => (away ? Promise.reject(new Error("away")) : connect(target));
  const watch = watchDatabase({ open, login: target.user, options, log });
  t.after(() => watch.close());
  await until("it failed twice", () => watch.state.failures > 1);
  assert.deepEqual([watch.current, watch.state.pending], [undefined, true]);
  away = false;
  await watch.loaded;
  const known = watch.current;
  away = true;
  watch.reload();
  await until("it failed again", () => watch.state.pending && watch.state.retryInMs > 0);
  assert.equal(watch.current, known);
});

test("the settings of a role are those that the login may set", async (t) => {
  const { target, admin, roles, asAnon } = await testPool(t);
  await admin.execute(`
    alter role ${roles.anon} set statement_timeout = '3s';
    alter role ${roles.anon} set default_transaction_isolation = 'serializable'`);
  // Only a superuser may do it, and what he did is nothing that the login may do again.
  if (needsSuperuser === false) await admin.execute(`alter role ${roles.anon} set log_min_duration_statement = '0'`);
  const watch = watchDatabase({ open: () => connect(target), login: roles.authenticator, options, log });
  t.after(() => watch.close());
  await watch.loaded;
  const known = watch.current?.roles ?? new Map<string, RoleSettings>();
  assert.deepEqual(known.get(roles.anon), { settings: { statement_timeout: "3s" }, isolation: "serializable" });
  assert.deepEqual(withRoleSettings({ ...asAnon, settings: { statement_timeout: "1s" } }, known), {
    role: roles.anon,
    settings: { statement_timeout: "1s" },
    isolation: "serializable",
  });
});
