import {
  openConsole,
  quoteIdentifier,
  StatementError,
  type ConsoleSession,
  type Target,
} from "../../postgres/index.ts";
import type { DatabaseRoles, Statement } from "../../schema/index.ts";
import type { TestFailure } from "./event.ts";
import { judge, judgeEnd, noVerdict, type Verdict } from "./judge.ts";
import { statementFailure, type KnownPlaces } from "./sql-failure.ts";
import type { SqlTest } from "./sql-test.ts";

/** A database for one test, and how long it may take. */
export interface SqlTestPlace {
  readonly target: Target;
  readonly roles: DatabaseRoles;
  /** Read when something fails: what the test's database knows of the project's files. */
  readonly known: (error: StatementError) => Promise<KnownPlaces>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** In the test's own session, as who connected: before it begins, and when it has ended. */
  readonly atBegin?: ((session: ConsoleSession) => Promise<void>) | undefined;
  readonly atEnd?: ((session: ConsoleSession) => Promise<void>) | undefined;
}

/** How the statements of a test ended. */
export interface SqlTestEnd {
  readonly failure: TestFailure | undefined;
  /** Further failures: pgTAP goes on after one. */
  readonly more: readonly TestFailure[];
  readonly output: readonly string[];
}

/**
 * Runs a test's statements one after the other, each a transaction of its own unless the test begins one, as the owner
 * with `search_path = public` in UTC, as migrations run. The first error ends it.
 */
export async function runSqlTest(test: SqlTest, place: SqlTestPlace): Promise<SqlTestEnd> {
  const output: string[] = [];
  await using session = await openConsole(place.target);
  let isOver = false;
  session.onNotice(({ severity, message }) => isOver || output.push(`${severity.toLowerCase()}: ${message}`));
  const onAbort = (): void => void session.cancel().catch(() => {});
  place.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await place.atBegin?.(session);
    await session.run(setup(place));
    const { failures, comments } = await runAll(session, test, place);
    isOver = true;
    await place.atEnd?.(session);
    const [failure, ...more] = failures;
    return { failure, more, output: [...output, ...comments] };
  } finally {
    place.signal?.removeEventListener("abort", onAbort);
  }
}

/** The statement's own limit: whoever wants a longer one says so in the test. */
function setup({ roles, timeoutMs }: SqlTestPlace): string {
  return [
    `set role ${quoteIdentifier(roles.owner)}`,
    "set search_path = public",
    "set time zone 'UTC'",
    "set synchronous_commit = off",
    `set statement_timeout = ${Math.round(timeoutMs)}`,
  ].join("; ");
}

async function runAll(session: ConsoleSession, test: SqlTest, place: SqlTestPlace): Promise<Verdict> {
  let verdict = noVerdict;
  for (const statement of [...test.before, ...test.statements]) {
    try {
      verdict = judge(verdict, statement, await session.run(statement.text));
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      const failure = statementFailure(error, statement, await place.known(error));
      return { ...verdict, failures: [...verdict.failures, failure] };
    }
    // Without TAP a false assertion ends the test, as an error does.
    if (verdict.failures.length > 0 && verdict.tap === undefined) return verdict;
  }
  const atEnd = judgeEnd(verdict, lastOf(test));
  return atEnd === undefined ? verdict : { ...verdict, failures: [...verdict.failures, atEnd] };
}

function lastOf({ before, statements }: SqlTest): Statement | undefined {
  return statements.at(-1) ?? before.at(-1);
}
