import type { RequestPool } from "../../postgres/index.ts";

/** What strangers may know of a server's readiness: yes or no, and which part says no. */
export interface Readiness {
  readonly ready: boolean;
  /** Postgres answered in time. */
  readonly database: boolean;
  /** The database holds an assembled project. */
  readonly assembled: boolean;
  /** The server is shutting down. */
  readonly closing: boolean;
}

// Any role may read these catalogs; howdah's own tables are nobody's but the owner's.
const assembledQuery = `
  select exists (
    select from pg_catalog.pg_class as class
    join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
    where namespace.nspname = 'howdah' and class.relname = 'release'
  )`;

/** Asks the database, through the pool that serves requests, for no longer than the deadline. */
export async function readiness(
  pool: RequestPool,
  ask: { readonly role: string; readonly timeoutMs: number; readonly closing: boolean },
): Promise<Readiness> {
  const assembled = await within(ask.timeoutMs, isAssembled(pool, ask.role));
  const database = assembled !== undefined;
  return { ready: assembled === true && !ask.closing, database, assembled: assembled ?? false, closing: ask.closing };
}

/** Undefined when the database doesn't answer. */
async function isAssembled(pool: RequestPool, role: string): Promise<boolean | undefined> {
  try {
    const [result] = await pool.run({ role, settings: {}, accessMode: "read only" }, [
      { text: assembledQuery, values: [] },
    ]);
    return result?.rows[0]?.[0]?.toString() === "t";
  } catch {
    // Why it doesn't is told by the pool's own log, and by doctor; here it is one bit.
    return undefined;
  }
}

async function within<Value>(timeoutMs: number, work: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
