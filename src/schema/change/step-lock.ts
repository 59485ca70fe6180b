import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../../errors/index.ts";
import { sql, type Connection } from "../../postgres/index.ts";
import { patienceMs } from "./patience.ts";

/** "howdah" in two halves, the last letter one further: beside that of the assembly's transaction. */
const key = [0x68_6f_77, 0x64_61_69] as const;
const pollMs = 200;

/** The lock of whoever runs steps outside of transactions. */
export interface StepLock extends AsyncDisposable {
  readonly taken: boolean;
  /** Waits for it; more than once does nothing. */
  take(): Promise<void>;
}

/**
 * One for a session. It is asked for again and again rather than waited for: a statement that waits holds a snapshot,
 * and CREATE INDEX CONCURRENTLY of the one who has the lock would wait for that.
 */
export function lockSteps(connection: Connection): StepLock {
  let taken = false;
  return {
    get taken() {
      return taken;
    },
    async take() {
      const started = performance.now();
      while (!taken) {
        const [row] = await connection.query<{ taken: boolean }>(
          sql`select pg_catalog.pg_try_advisory_lock(${key[0]}, ${key[1]}) as taken`,
        );
        taken = row?.taken === true;
        if (!taken && performance.now() - started > patienceMs) throw never();
        if (!taken) await pause(pollMs);
      }
    },
    async [Symbol.asyncDispose]() {
      // A lost connection has let go of it.
      if (taken)
        await connection.query(sql`select pg_catalog.pg_advisory_unlock(${key[0]}, ${key[1]})`).catch(() => {});
    },
  };
}

function never(): AppError {
  return new AppError("WD432", "another assembly of this database does not end", {
    detail: `it was waited for for ${patienceMs / 60_000} minutes`,
    hint: "look for it in pg_stat_activity: application_name begins with howdah",
  });
}
