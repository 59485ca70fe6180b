import { type FileHandle, open } from "node:fs/promises";
import type { Home } from "../home.ts";
import type { ServerUser } from "../server-user.ts";

const maxBytes = 8 * 2 ** 20;

/**
 * The server's log: Postgres writes into it directly (a pipe through the supervisor would stop the server when that
 * is slow or gone), and it is kept below twice `maxBytes` with the part before in postgres.log.1.
 *
 * Both files are opened while we may still be root, and only used by their descriptors.
 */
export interface LogFile extends AsyncDisposable {
  readonly descriptor: number;
  size(): Promise<number>;
  /** What was written from this offset on; at most the last 4 kB. */
  since(offset: number): Promise<string>;
  append(line: string): Promise<void>;
  /** Copies and empties it when it has grown too large: O_APPEND lets Postgres go on at the new end. */
  rotate(): Promise<void>;
}

/** Opens or creates the log, readable by the server's user alone. */
export async function openLog(home: Home, user: ServerUser | undefined): Promise<LogFile> {
  const [log, old] = await Promise.all([openAppend(home.log, user), openAppend(home.oldLog, user)]);
  const size = async () => (await log.stat()).size;
  return {
    descriptor: log.fd,
    size,
    async since(offset) {
      const end = await size();
      const from = Math.max(Math.min(offset, end), end - 4096);
      const { buffer, bytesRead } = await log.read(Buffer.alloc(end - from), 0, end - from, from);
      return buffer.toString("utf8", 0, bytesRead);
    },
    async append(line) {
      await log.appendFile(`${new Date().toISOString()} howdah: ${line}\n`);
    },
    async rotate() {
      const end = await size();
      if (end < maxBytes) return;
      await old.truncate(0);
      await copy(log, old, end);
      await log.truncate(0);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([log.close(), old.close()]);
    },
  };
}

async function openAppend(path: string, user: ServerUser | undefined): Promise<FileHandle> {
  const handle = await open(path, "a+", 0o600);
  if (user !== undefined) await handle.chown(user.uid, user.gid);
  return handle;
}

async function copy(from: FileHandle, to: FileHandle, bytes: number): Promise<void> {
  const chunk = Buffer.alloc(64 * 1024);
  for (let at = 0; at < bytes;) {
    const { bytesRead } = await from.read(chunk, 0, Math.min(chunk.length, bytes - at), at);
    if (bytesRead === 0) return;
    await to.write(chunk, 0, bytesRead);
    at += bytesRead;
  }
}
