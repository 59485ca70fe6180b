import { connect, quoteIdentifier, type StatementError } from "../../postgres/index.ts";
import { violationPlace } from "../../schema/index.ts";
import { readProjectMap } from "../project-map.ts";
import type { Clone, CloneSupply } from "./clone-supply.ts";
import { cloneTarget } from "./clone.ts";
import type { TestResult } from "./event.ts";
import { withFileText } from "./file-text.ts";
import { runSqlTest, type SqlTestEnd } from "./run-sql-test.ts";
import type { KnownPlaces } from "./sql-failure.ts";
import type { SqlTest } from "./sql-test.ts";
import type { TestBench } from "./test-bench.ts";

/** Runs one SQL test on a database of its own, tells its end, and lets the database go. */
export async function runSqlUnit(bench: TestBench, test: SqlTest, supply: CloneSupply): Promise<void> {
  const { tally, dropper, signal } = bench;
  if (test.skip !== undefined) {
    tally.add({ ...factsOf(test), status: "skipped", durationMs: 0, output: [test.skip].filter((why) => why !== "") });
    tally.done(test.source.file);
    return;
  }
  try {
    const clone = await supply.take();
    const startedAt = performance.now();
    const end = await run(bench, test, clone).finally(() => dropper.drop(clone.name));
    tally.clone(clone.cloneMs);
    // Broken off: what it ended with says nothing about the test.
    if (!signal.aborted) await tell(bench, test, { end, clone, durationMs: performance.now() - startedAt });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function run(bench: TestBench, test: SqlTest, clone: Clone): Promise<SqlTestEnd> {
  const { database, signal, timeoutMs, coverage } = bench;
  const target = cloneTarget(database.admin, clone.name);
  const { roles } = database;
  return runSqlTest(test, {
    ...{ target, roles, timeoutMs, signal },
    known: (error) => readPlaces(bench, clone.name, error),
    ...coverage?.steps,
  });
}

async function readPlaces({ database, project }: TestBench, name: string, error: StatementError): Promise<KnownPlaces> {
  await using connection = await connect(cloneTarget(database.admin, name), { applicationName: "howdah test" });
  await connection.execute(`set role ${quoteIdentifier(database.roles.owner)}`);
  const map = await readProjectMap(connection, async (file) => (await project.tree.read(file)).toString("utf8"));
  return { map, violated: await violationPlace(connection, error.postgres) };
}

interface Ended {
  readonly end: SqlTestEnd;
  readonly clone: Clone;
  readonly durationMs: number;
}

/** A test of pgTAP may fail in several places: each is told, as a failure of its own. */
async function tell({ tally, project }: TestBench, test: SqlTest, { end, clone, durationMs }: Ended): Promise<void> {
  const facts = { ...factsOf(test), cloneMs: clone.cloneMs, durationMs };
  const failures = end.failure === undefined ? [] : [end.failure, ...end.more];
  if (failures.length === 0) tally.add({ ...facts, status: "passed", output: end.output });
  for (const [index, failure] of failures.entries()) {
    const located = await withFileText(failure, project.tree);
    tally.add({ ...facts, status: "failed", failure: located, output: index === 0 ? end.output : [] });
  }
  tally.done(test.source.file);
}

function factsOf({ source, name, start }: SqlTest): Pick<TestResult, "event" | "file" | "name" | "line" | "column"> {
  const { file, line, column } = source.position(start);
  return { event: "test", file, name, line, column };
}
