import { quoteIdentifier, sql, type Connection, type Transaction } from "../../../postgres/index.ts";
import { AppError } from "../../../errors/index.ts";

/** "_pgpm": the two halves of the advisory lock's key; such locks are per database. */
const lockKey = [0x5f_70, 0x67_70_6d] as const;

/** Waits for the lock of this database's packages; the returned function gives it back. Throws WD647 after the time. */
export async function lockPackages(connection: Connection, timeoutMs: number): Promise<() => Promise<void>> {
  await connection.execute(`set lock_timeout = ${Math.max(1, Math.round(timeoutMs))}`);
  try {
    await connection.execute(`select pg_catalog.pg_advisory_lock(${lockKey[0]}, ${lockKey[1]})`);
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new AppError("WD647", "another deployment of this database does not end", {
      detail: `it was waited for for ${timeoutMs} ms; ${await holderOf(connection)}`,
      hint: "wait for it, or end its session: select pg_terminate_backend(pid)",
      cause: error,
    });
  } finally {
    await connection.execute("reset lock_timeout").catch(() => {});
  }
  return () => connection.execute(`select pg_catalog.pg_advisory_unlock(${lockKey[0]}, ${lockKey[1]})`);
}

/** The same lock, for as long as a transaction lasts. */
export async function lockInTransaction(tx: Pick<Transaction, "execute">): Promise<void> {
  await tx.execute(`select pg_catalog.pg_advisory_xact_lock(${lockKey[0]}, ${lockKey[1]})`);
}

function isTimeout(error: unknown): boolean {
  return error instanceof AppError && error.postgres?.sqlstate === "55P03";
}

async function holderOf(connection: Connection): Promise<string> {
  const [holder] = await connection.query<{ pid: number; name: string; user: string | null }>(sql`
    select lock.pid, coalesce(activity.application_name, '') as name, activity.usename as user
    from pg_catalog.pg_locks as lock
    left join pg_catalog.pg_stat_activity as activity on activity.pid = lock.pid
    where lock.locktype = 'advisory'
      and lock.granted
      and lock.classid = ${lockKey[0]}::oid
      and lock.objid = ${lockKey[1]}::oid
      and lock.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
  `);
  if (holder === undefined) return "nobody holds the lock any more";
  return `held by process ${holder.pid}${holder.name === "" ? "" : ` (${holder.name})`}${holder.user === null ? "" : ` of ${holder.user}`}`;
}

/** How the scripts of a package run: names without a schema are the package's, then those of what it needs, then public. */
export function scriptSettings(schemas: readonly string[], scope: "transaction" | "session"): string {
  const set = scope === "transaction" ? "set local" : "set";
  return `
    ${set} search_path = ${[...schemas, "public"].map(quoteIdentifier).join(", ")};
    ${set} standard_conforming_strings = on;
    ${set} check_function_bodies = off;
    ${set} client_min_messages = warning;
    ${set} statement_timeout = 0;
    ${set} lock_timeout = '10s';
  `;
}
