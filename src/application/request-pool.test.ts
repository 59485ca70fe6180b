import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../errors/index.ts";
import { failureOf, keepingLog, testProject } from "../../test/support/project.ts";
import { logPoolEvent, openRequestPool } from "./request-pool.ts";

test("the pool of a project has the limits of its howdah.toml, and the login of requests", async (t) => {
  const server = '[server]\npool = 2\nacquire_timeout = "500 ms"\nstatement_timeout = "1 s"\n';
  const project = await testProject(t, { "howdah.toml": server });
  const [opened, database] = await project.opened();
  const pool = openRequestPool(opened, database, { applicationName: "test of limits" });
  t.after(() => pool.close());
  const { anon } = database.roles;
  const ask = (text: string) => pool.run({ role: anon, settings: {} }, [{ text, values: [] }]);
  const [who] = await ask("select session_user, current_user, current_setting('application_name')");
  const values = who?.rows[0]?.map((value) => value?.toString());
  assert.deepEqual(values, [database.roles.authenticator, anon, "test of limits"]);
  const slow = await Promise.allSettled([1, 2, 3].map(() => failureOf(ask("select pg_sleep(10)"))));
  const codes = slow.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.code : String(outcome.reason)));
  assert.equal(new Set(codes).size, 2, `two are stopped and one waits in vain: ${codes.join(", ")}`);
  assert.equal(pool.size.open <= 2, true);
});

test("what happens to the pool is logged: a warning when Postgres is away, the rest for debugging", () => {
  const { log, lines } = keepingLog();
  logPoolEvent({ kind: "opened" }, log);
  logPoolEvent({ kind: "closed", reason: "idle" }, log);
  logPoolEvent({ kind: "unreachable", error: new AppError("WD201", "secret host"), retryInMs: 100 }, log);
  assert.deepEqual(lines, [
    "debug a connection to Postgres was opened",
    "debug a connection to Postgres was closed",
    "warn Postgres can't be reached",
  ]);
});
