import type { TestContext } from "node:test";
import {
  testProject as runTests,
  type Project,
  type ProjectDatabase,
  type TestEvent,
  type TestOptions,
  type TestResult,
  type TestSummary,
} from "../../src/application/index.ts";
import { beginRun } from "../../src/application/testing/run-lock.ts";
import { dropTemplates } from "../../src/application/testing/template.ts";
import { testProject, type TestProject } from "./project.ts";

/** A project with tests of its own; what its runs leave as templates goes when it is disposed of. */
export interface TestedProject extends AsyncDisposable, Pick<TestProject, "root" | "env" | "save" | "target"> {
  readonly project: Project;
  readonly database: ProjectDatabase;
  /** Runs its tests; the events of the run with its summary. */
  run(options?: TestOptions): Promise<TestedRun>;
  /** Databases on the server that are named after it, but for its own. */
  databases(): Promise<readonly string[]>;
}

export interface TestedRun extends TestSummary {
  readonly events: readonly TestEvent[];
  /** In the order of file and line, whatever ran first. */
  readonly results: readonly TestResult[];
}

/** A project in a folder, on a database that a url leads to; `await using`, since templates hold its roles. */
export async function testedProject(t: TestContext, files: Readonly<Record<string, string>>): Promise<TestedProject> {
  const made = await testProject(t, files);
  const [project, database] = await made.opened();
  const { root, env, save, target } = made;
  return {
    ...{ root, env, save, target, project, database },
    async run(options = {}) {
      const events: TestEvent[] = [];
      const summary = await runTests(project, database, {
        jobs: 2,
        env: { ...process.env, ...env },
        ...options,
        onEvent: (event) => events.push(event),
      });
      const results = events.filter((event) => event.event === "test");
      return {
        ...summary,
        events,
        results: results.toSorted((one, other) => one.file.localeCompare(other.file) || one.line - other.line),
      };
    },
    async databases() {
      const rows = await made.connection.query<{ name: string }>({
        text: "select datname as name from pg_catalog.pg_database where starts_with(datname, $1) order by 1",
        values: [`${target.database}_`],
      });
      return rows.map(({ name }) => name);
    },
    async [Symbol.asyncDispose]() {
      await using run = await beginRun(database);
      await dropTemplates(run, database);
    },
  };
}

/** "passed tests/a.sql:3 name", with what failed: " ✗ file:line:column message". */
export function told({ status, file, line, name, failure }: TestResult): string {
  const head = `${status} ${file}:${line} ${name}`;
  if (failure === undefined) return head;
  const { position, message } = failure;
  return `${head} ✗ ${position?.file}:${position?.line}:${position?.column} ${message}`;
}
