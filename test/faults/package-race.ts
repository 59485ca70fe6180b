import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { deployPackages } from "../../src/capabilities/packages/deploy/deploy.ts";
import { connect, sql, type Target } from "../../src/postgres/index.ts";
import { deployInput } from "../support/sql-package.ts";
import { dropDatabase, testServer } from "../support/database.ts";
import { randomFrom } from "./random.ts";

export interface PackageRaceResult {
  readonly rounds: number;
  readonly seed: number;
  /** Each round in a database without the ledger begins with both making it. */
  readonly databases: number;
  /** Rounds in which one deployment applied and the other found it unchanged. */
  readonly right: number;
  /** What went otherwise, in words. */
  readonly wrong: readonly string[];
}

const roundsPerDatabase = 10;

/** Two deployments of one package are started together, up to 20 ms apart, again and again. */
export async function packageRace(rounds: number, seed: number): Promise<PackageRaceResult> {
  const dice = randomFrom(seed);
  const folder = await mkdtemp(join(tmpdir(), "howdah-race-"));
  const wrong: string[] = [];
  let databases = 0;
  try {
    for (let first = 0; first < rounds; first += roundsPerDatabase, databases++) {
      const last = Math.min(rounds, first + roundsPerDatabase) - 1;
      wrong.push(...(await racesInOne(folder, first, last, () => dice() * 20)));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { rounds, seed, databases, right: rounds - wrong.length, wrong };
}

async function racesInOne(
  folder: string,
  first: number,
  last: number,
  delayMs: () => number,
): Promise<readonly string[]> {
  const target = await createDatabase();
  const wrong: string[] = [];
  try {
    for (let round = first; round <= last; round++) {
      const problem = await race(target, folder, round, delayMs);
      if (problem !== undefined) wrong.push(`round ${round}: ${problem}`);
    }
  } finally {
    await dropDatabase(testServer(), target.database);
  }
  return wrong;
}

async function createDatabase(): Promise<Target> {
  const admin = testServer();
  const database = `t_${randomBytes(5).toString("hex")}`;
  await using connection = await connect(admin);
  await connection.execute(`create database ${database} template template0`);
  return { ...admin, database };
}

/** Undefined where one applied, the other did nothing, and the ledger knows of one deployment. */
async function race(target: Target, folder: string, round: number, delayMs: () => number): Promise<string | undefined> {
  await writePackage(folder, round);
  const outcomes = await Promise.allSettled([deploy(target, folder, delayMs()), deploy(target, folder, delayMs())]);
  const failed = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [String(outcome.reason)] : []));
  if (failed.length > 0) return failed.join("; ");
  const changed = outcomes.filter((outcome) => outcome.status === "fulfilled" && outcome.value).length;
  await using connection = await connect(target);
  const [row] = await connection.query<{ events: number; value: number }>({
    text: `
      select
        (
          select count(*)::integer
          from _pgpm.deployment_events as event
          join _pgpm.packages as package on package.id = event.package_id
          where package.version = $1
        ) as events,
        race_${round}_0_0.f() as value`,
    values: [`${round}.0.0`],
  });
  if (changed === 1 && row?.events === 1 && row.value === round) return undefined;
  return `${changed} applied, ${row?.events} events, f() is ${row?.value}`;
}

async function writePackage(folder: string, round: number): Promise<void> {
  await mkdir(join(folder, "functions"), { recursive: true });
  await mkdir(join(folder, "tables"), { recursive: true });
  await writeFile(join(folder, "howdah.toml"), `[package]\nname = "race"\nversion = "${round}.0.0"\n`);
  await writeFile(join(folder, "tables/1.sql"), "create table t (id int primary key);");
  await writeFile(
    join(folder, "functions/f.sql"),
    `create function f() returns int language sql as 'select ${round}';`,
  );
}

async function deploy(target: Target, folder: string, delayMs: number): Promise<boolean> {
  const input = await deployInput(folder);
  await using connection = await connect(target);
  await connection.query(sql`select 1`);
  await pause(delayMs);
  return (await deployPackages(connection, input)).changed;
}

if (import.meta.main) {
  const [rounds = "1000", seed = String(Date.now() % 100_000)] = process.argv.slice(2);
  const result = await packageRace(Number(rounds), Number(seed));
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exitCode = result.wrong.length === 0 ? 0 : 1;
}
