import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connect, formatUrl, type Target } from "../../src/postgres/index.ts";
import { binary } from "../cli.ts";
import { startProcess, type Started } from "./drive.ts";
import { secret } from "./work.ts";

/** A database with the tables and functions that are measured, as the login of requests. */
export async function prepare(admin: Target): Promise<Target> {
  const database = "rest_bench";
  {
    await using connection = await connect(admin);
    await connection.execute(`create database ${database}`);
  }
  await using connection = await connect({ ...admin, database });
  await connection.execute(readFileSync(join(import.meta.dirname, "setup.sql"), "utf8"));
  return { ...admin, database, user: "bench_authenticator", password: "bench" };
}

/** `howdah rest` on it, once it answers: it listens before it has read the schema. */
export async function startOurs(target: Target): Promise<Started> {
  const started = await startProcess([binary, "rest", "--json"], {
    PGRST_DB_URI: formatUrl(target, { password: "shown" }),
    PGRST_DB_ANON_ROLE: "bench_anon",
    PGRST_JWT_SECRET: secret,
    PGRST_SERVER_HOST: "127.0.0.1",
    PGRST_SERVER_PORT: "0",
    PGRST_DB_POOL: "10",
    PGRST_HOWDAH_NDJSON: "true",
  });
  while ((await fetch(`${started.url}/customer?limit=1`)).status === 503) await pause(20);
  return started;
}
