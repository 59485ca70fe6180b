import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { parseGlob } from "./glob.ts";
import type { Tree, TreeChange, TreeEntry } from "./tree.ts";
import { checkTreePath, comparePaths, isTreePath, isVisible, missingFile } from "./tree-path.ts";

/** A Tree in memory, for tests and for programs that make their project up; changes reach its watchers at once. */
export interface MemoryTree extends Tree, AsyncDisposable {
  /** Adds or replaces one file. */
  write(path: string, content: string | Buffer): void;
  remove(path: string): void;
}

/**
 * A Tree of the given files, by path.
 *
 * `materialize` writes into a temporary folder, which disposing of the tree removes.
 */
export function memoryTree(files: Readonly<Record<string, string | Buffer>> = {}): MemoryTree {
  const tree = new FilesInMemory();
  for (const [path, content] of Object.entries(files)) tree.write(path, content);
  return tree;
}

interface MemoryFile {
  readonly content: Buffer;
  readonly modifiedAt: Date;
}

class FilesInMemory implements MemoryTree {
  readonly #files = new Map<string, MemoryFile>();
  readonly #watchers = new Set<(change: TreeChange) => void>();
  #folder: Promise<string> | undefined;

  write(path: string, content: string | Buffer): void {
    if (!isTreePath(path)) checkTreePath(path);
    this.#files.set(path, { content: Buffer.from(content), modifiedAt: new Date() });
    this.#tell(path);
  }

  remove(path: string): void {
    if (this.#files.delete(path)) this.#tell(path);
  }

  async list(glob: string): Promise<readonly TreeEntry[]> {
    const { matches } = parseGlob(glob);
    const paths = [...this.#files.keys()].filter((path) => isVisible(path) && matches(path));
    return paths.toSorted(comparePaths).map((path) => entry(path, this.#file(path)));
  }

  async read(path: string): Promise<Buffer> {
    return Buffer.from(this.#file(checkTreePath(path)).content);
  }

  async stat(path: string): Promise<TreeEntry | undefined> {
    const file = isTreePath(path) && isVisible(path) ? this.#files.get(path) : undefined;
    return file === undefined ? undefined : entry(path, file);
  }

  stream(path: string, range?: { readonly start: number; readonly end: number }): NodeJS.ReadableStream {
    const read = (): Promise<Buffer> => this.read(path);
    return Readable.from(
      (async function* () {
        const content = await read();
        const part = range === undefined ? content : content.subarray(range.start, range.end + 1);
        if (part.length > 0) yield part;
      })(),
      { objectMode: false },
    );
  }

  async watch(onChange: (change: TreeChange) => void, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#watchers.add(onChange);
    signal.addEventListener("abort", () => this.#watchers.delete(onChange), { once: true });
  }

  async materialize(paths: readonly string[]): Promise<string> {
    const files = paths.map((path) => [path, this.#file(checkTreePath(path)).content] as const);
    this.#folder ??= mkdtemp(join(tmpdir(), "howdah-tree-"));
    const folder = await this.#folder;
    for (const [path, content] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return folder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watchers.clear();
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
  }

  #file(path: string): MemoryFile {
    const file = this.#files.get(path);
    if (file === undefined) throw missingFile(path);
    return file;
  }

  #tell(path: string): void {
    if (!isVisible(path)) return;
    for (const watcher of this.#watchers) watcher({ paths: [path] });
  }
}

function entry(path: string, file: MemoryFile): TreeEntry {
  return { path, bytes: file.content.length, modifiedAt: file.modifiedAt };
}
