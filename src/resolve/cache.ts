import { constants } from "node:fs";
import { access, chmod, mkdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { AppError } from "../errors/index.ts";

/** What the place of the cache depends on; the process's own by default. */
export interface CacheSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly root: boolean;
}

/**
 * Absolute root of howdah's cache: HOWDAH_CACHE, else XDG_CACHE_HOME/howdah, else the platform's place for caches.
 *
 * Root gets a place that is open to all, because Postgres refuses to run as root and the unprivileged user it runs as
 * must reach its programs: /root is closed to it. Throws WD357 when HOWDAH_CACHE is a relative path.
 */
export function cacheRoot(surroundings: CacheSurroundings = ownSurroundings()): string {
  const { env, platform, home, root } = surroundings;
  if (env["HOWDAH_CACHE"]) return absolute("HOWDAH_CACHE", env["HOWDAH_CACHE"]);
  if (platform === "win32") return join(env["LOCALAPPDATA"] || join(home, "AppData", "Local"), "howdah", "Cache");
  if (root) return platform === "darwin" ? "/Library/Caches/howdah" : "/var/cache/howdah";
  // The XDG specification: a relative path is invalid and must be ignored.
  if (env["XDG_CACHE_HOME"] && isAbsolute(env["XDG_CACHE_HOME"])) return join(env["XDG_CACHE_HOME"], "howdah");
  return platform === "darwin" ? join(home, "Library", "Caches", "howdah") : join(home, ".cache", "howdah");
}

/**
 * Makes a folder of the cache, and those above it, readable and traversable by others when we are root, whatever the
 * umask says. Throws WD357 when it can't be written or, as root, not be reached by others.
 */
export async function ensureCacheFolder(folder: string, root = isRoot()): Promise<string> {
  try {
    const first = await mkdir(folder, { recursive: true, mode: 0o755 });
    if (root && first !== undefined) await openToOthers(first, folder);
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw unusable(folder, "it can't be written", cause);
  }
  if (root) await assertTraversable(folder);
  return folder;
}

/** True where files that we write must be readable by the unprivileged user that the server runs as. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function ownSurroundings(): CacheSurroundings {
  return { env: process.env, platform: process.platform, home: homedir(), root: isRoot() };
}

function absolute(name: string, path: string): string {
  if (isAbsolute(path)) return path;
  throw new AppError("WD357", `${name} is not an absolute path`, {
    detail: `${name}=${path}`,
    hint: "a relative cache would be another one in every folder: give the whole path",
  });
}

/** mkdir's mode is cut by the umask, and `recursive` makes the folders between with it as well. */
async function openToOthers(first: string, last: string): Promise<void> {
  for (let folder = last; folder.length >= first.length; folder = dirname(folder)) await chmod(folder, 0o755);
}

async function assertTraversable(folder: string): Promise<void> {
  for (let path = folder; ; path = dirname(path)) {
    const { mode } = await stat(path);
    if ((mode & 0o001) === 0) throw unusable(folder, `others can't pass through ${path} (mode ${octal(mode)})`);
    if (path === dirname(path)) return;
  }
}

function unusable(folder: string, reason: string, cause?: unknown): AppError {
  const message = cause instanceof Error ? `: ${cause.message}` : "";
  return new AppError("WD357", "the cache folder can't be used", {
    detail: `${folder}: ${reason}${message}`,
    hint: "set HOWDAH_CACHE to another absolute folder",
    cause,
  });
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
