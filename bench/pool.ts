import pg from "pg";
import { createRequestPool, formatUrl, type RequestPool, type Target } from "../src/postgres/index.ts";
import { median, type Figure } from "./figure.ts";
import { withServer } from "./server.ts";

const callers = 16;
const max = 8;
const seconds = 3;
const rounds = 3;
const text = `select coalesce(json_agg(entry), '[]') as entries from (
  select number as id, 'name ' || number as name from generate_series(1, $1::int) as number
) as entry`;
const settings = { "request.method": "GET", "request.path": "/entries", "request.jwt.claims": '{"role":"anon"}' };

/** Requests a second of one process: the request pool beside the driver's own, doing the same work, and doing less. */
export async function poolFigures(): Promise<readonly Figure[]> {
  return withServer(poolFiguresOn);
}

async function poolFiguresOn(target: Target): Promise<readonly Figure[]> {
  const ours = createRequestPool(target, { max, acquireTimeoutMs: 5000, statementTimeoutMs: 5000 });
  const theirs = new pg.Pool({ connectionString: formatUrl(target, { password: "shown" }), max });
  try {
    return await compare(target.user, ours, theirs);
  } finally {
    await ours.close();
    await theirs.end();
  }
}

async function compare(role: string, ours: RequestPool, theirs: pg.Pool): Promise<readonly Figure[]> {
  const run = await rates([
    () => ours.run({ role, settings }, [{ text, values: ["20"] }]),
    () => fourRoundTrips(theirs, role),
    () => theirs.query({ name: "entries", text, values: [20] }),
  ]);
  const [value = Number.NaN, equal = Number.NaN, less = Number.NaN] = run;
  const name = "the request pool, 20 rows as JSON with role, settings and clean-up";
  return [
    {
      name,
      value,
      unit: "requests/s",
      bar: { atLeastRatio: 1 },
      beside: { name: "pg: begin, set_config, query, commit", value: equal },
    },
    { name, value, unit: "requests/s", beside: { name: "limit: pg, the query alone, no role", value: less } },
  ];
}

async function fourRoundTrips(pool: pg.Pool, role: string): Promise<void> {
  const client = await pool.connect();
  await client.query("begin");
  await client.query({
    name: "setup",
    text: "select set_config('role', $1, true), set_config($2, $3, true), set_config($4, $5, true), set_config($6, $7, true)",
    values: [role, ...Object.entries(settings).flat()],
  });
  await client.query({ name: "entries", text, values: [20] });
  await client.query("commit");
  client.release();
}

/** The median rate of each contender; they take turns, so that a noisy moment meets them all. */
async function rates(contenders: readonly (() => Promise<unknown>)[]): Promise<readonly number[]> {
  for (const request of contenders) await request();
  const measured = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, request] of contenders.entries()) measured[index]?.push(await rate(request));
  }
  return measured.map((each) => median(each));
}

async function rate(request: () => Promise<unknown>): Promise<number> {
  let served = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      await request();
      served++;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (served * 1000) / (performance.now() - start);
}
