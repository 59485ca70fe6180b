import { AppError } from "../../../errors/index.ts";
import type { Connection } from "../../../postgres/index.ts";

const MAX_ROUNDS = 10_000;

export interface ExecuteOptions {
  readonly query: string;
  /** Again and again until the first column of its first row is 0, or there is none: at most 10,000 times. */
  readonly untilZero: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What a query did: how often it ran, and the rows of the last time. */
export interface ExecuteReport {
  readonly rounds: number;
  readonly rows: readonly Record<string, unknown>[];
}

/** Runs a query outside of any transaction, so that each round commits: to fill or clean in batches. */
export async function executeQuery(connection: Connection, options: ExecuteOptions): Promise<ExecuteReport> {
  for (let rounds = 1; rounds <= MAX_ROUNDS; rounds++) {
    options.signal?.throwIfAborted();
    const rows = await connection.query({ text: options.query, values: [] });
    if (!options.untilZero || isZero(rows)) return { rounds, rows };
  }
  throw new AppError("WD660", `the query has not come to 0 in ${MAX_ROUNDS} rounds`, {
    detail: "each round was committed",
  });
}

function isZero([row]: readonly Record<string, unknown>[]): boolean {
  const [value] = Object.values(row ?? {});
  return value === undefined || value === null || Number(value) === 0;
}
