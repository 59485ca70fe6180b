import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { ensureCacheFolder } from "./cache.ts";
import { errorCode, fileError } from "./file-error.ts";
import { withLock } from "./lock.ts";

export interface ContentOptions {
  /** Absolute root of the cache. */
  readonly cache: string;
  /** The folder of the cache it stands in, e.g. "pg". */
  readonly kind: string;
  /** Its name there: a name never gets other content later. */
  readonly key: string;
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: (() => void) | undefined;
  /** Keeps the modes that `build` gave, instead of making all of it readable by others. */
  readonly keepModes?: boolean | undefined;
}

/** The absolute folder that this content has, or will have, in the cache. */
export function contentFolder({ cache, kind, key }: Pick<ContentOptions, "cache" | "kind" | "key">): string {
  return join(cache, kind, key);
}

/**
 * The absolute folder of immutable content: as it stands in the cache, or built there first.
 *
 * `build` fills an empty folder on the same file system, which becomes the content in one rename: it is there whole or
 * not at all, after kill -9 and after a power cut. Of several callers, in any process, one builds and the others wait.
 */
export async function ensureContent(
  options: ContentOptions,
  build: (staging: string) => Promise<void>,
): Promise<string> {
  const folder = contentFolder(options);
  if (await isFolder(folder)) return folder;
  const { cache, kind, key, signal, onWait } = options;
  await ensureCacheFolder(join(cache, kind));
  const staging = await ensureCacheFolder(join(cache, "staging"));
  return withLock(join(cache, "locks", `${kind}-${key}`), () => buildOnce(options, folder, staging, build), {
    signal,
    onWait,
  });
}

/** Names of all content of a kind that is in the cache. */
export async function listContent(cache: string, kind: string): Promise<readonly string[]> {
  const entries = await readdir(join(cache, kind), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function buildOnce(
  { cache, kind, key, signal, keepModes = false }: ContentOptions,
  folder: string,
  stagings: string,
  build: (staging: string) => Promise<void>,
): Promise<string> {
  if (await isFolder(folder)) return folder; // built while we waited
  const prefix = `${kind}-${key}+`;
  await sweep(stagings, prefix);
  const staging = join(stagings, prefix + randomBytes(4).toString("hex"));
  try {
    await mkdir(staging, { mode: 0o755 });
    await build(staging);
    signal?.throwIfAborted();
    await flush(staging, keepModes);
    await rename(staging, folder);
    await flushFolder(join(cache, kind), true);
    return folder;
  } catch (thrown) {
    await rm(staging, { recursive: true, force: true });
    throw fileError(thrown, folder, signal);
  }
}

/** What another process was building when it died: we hold its lock, so nobody is at it any more. */
async function sweep(stagings: string, prefix: string): Promise<void> {
  const names = await readdir(stagings);
  const left = names.filter((name) => name.startsWith(prefix));
  await Promise.all(left.map((name) => rm(join(stagings, name), { recursive: true, force: true })));
}

/**
 * A rename can reach the disk before the bytes of the files below it do: a power cut would leave empty programs.
 *
 * Everything becomes readable by others on the way (unless modes are kept), whatever the umask: the server may run as another user.
 */
async function flush(folder: string, keepModes: boolean): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const queue = files.values();
  await Promise.all(Array.from({ length: 16 }, () => flushEach(queue, keepModes)));
  for (const path of [...folders, folder]) await flushFolder(path, keepModes);
}

async function flushEach(files: Iterator<string> & Iterable<string>, keepModes: boolean): Promise<void> {
  for (const file of files) {
    // Windows flushes only what is open for writing.
    await using handle = await open(file, process.platform === "win32" ? "r+" : "r");
    if (!keepModes) await openToOthers(handle);
    await sync(handle);
  }
}

/** Some network and container file systems know no fsync, least of all of folders: what they promise must do. */
async function sync(handle: FileHandle): Promise<void> {
  await handle.sync().catch((thrown: unknown) => {
    if (!["EINVAL", "ENOTSUP", "ENOSYS"].includes(errorCode(thrown) ?? "")) throw thrown;
  });
}

async function openToOthers(handle: FileHandle): Promise<void> {
  const { mode } = await handle.stat();
  const open = mode | ((mode & 0o500) >> 3) | ((mode & 0o500) >> 6);
  if (open !== mode) await handle.chmod(open & 0o777);
}

async function flushFolder(folder: string, keepModes: boolean): Promise<void> {
  if (process.platform === "win32") return; // folders can't be opened there; NTFS journals the rename itself
  await using handle = await open(folder, "r");
  if (!keepModes) await openToOthers(handle);
  await handle.sync();
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
