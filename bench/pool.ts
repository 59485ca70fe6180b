/**
 * Requests a second of one process with 16 callers: the request pool beside the driver's own pool.
 *
 *     HOWDAH_TEST_URL=postgres://… node bench/pool.ts [seconds]
 *
 * The last two do the same work (role and settings for one transaction); the second does less: no role, no cleanup.
 */
import pg from "pg";
import { createRequestPool, formatUrl, parseUrl } from "../src/postgres/index.ts";

const callers = 16;
const text = `select coalesce(json_agg(entry), '[]') as entries from (
  select number as id, 'name ' || number as name from generate_series(1, $1::int) as number
) as entry`;
const settings = { "request.method": "GET", "request.path": "/entries", "request.jwt.claims": '{"role":"anon"}' };

const target = parseUrl(process.env["HOWDAH_TEST_URL"] ?? "");
const seconds = Number(process.argv[2] ?? 3);
const max = 8;
const ours = createRequestPool(target, { max, acquireTimeoutMs: 5000, statementTimeoutMs: 5000 });
const theirs = new pg.Pool({ connectionString: formatUrl(target, { password: "shown" }), max });

const contenders: Readonly<Record<string, () => Promise<unknown>>> = {
  "howdah: pool.run, role, settings, cleanup": () =>
    ours.run({ role: target.user, settings }, [{ text, values: ["20"] }]),
  "pg: pool.query, no role": () => theirs.query({ name: "entries", text, values: [20] }),
  "pg: begin, set_config, query, commit": fourRoundTrips,
};

async function fourRoundTrips(): Promise<void> {
  const client = await theirs.connect();
  await client.query("begin");
  const names = Object.entries(settings).flat();
  await client.query({
    name: "setup",
    text: "select set_config('role', $1, true), set_config($2, $3, true), set_config($4, $5, true), set_config($6, $7, true)",
    values: [target.user, ...names],
  });
  await client.query({ name: "entries", text, values: [20] });
  await client.query("commit");
  client.release();
}

async function measure(request: () => Promise<unknown>): Promise<number> {
  let served = 0;
  const end = performance.now() + seconds * 1000;
  const start = performance.now();
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      await request();
      served++;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return Math.round((served * 1000) / (performance.now() - start));
}

const results: Record<string, number[]> = {};
for (const request of Object.values(contenders)) await request();
for (let round = 0; round < 3; round++) {
  for (const [name, request] of Object.entries(contenders)) (results[name] ??= []).push(await measure(request));
}
for (const [name, rounds] of Object.entries(results)) {
  console.log(`${String(Math.max(...rounds)).padStart(8)} requests/s  ${name}  (${rounds.join(", ")})`);
}
await ours.close();
await theirs.end();
