import { constants, statSync, type BigIntStats, type Dirent, type Stats } from "node:fs";
import { open, readdir, realpath, stat, type FileHandle } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { Readable } from "node:stream";
import { AppError } from "../errors/index.ts";
import { parseGlob, type Glob } from "./glob.ts";
import { RememberedFiles } from "./remembered-files.ts";
import type { Tree, TreeChange, TreeEntry } from "./tree.ts";
import { checkTreePath, comparePaths, isTreePath, isVisible, missingFile } from "./tree-path.ts";
import { watchFolder } from "./watch-folder.ts";

const CHUNK_BYTES = 64 * 1024;
// A pipe in the place of a file would make open() wait for a writer for ever.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
const MISSING = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "EINVAL"]);

/**
 * The Tree of a folder on disk, as development has it.
 *
 * Links are followed when their target lies inside the folder and may itself be seen: a link to `.howdah` hides what
 * it names, like one that leads outside. Names are case-sensitive, on file systems too that are not.
 */
export function folderTree(root: string): Tree {
  return new FolderTree(resolve(root));
}

class FolderTree implements Tree {
  readonly #root: string;
  readonly #remembered = new RememberedFiles();

  constructor(root: string) {
    this.#root = root;
  }

  async list(glob: string): Promise<readonly TreeEntry[]> {
    const parsed = parseGlob(glob);
    const { folder } = parsed;
    if (folder !== "" && !(isTreePath(folder) && isVisible(folder))) return [];
    const found: TreeEntry[] = [];
    const real = await this.#real(folder);
    if (real !== undefined) await this.#walk(folder, [real], parsed, found);
    return found.toSorted((left, right) => comparePaths(left.path, right.path));
  }

  async read(path: string): Promise<Buffer> {
    const place = join(this.#root, checkTreePath(path));
    const known = this.#remembered.find(place);
    if (known !== undefined) return known;
    const now = Date.now();
    const { file, info } = await this.#open(path);
    try {
      const content = await file.readFile();
      this.#remembered.keep(place, content, info, now);
      return content;
    } catch (error) {
      throw toTreeError(path, error);
    } finally {
      await file.close();
    }
  }

  async stat(path: string): Promise<TreeEntry | undefined> {
    if (!isTreePath(path) || !isVisible(path)) return undefined;
    const real = await this.#real(path);
    return real === undefined ? undefined : this.#entry(path, real);
  }

  stream(path: string, range?: { readonly start: number; readonly end: number }): NodeJS.ReadableStream {
    return Readable.from(this.#chunks(path, range), { objectMode: false, highWaterMark: CHUNK_BYTES });
  }

  async watch(onChange: (change: TreeChange) => void, signal: AbortSignal): Promise<void> {
    await watchFolder(this.#root, { onChange, signal });
  }

  async materialize(paths: readonly string[]): Promise<string> {
    for (const path of paths) {
      if ((await this.stat(checkTreePath(path))) === undefined) throw missingFile(path);
    }
    return this.#root;
  }

  /** `trail` holds the real folders on the way down: a link to one of them would go round in circles. */
  async #walk(folder: string, trail: readonly string[], glob: Glob, found: TreeEntry[]): Promise<void> {
    const here = trail.at(-1) ?? this.#root;
    for (const entry of await this.#names(here)) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const real = await this.#reach(here, path, entry);
      if (real === undefined || (entry.isFile() && !glob.matches(path))) continue;
      const info = infoOf(real);
      if (info?.isFile() === true && glob.matches(path)) {
        found.push({ path, bytes: info.size, modifiedAt: info.mtime });
      } else if (info?.isDirectory() === true && glob.deep && !trail.includes(real)) {
        await this.#walk(path, [...trail, real], glob, found);
      }
    }
  }

  /** What an entry of a real folder really is: only a link needs to be looked into. */
  async #reach(folder: string, path: string, entry: Dirent): Promise<string | undefined> {
    if (!isTreePath(path) || !isVisible(entry.name)) return undefined;
    return entry.isSymbolicLink() ? this.#real(path) : join(folder, entry.name);
  }

  async #names(folder: string): Promise<readonly Dirent[]> {
    try {
      return await readdir(folder, { withFileTypes: true });
    } catch (error) {
      if (isMissing(error)) return [];
      throw unreadable(relative(this.#root, folder), error);
    }
  }

  async #entry(path: string, real: string): Promise<TreeEntry | undefined> {
    const info = await stat(real).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw unreadable(path, error);
    });
    return info?.isFile() === true ? { path, bytes: info.size, modifiedAt: info.mtime } : undefined;
  }

  /** The absolute path behind all links, or undefined when there is none or it may not be seen. */
  async #real(path: string): Promise<string | undefined> {
    try {
      const [root, real] = await Promise.all([realpath(this.#root), realpath(join(this.#root, path))]);
      if (real === root) return path === "" ? real : undefined;
      if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
      const inside = relative(root, real).split(sep).join("/");
      if (!isVisible(inside)) return undefined;
      const otherCase = inside !== path && inside.toLowerCase() === path.toLowerCase();
      return otherCase ? undefined : real;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw unreadable(path, error);
    }
  }

  async #open(path: string): Promise<{ readonly file: FileHandle; readonly info: BigIntStats }> {
    const real = await this.#real(checkTreePath(path));
    if (real === undefined) throw missingFile(path);
    const file = await open(real, READ_FLAGS).catch((error: unknown) => {
      throw toTreeError(path, error);
    });
    const info = await file.stat({ bigint: true });
    if (info.isFile()) return { file, info };
    await file.close();
    throw missingFile(path);
  }

  async *#chunks(path: string, range?: { readonly start: number; readonly end: number }): AsyncGenerator<Buffer> {
    const { file, info } = await this.#open(path);
    const bytes = Number(info.size);
    try {
      let position = range?.start ?? 0;
      const end = Math.min(bytes, range === undefined ? bytes : range.end + 1);
      while (position < end) {
        const length = Math.min(CHUNK_BYTES, end - position);
        const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(length), position });
        if (bytesRead === 0) throw new AppError("WD123", `the file became shorter while it was read: "${path}"`);
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }
}

/** At once: thousands of files one after the other would cost as many turns of the event loop. */
function infoOf(real: string): Stats | undefined {
  try {
    return statSync(real, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && MISSING.has(String(error.code));
}

function toTreeError(path: string, error: unknown): AppError {
  return isMissing(error) ? missingFile(path, error) : unreadable(path, error);
}

function unreadable(path: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError("WD106", `the file can't be read: "${path}"`, { detail: String(error), cause: error });
}
