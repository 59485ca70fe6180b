import { availableParallelism } from "node:os";
import { AppError } from "../../errors/index.ts";
import { connect, sql } from "../../postgres/index.ts";
import type { Project, ProjectDatabase } from "../application.ts";
import { openDropper, openSupply, type CloneSupply } from "./clone-supply.ts";
import { requireCoverage, startCoverage } from "./coverage.ts";
import type { TestOptions, TestSummary } from "./event.ts";
import { beginRun, maintenanceOf } from "./run-lock.ts";
import { runSqlUnit } from "./sql-unit.ts";
import { runScriptUnit } from "./script-unit.ts";
import { createTally } from "./tally.ts";
import { openTemplate } from "./template.ts";
import type { TestBench } from "./test-bench.ts";
import { listTestFiles } from "./test-files.ts";
import { readUnits, type TestUnit } from "./unit.ts";

/**
 * Runs the tests of a project, each on a database of its own, copied from a template that is the assembled project.
 *
 * The template is made again only when what assembles has changed. Nothing is left on the server but templates, not by
 * a run that is killed either: the next one sweeps.
 *
 * @throws AppErrors where the project does not assemble; WD484 where the role may create no databases, WD486 where there
 * are no tests, WD487 for coverage that can't be had, WD488 in production
 */
export async function testProject(
  project: Project,
  database: ProjectDatabase,
  options: TestOptions = {},
): Promise<TestSummary> {
  const startedAt = performance.now();
  refuseProduction(project);
  await requireCreatedb(database);
  const files = await listTestFiles(project.tree, options.paths);
  if (files.length === 0) throw noTests();
  if (options.coverage === true) await requireCoverage(database);
  await using run = await beginRun(database);
  const template = await openTemplate(run, project, database, {
    seeds: options.seeds === true,
    onStep: options.onStep,
  });
  const emit = options.onEvent ?? (() => {});
  const jobs = Math.max(1, options.jobs ?? availableParallelism());
  emit({ event: "run", files: files.map(({ path }) => path), jobs, template: template.facts });
  const ending = new AbortController();
  const tally = createTally(emit);
  await using dropper = openDropper(run, database);
  const bench: TestBench = {
    ...{ run, project, database, template, tally, dropper },
    timeoutMs: options.timeoutMs ?? 60_000,
    env: options.env ?? process.env,
    signal: AbortSignal.any([ending.signal, ...(options.signal === undefined ? [] : [options.signal])]),
    coverage: options.coverage === true ? startCoverage() : undefined,
  };
  const units = await readUnits(project, files, { filter: options.filter, tally });
  const wanted = units.filter((unit) => unit.kind === "sql" && unit.test.skip === undefined).length;
  {
    await using supply = await openSupply(run, template.source, { wanted, ahead: jobs, signal: bench.signal });
    const queue = [...units];
    const onFailure = (): void => (options.bail === true ? ending.abort() : undefined);
    await Promise.all(
      Array.from({ length: Math.min(jobs, queue.length) }, () => work({ ...bench, supply, queue, onFailure })),
    );
  }
  const summary: TestSummary = {
    ...tally.summary(),
    durationMs: performance.now() - startedAt,
    complete: !bench.signal.aborted,
    ...(bench.coverage === undefined ? {} : { coverage: bench.coverage.read() }),
  };
  emit({ event: "end", ...summary });
  return summary;
}

interface Work extends TestBench {
  readonly supply: CloneSupply;
  /** What no worker has taken yet. */
  readonly queue: TestUnit[];
  readonly onFailure: () => void;
}

/** One worker: takes units until there are none. */
async function work({ supply, queue, onFailure, ...bench }: Work): Promise<void> {
  for (let unit = queue.shift(); unit !== undefined && !bench.signal.aborted; unit = queue.shift()) {
    if (unit.kind === "script") await runScriptUnit(bench, unit);
    else await runSqlUnit(bench, unit.test, supply);
    if (bench.tally.failed > 0) onFailure();
  }
}

function refuseProduction({ config }: Project): void {
  if (config.environment !== "production") return;
  throw new AppError("WD488", "tests don't run in production", {
    detail: "HOWDAH_ENV says production",
    hint: "they run in the environment test, unless HOWDAH_ENV names another one",
  });
}

async function requireCreatedb(database: ProjectDatabase): Promise<void> {
  await using connection = await connect(maintenanceOf(database), { applicationName: "howdah test" });
  const [self] = await connection.query<{ name: string; able: boolean }>(sql`
    select rolname as name, rolsuper or rolcreatedb as able
    from pg_catalog.pg_roles
    where rolname = current_user
  `);
  if (self?.able === true) return;
  throw new AppError("WD484", `the role ${self?.name ?? ""} may create no databases, and each test needs one`, {
    detail: "the database is reached by a url",
    hint: `as an administrator: alter role ${self?.name ?? ""} createdb; or let the url stand in [environments.production.postgres] alone, and tests run on a Postgres of howdah's`,
  });
}

function noTests(): AppError {
  return new AppError("WD486", "there are no tests in tests/", {
    hint: "make one: howdah new test NAME",
  });
}
