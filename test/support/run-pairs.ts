import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { connect } from "../../src/postgres/index.ts";
import { needsSuperuser, testServer } from "./database.ts";
import { readPairs, type WrittenPair } from "./pair-file.ts";
import { schemaPair, schemaPairBothWays, schemaPairRefused } from "./schema-pair.ts";

/** Makes a test of each pair in NAME.sql beside the test file NAME.test.ts, whose import.meta.url is given. */
export async function runPairs(testFile: string): Promise<void> {
  const file = new URL(testFile.replace(/\.test\.ts$/, ".sql"));
  const server = await readServer();
  describe(`a schema reaches what is wanted: ${basename(file.pathname, ".sql")}`, { concurrency: 3 }, () => {
    for (const pair of readPairs(readFileSync(file, "utf8"))) {
      // What an older Postgres does not know is no test that it skips.
      if (pair.since > server.major) continue;
      it(pair.name, { skip: reasonToSkip(pair, server), todo: pair.open ?? false }, (t) => go(t, pair));
    }
  });
}

async function go(t: TestContext, pair: WrittenPair): Promise<void> {
  if (pair.refused !== undefined) return schemaPairRefused(t, pair, pair.refused);
  if (!pair.back) return void (await schemaPair(t, pair));
  const { backExpect: expect, backUsing: using, backBackfill: backfill } = pair;
  await schemaPairBothWays(t, pair, { expect, using, backfill });
}

interface Server {
  readonly major: number;
  readonly extensions: ReadonlySet<string>;
}

async function readServer(): Promise<Server> {
  await using connection = await connect(testServer());
  const rows = await connection.query<{ major: number; name: string }>({
    text: "select current_setting('server_version_num')::int / 10000 as major, name from pg_available_extensions",
    values: [],
  });
  return { major: rows[0]?.major ?? 0, extensions: new Set(rows.map(({ name }) => name)) };
}

function reasonToSkip({ needs }: WrittenPair, server: Server): string | false {
  if (needs.has("superuser") && needsSuperuser !== false) return needsSuperuser;
  const missing = [...needs].find((need) => need.startsWith("extension ") && !server.extensions.has(need.slice(10)));
  return missing === undefined ? false : `needs ${missing}`;
}
