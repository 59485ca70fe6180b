import { AppError, type PostgresFields } from "../../errors/index.ts";
import { StatementError, type RawResult, type RequestPool } from "../../postgres/index.ts";
import { parseJson } from "./exact-json.ts";
import type { PagePlan } from "./plan.ts";
import { positionAt } from "./source-place.ts";
import { sourceIndex, type PageStatement } from "./sql-file.ts";

/** Results by name, as the template sees them. */
export type PageData = Readonly<Record<string, unknown>>;

/**
 * Runs the queries of a page; they are cancelled when the signal aborts.
 *
 * Throws located WD526, WD528 and WD534, WD527 for a value, and what the pool throws (WD201 without Postgres).
 */
export async function runQueries(pool: RequestPool, plan: PagePlan, signal?: AbortSignal): Promise<PageData> {
  const data: Record<string, unknown> = {};
  if (plan.queries.length === 0) return data;
  const results = await run(pool, plan, signal);
  plan.statements.forEach((statement, index) => {
    const result = results[index];
    if (result && statement.name !== undefined) data[statement.name] = resultValue(statement, result);
  });
  return data;
}

/** Runs an action in one transaction; the path of its `redirect` column, if the last row has one. */
export async function runAction(pool: RequestPool, plan: PagePlan): Promise<string | undefined> {
  if (plan.queries.length === 0) return undefined;
  const last = (await run(pool, plan)).at(-1);
  const column = last?.columns.indexOf("redirect") ?? -1;
  return column === -1 ? undefined : (last?.rows.at(-1)?.[column]?.toString() ?? undefined);
}

async function run(pool: RequestPool, plan: PagePlan, signal?: AbortSignal): Promise<readonly RawResult[]> {
  try {
    return await pool.run(plan.context, plan.queries, { signal });
  } catch (error) {
    throw error instanceof StatementError ? locate(error, plan.statements) : error;
  }
}

function resultValue(statement: PageStatement, result: RawResult): unknown {
  if (!statement.json) return shaped(statement, textRows(result));
  const json = result.rows[0]?.[0];
  if (json) return parseJson(json.toString());
  return shaped(statement, []);
}

function shaped(statement: PageStatement, rows: readonly object[]): unknown {
  if (statement.shape === "rows") return rows;
  if (rows[0] !== undefined) return rows[0];
  if (statement.shape === "optional") return null;
  throw new AppError("WD534", `no ${statement.name} found`);
}

function textRows(result: RawResult): readonly object[] {
  return result.rows.map((row) =>
    Object.fromEntries(result.columns.map((column, index) => [column, row[index]?.toString() ?? null])),
  );
}

/** Postgres's error at its place in the file of the page. */
function locate(error: StatementError, statements: readonly PageStatement[]): AppError {
  const statement = statements[error.index ?? -1];
  const postgres = error.postgres;
  if (!statement || !postgres) return error;
  const value = badValue(error, postgres, statement);
  if (value) return value;
  return unclearType(error, postgres, statement) ?? failed(error, postgres, statement);
}

/** Inside a function of the user's the function's own line is shown, and the detail names the statement that called it. */
function failed(error: StatementError, postgres: PostgresFields, statement: PageStatement): AppError {
  const own = positionAt(statement.file, sourceIndex(statement, error.offset ?? 1));
  const inside = error.position !== undefined;
  const caller = inside ? [`called from ${own.file}:${own.line}:${own.column}`] : [];
  return new AppError("WD528", error.message, {
    detail: [...(error.detail === undefined ? [] : [error.detail]), ...caller].join("\n") || undefined,
    hint: error.hint ?? grantHint(postgres),
    position: error.position ?? own,
    source: inside ? error.source : statement.file.text,
    postgres,
    cause: error,
  });
}

/** Postgres tells the number of a parameter without a type, and no place: each occurrence has its own. */
function unclearType(error: StatementError, postgres: PostgresFields, statement: PageStatement): AppError | undefined {
  const number = /^42P(18|08)$/.test(postgres.sqlstate) ? /\$(\d+)/.exec(error.message)?.[1] : undefined;
  const piece = statement.pieces.filter(({ parameter }) => parameter !== undefined)[Number(number) - 1];
  if (piece === undefined) return undefined;
  return new AppError("WD526", `the type of :${piece.parameter} is unclear`, {
    detail: error.message,
    hint: `write :${piece.parameter}::text, or another type`,
    position: positionAt(statement.file, piece.source),
    source: statement.file.text,
    postgres,
    cause: error,
  });
}

/** Postgres names the parameter whose text it couldn't read in the error's context, as "parameter $2". */
function badValue(error: StatementError, postgres: PostgresFields, statement: PageStatement): AppError | undefined {
  if (!postgres.sqlstate.startsWith("22")) return undefined;
  const number = /\bparameter \$(\d+)/.exec(postgres.where ?? "")?.[1];
  const name = number === undefined ? undefined : statement.parameters[Number(number) - 1];
  if (name === undefined) return undefined;
  return new AppError("WD527", `the value of ${name} is not valid`, {
    detail: error.message,
    postgres: { ...postgres, column: postgres.column ?? name },
    cause: error,
  });
}

function grantHint(postgres: PostgresFields): string | undefined {
  if (postgres.sqlstate !== "42501") return undefined;
  return "pages run as the role anon: grant it what the page needs, or read through a function";
}
