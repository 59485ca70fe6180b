import { truncateSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** Held for as long as the process lives, or until it is disposed. */
export interface ProcessLock extends Disposable {}

/**
 * Takes the lock of this file for this process; undefined when another process holds it.
 *
 * An exclusive SQLite transaction, as in resolve/lock.ts: the kernel drops it with the process, however it dies, and it
 * holds across containers that share the folder, where a process id means nothing. Listening on the socket was
 * weighed as the lock: a socket file outlives its process, and removing a stale one races with the next starter.
 */
export function tryLock(path: string): ProcessLock | undefined {
  try {
    return lock(path);
  } catch (thrown) {
    if (!(thrown instanceof Error && "errcode" in thrown && thrown.errcode === 26)) throw thrown; // SQLITE_NOTADB
    // Damaged, and it never held anything. Emptied and not replaced: a second file would be a second lock.
    truncateSync(path);
    return lock(path);
  }
}

function lock(path: string): ProcessLock | undefined {
  const database = new DatabaseSync(path);
  try {
    database.exec("pragma journal_mode = memory; begin exclusive");
    return { [Symbol.dispose]: () => database.close() };
  } catch (thrown) {
    database.close();
    if (thrown instanceof Error && "errcode" in thrown && thrown.errcode === 5) return undefined; // SQLITE_BUSY
    throw thrown;
  }
}
