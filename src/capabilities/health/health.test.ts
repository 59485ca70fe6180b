import assert from "node:assert/strict";
import { test } from "node:test";
import { testSite } from "../../../test/support/site.ts";
import { AppError } from "../../errors/index.ts";
import { emptySettings } from "../../project/index.ts";
import type { RequestPool } from "../../postgres/index.ts";
import { health } from "./index.ts";

const assembled = "create schema howdah; create table howdah.release (id int)";

test("a server is alive without asking anybody", async (t) => {
  const { fastify } = await testSite(t, {});
  const response = await fastify.inject("/_health");
  assert.deepEqual([response.statusCode, response.json()], [200, { alive: true }]);
  assert.equal(response.headers["cache-control"], "no-store");
});

test("a server is ready when its database is assembled", async (t) => {
  const { fastify } = await testSite(t, {}, { sql: assembled });
  const response = await fastify.inject("/_ready");
  assert.equal(response.statusCode, 200);
  assert.deepEqual(response.json(), { ready: true, database: true, assembled: true, closing: false });
});

test("an empty database is reached, and not ready", async (t) => {
  const { fastify } = await testSite(t, {}, { sql: "select" });
  const response = await fastify.inject("/_ready");
  assert.deepEqual([response.statusCode, response.headers["retry-after"]], [503, "2"]);
  assert.deepEqual(response.json(), { ready: false, database: true, assembled: false, closing: false });
});

function poolWith(run: RequestPool["run"]): RequestPool {
  return {
    run,
    stream: () => Promise.reject(new Error("no stream")),
    size: { open: 0, busy: 0, waiting: 0 },
    close: async () => {},
  };
}

test("without Postgres it says no, and nothing about why", async (t) => {
  const requests = poolWith(() => Promise.reject(new AppError("WD201", "secret host")));
  const { fastify } = await testSite(t, {}, { requests });
  const response = await fastify.inject("/_ready");
  assert.equal(response.statusCode, 503);
  assert.deepEqual(response.json(), { ready: false, database: false, assembled: false, closing: false });
});

test("a database that doesn't answer is given up after the deadline", async (t) => {
  const { fastify } = await testSite(t, {}, { requests: poolWith(() => new Promise(() => {})) });
  assert.equal((await fastify.inject("/_ready")).statusCode, 503);
});

test("doctor is told what is wrong", async () => {
  const findings = async (run: RequestPool["run"]): Promise<readonly string[]> => {
    const app = { requests: poolWith(run), settings: { timeoutMs: 50 }, config: { roles: { anon: "anon" } } };
    const found: string[] = [];
    for await (const { kind, name } of health.checks?.(app as never) ?? []) found.push(`${kind} ${name}`);
    return found;
  };
  assert.deepEqual(await findings(() => Promise.reject(new Error("away"))), ["problem requests"]);
  const answer = (value: string) => async () => [
    { columns: ["exists"], rows: [[Buffer.from(value)]], tag: "SELECT 1" },
  ];
  assert.deepEqual(await findings(answer("f")), ["ok requests", "problem release"]);
  assert.deepEqual(await findings(answer("t")), ["ok requests", "ok release"]);
});

test("health takes a timeout", () => {
  const empty = emptySettings("health");
  const raw = (value: Readonly<Record<string, unknown>>) => ({
    value,
    source: "",
    position: (path: readonly string[]) => empty.position(path),
  });
  assert.deepEqual(health.settings(empty), { timeoutMs: 2000 });
  assert.deepEqual(health.settings(raw({ timeout: "500 ms" })), { timeoutMs: 500 });
  assert.throws(() => health.settings(raw({ timeou: "1 s" })), { code: "WD102" });
});
