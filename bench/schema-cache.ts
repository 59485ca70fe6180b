import { connect, formatUrl, type Target } from "../src/postgres/index.ts";
import { binary } from "./cli.ts";
import { median, type Figure } from "./figure.ts";
import { startProcess } from "./rest/drive.ts";
import { withServer } from "./server.ts";

const relations = 10_000;
const reloads = 5;

/** How long `howdah rest` takes to read 10,000 relations, and what its requests see of it. */
export async function schemaCacheFigures(): Promise<readonly Figure[]> {
  return await withServer(async (admin) => await reloadDuringRequests(await prepare(admin)));
}

async function prepare(admin: Target): Promise<Target> {
  const database = "schema_cache_bench";
  {
    await using connection = await connect(admin);
    await connection.execute(`create database ${database}`);
  }
  const target = { ...admin, database };
  await using connection = await connect(target);
  await connection.execute(`create role cache_anon nologin; grant usage on schema public to cache_anon`);
  // A thousand at a time: each holds its locks until the end of its transaction.
  for (let from = 1; from <= relations; from += 1000) {
    await connection.execute(`do $$ begin
      for n in ${from}..${from + 999} loop
        execute format('create table public.t%s (id int primary key, name text not null, at timestamptz,
          other_id int references public.t%s)', n, greatest(1, n - 1));
      end loop;
    end $$`);
  }
  await connection.execute("grant select on all tables in schema public to cache_anon");
  return target;
}

/** The median of what each reading took, and the requests of two clients that failed meanwhile. */
async function reloadDuringRequests(target: Target): Promise<readonly Figure[]> {
  await using server = await startProcess([binary, "rest", "--json"], {
    PGRST_DB_URI: formatUrl(target, { password: "shown" }),
    PGRST_DB_ANON_ROLE: "cache_anon",
    PGRST_SERVER_HOST: "127.0.0.1",
    PGRST_SERVER_PORT: "0",
    PGRST_ADMIN_SERVER_HOST: "127.0.0.1",
    PGRST_ADMIN_SERVER_PORT: String(adminPort),
  });
  while ((await fetch(`${server.url}/t1`)).status !== 200) await new Promise(setImmediate);
  let failed = 0;
  const stop = new AbortController();
  const clients = [1, 2].map(async (id) => {
    while (!stop.signal.aborted) {
      const response = await fetch(`${server.url}/t${relations}?select=id,t${relations - 1}(id)&id=eq.${id}`);
      await response.text();
      if (response.status !== 200) failed++;
    }
  });
  const took: number[] = [];
  await using connection = await connect(target);
  for (let round = 0; round < reloads; round++) {
    const before = await loads();
    await connection.execute("notify pgrst, 'reload schema'");
    while ((await loads()).count === before.count) await new Promise((done) => setTimeout(done, 20));
    took.push((await loads()).seconds * 1000);
  }
  stop.abort();
  await Promise.all(clients);
  return [
    { name: `schema cache of ${relations} relations`, value: median(took), unit: "ms", bar: { atMost: 1000 } },
    { name: `requests that failed during ${reloads} reloads`, value: failed, unit: "requests", bar: { atMost: 0 } },
  ];
}

const adminPort = 39_417;

/** How many readings there were, and how long the last one took. */
async function loads(): Promise<{ readonly count: number; readonly seconds: number }> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  return {
    count: Number(/^pgrst_schema_cache_loads_total\{status="SUCCESS"\} (\S+)$/m.exec(text)?.[1]),
    seconds: Number(/^pgrst_schema_cache_query_time_seconds (\S+)$/m.exec(text)?.[1]),
  };
}
