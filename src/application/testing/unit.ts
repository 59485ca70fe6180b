import { AppError, AppErrors } from "../../errors/index.ts";
import type { Project } from "../application.ts";
import { failureOf, type TestResult } from "./event.ts";
import { readSqlTests, type SqlTest } from "./sql-test.ts";
import type { Tally } from "./tally.ts";
import type { TestFile } from "./test-files.ts";

/** What one worker takes at a time: a test of a SQL file, or a file of TypeScript. */
export type TestUnit =
  | { readonly kind: "sql"; readonly file: string; readonly test: SqlTest }
  | { readonly kind: "script"; readonly file: string; readonly filter: string | undefined };

/**
 * Everything that is to run. TypeScript comes first: a process takes longer to start than a database.
 *
 * A SQL file that can't be read is told as a failure of its own, and the others run.
 */
export async function readUnits(
  project: Project,
  files: readonly TestFile[],
  options: { readonly filter?: string | undefined; readonly tally: Tally },
): Promise<readonly TestUnit[]> {
  const { tally } = options;
  const scripts: TestUnit[] = [];
  const tests: TestUnit[] = [];
  for (const { path, language } of files) {
    const filter = holds(path, options.filter) ? undefined : options.filter;
    if (language === "script") {
      tally.expect(path, 1);
      scripts.push({ kind: "script", file: path, filter });
      continue;
    }
    const units = await sqlUnits(project, path, { filter, tally });
    if (units.length > 0) tally.expect(path, units.length);
    tests.push(...units);
  }
  return [...scripts, ...tests];
}

async function sqlUnits(
  project: Project,
  file: string,
  { filter, tally }: { readonly filter: string | undefined; readonly tally: Tally },
): Promise<readonly TestUnit[]> {
  try {
    const tests = await readSqlTests(project.tree, file);
    return tests.filter(({ name }) => holds(name, filter)).map((test) => ({ kind: "sql", file, test }));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    tally.expect(file, 1);
    for (const each of error instanceof AppErrors ? error.errors : [error]) tally.add(unreadable(file, each));
    tally.done(file);
    return [];
  }
}

function unreadable(file: string, error: AppError): TestResult {
  const { line = 1, column = 1 } = error.position ?? {};
  const failure = failureOf(error);
  return { event: "test", status: "failed", file, name: "", line, column, durationMs: 0, failure, output: [] };
}

function holds(text: string, filter: string | undefined): boolean {
  return filter === undefined || text.toLowerCase().includes(filter.toLowerCase());
}
