import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../../errors/index.ts";
import { sql, StatementError, type Connection } from "../../postgres/index.ts";

/**
 * How long a statement may stand in the queue for a lock, with everybody else queueing behind it: milliseconds. pgroll's
 * 500 ms is its model.
 */
export const lockTimeoutMs = 500;
/** How long it is tried altogether: milliseconds. */
export const patienceMs = 10 * 60_000;
const longestPauseMs = 20_000;

/** Longer each time, with some chance in it, so that two that wait for each other don't meet again: milliseconds. */
export function pauseAfter(attempts: number): number {
  return Math.min(200 * 2 ** attempts, longestPauseMs) * (0.5 + Math.random());
}

/**
 * Runs work whose statements wait for locks in short turns: when a turn ends in vain it lets everybody pass, waits longer
 * each time, with some chance in it, and tries again.
 *
 * @throws AppError WD432 with the sessions that were in the way when patience ends
 */
export async function patiently<T>(
  connection: Connection,
  { object, gentle = false }: { readonly object: string; readonly gentle?: boolean | undefined },
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  // Nobody has to queue behind a gentle one, which would have to begin from the start.
  await connection.execute(`set lock_timeout = ${gentle ? patienceMs : lockTimeoutMs}`);
  const passOn = async (error: unknown): Promise<undefined> => {
    if (!isLockTimeout(error)) throw error;
    if (performance.now() - started > patienceMs) throw await inTheWay(connection, object, error);
  };
  try {
    for (let attempts = 0; ; attempts++) {
      const done = await work().then((value) => ({ value }), passOn);
      if (done !== undefined) return done.value;
      await pause(pauseAfter(attempts));
    }
  } finally {
    await connection.execute("reset lock_timeout").catch(() => {});
  }
}

export function isLockTimeout(error: unknown): boolean {
  return error instanceof AppError && error.postgres?.sqlstate === "55P03";
}

/** Names who holds what: the oldest transactions first, since one of them it is. */
export async function inTheWay(connection: Connection, object: string, cause: unknown): Promise<AppError> {
  const rows = await connection.query<{ line: string }>(sql`
    select pg_catalog.format(
      'pid %s, %s, %s for %s: %s',
      pid, usename, state, pg_catalog.date_trunc('second', pg_catalog.now() - xact_start), pg_catalog.left(query, 80)
    ) as line
    from pg_catalog.pg_stat_activity
    where xact_start is not null
      and pid <> pg_catalog.pg_backend_pid()
      and datname = pg_catalog.current_database()
    order by xact_start
    limit 5
  `);
  return new AppError("WD432", `${object} stays locked by others`, {
    detail: rows.map(({ line }) => line).join("\n"),
    hint: "end those sessions or wait for them, and run howdah migrate again: it goes on where it stopped",
    cause: cause instanceof StatementError ? cause : undefined,
  });
}
