import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { testDatabase } from "../../test/support/database.ts";
import { testPool } from "../../test/support/request-pool.ts";
import { testCertificate, testTlsProxy } from "../../test/support/tls-proxy.ts";
import { until } from "../../test/support/until.ts";
import { connect } from "./connect.ts";
import { sql } from "./sql.ts";
import type { Target } from "./target.ts";

function rootCertificate(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "howdah-tls-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "root.pem");
  writeFileSync(file, testCertificate);
  return file;
}

async function answers(target: Target): Promise<void> {
  await using connection = await connect(target);
  assert.deepEqual(await connection.query(sql`select 1 as one`), [{ one: 1 }]);
}

test("require encrypts without asking who answers", async (t) => {
  const proxy = await testTlsProxy(t, (await testDatabase(t)).target);
  await answers({ ...proxy.target, ssl: "require" });
  await assert.rejects(connect({ ...proxy.target, ssl: "disable" }), { code: "WD201" });
  assert.equal(proxy.plain(), 1);
});

test("a certificate that nobody vouches for is refused, by verify-full and verify-ca", async (t) => {
  const proxy = await testTlsProxy(t, (await testDatabase(t)).target);
  for (const ssl of ["verify-full", "verify-ca"] as const) {
    await assert.rejects(connect({ ...proxy.target, host: "localhost", ssl }), {
      code: "WD202",
      detail: /self-signed/,
    });
  }
});

test("a root certificate of one's own is enough, for the name that it is made for", async (t) => {
  const proxy = await testTlsProxy(t, (await testDatabase(t)).target);
  const sslRootCert = rootCertificate(t);
  await answers({ ...proxy.target, host: "localhost", ssl: "verify-full", sslRootCert });
  const byAddress = { ...proxy.target, sslRootCert };
  await assert.rejects(connect({ ...byAddress, ssl: "verify-full" }), { code: "WD202", detail: /127\.0\.0\.1/ });
  await answers({ ...byAddress, ssl: "verify-ca" });
  // As libpq: require with a root certificate checks it.
  await answers({ ...byAddress, ssl: "require" });
});

test("a root certificate that is not there is named", async (t) => {
  const { target } = await testDatabase(t);
  const missing = connect({ ...target, ssl: "verify-full", sslRootCert: "/nowhere/root.pem" });
  await assert.rejects(missing, { code: "WD202", detail: "/nowhere/root.pem" });
});

test("required channel binding refuses a server that offers none", async (t) => {
  const proxy = await testTlsProxy(t, (await testDatabase(t)).target);
  const bound = connect({ ...proxy.target, ssl: "require", channelBinding: "require" });
  await assert.rejects(bound, { code: "WD202", message: "the server offers no channel binding" });
});

test("requests, their cleanup and their cancelling work behind TLS", async (t) => {
  const made = await testPool(t);
  const proxy = await testTlsProxy(t, made.target);
  const pool = made.another({ max: 1 }, { ...proxy.target, ssl: "require" });
  const value = "é".repeat(200_000);
  const query = { text: "select $1::text, pg_backend_pid()", values: [value] };
  const [first] = await pool.run(made.asAnon, [query]);
  assert.equal(String(first?.rows[0]?.[0]), value);
  const abort = new AbortController();
  const run = pool.run(made.asAnon, [{ text: "select pg_sleep(60)", values: [] }], { signal: abort.signal });
  await until("it sleeps", async () => {
    const rows = await made.admin.query(sql`
      select 1 from pg_stat_activity where usename = ${made.roles.authenticator} and wait_event = 'PgSleep'`);
    return rows.length > 0;
  });
  abort.abort();
  await assert.rejects(run, { code: "WD207" });
  const [second] = await pool.run(made.asAnon, [query]);
  assert.deepEqual(second?.rows[0]?.[1], first?.rows[0]?.[1]);
  assert.equal(proxy.plain(), 0);
});
