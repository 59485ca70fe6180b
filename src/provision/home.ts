import { createHash } from "node:crypto";
import { readlink } from "node:fs/promises";
import { join, resolve } from "node:path";

/** Where the parts of a project's cluster live inside its `.howdah` folder. */
export interface Home {
  readonly folder: string;
  /** The data directory, or a link to it where the server's user can't reach the folder. */
  readonly data: string;
  /** The private folder of the sockets, or a link to it where its path is too long for a socket. */
  readonly run: string;
  /** Locked by the supervisor for as long as it lives. */
  readonly lock: string;
  readonly password: string;
  /** The TCP port that the cluster takes when it is free. */
  readonly port: string;
  readonly log: string;
  readonly oldLog: string;
}

/** The paths of the cluster in `folder` (a project's `.howdah`). */
export function homeAt(folder: string): Home {
  const at = resolve(folder);
  return {
    folder: at,
    data: join(at, "data"),
    run: join(at, "run"),
    lock: join(at, "supervisor.lock"),
    password: join(at, "password"),
    port: join(at, "port"),
    log: join(at, "postgres.log"),
    oldLog: join(at, "postgres.log.1"),
  };
}

/** What a link points at, or the path itself; undefined when there is nothing. */
export async function followLink(path: string): Promise<string | undefined> {
  try {
    return resolve(path, "..", await readlink(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EINVAL" || code === "UNKNOWN") return path;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** The address that the supervisor's lease socket listens on; undefined before the first start. */
export async function leaseAddress(home: Home): Promise<string | undefined> {
  if (process.platform === "win32") return pipeName(home);
  // The link is followed here: the kernel counts the bytes of the path that it is given.
  const run = await followLink(home.run);
  return run === undefined ? undefined : join(run, "lease");
}

function pipeName(home: Home): string {
  return `\\\\.\\pipe\\howdah-${createHash("sha256").update(home.folder.toLowerCase()).digest("hex").slice(0, 24)}`;
}
