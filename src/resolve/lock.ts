import { truncateSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ensureCacheFolder } from "./cache.ts";
import { fileError } from "./file-error.ts";

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once when another process holds the lock and we begin to wait. */
  readonly onWait?: (() => void) | undefined;
}

/**
 * Runs the work while holding an exclusive lock across processes; a second caller, in this process or another, waits.
 *
 * Held as an exclusive SQLite transaction: the operating system drops the lock with the process, however it dies, so
 * there is no stale lock to judge by a process id (which is reused, and means nothing across containers that share a
 * cache). The file at `path` stays; it holds nothing. Throws WD358 when the signal aborts while waiting.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  await ensureCacheFolder(dirname(path));
  const { DatabaseSync } = await import("node:sqlite"); // 3 ms that only those who install have to pay
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    await acquire(database, path, options);
    return await work();
  } catch (thrown) {
    throw fileError(thrown, path, options.signal);
  } finally {
    database?.close();
  }
}

async function acquire(database: DatabaseSync, path: string, { signal, onWait }: LockOptions): Promise<void> {
  for (let waits = 0; ; waits++) {
    signal?.throwIfAborted();
    if (tryBegin(database, path)) return;
    if (waits === 0) onWait?.();
    await pause(Math.min(10 * (waits + 1), 100), undefined, { signal });
  }
}

function tryBegin(database: DatabaseSync, path: string): boolean {
  try {
    database.exec("begin exclusive");
    return true;
  } catch (thrown) {
    // SQLITE_BUSY (5): held elsewhere. SQLite's own waiting would block the event loop.
    const errcode = thrown instanceof Error && "errcode" in thrown ? thrown.errcode : undefined;
    if (errcode === 5) return false;
    if (errcode !== 26) throw thrown;
    // SQLITE_NOTADB (26): damaged, and it never held anything. Emptied and not replaced: a second file would be a
    // second lock.
    truncateSync(path);
    return tryBegin(database, path);
  }
}
