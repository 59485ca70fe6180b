import type { Stats } from "node:fs";
import { realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { watch as watchPaths, type FSWatcher } from "chokidar";
import { AppError } from "../errors/index.ts";
import { burst } from "./burst.ts";
import type { TreeChange } from "./tree.ts";
import { comparePaths, isVisible } from "./tree-path.ts";

const POLL_MS = 500;
const OUT_OF_WATCHES: ReadonlySet<string> = new Set(["ENOSPC", "EMFILE", "ENFILE"]);

export interface WatchFolderOptions {
  readonly onChange: (change: TreeChange) => void;
  readonly signal: AbortSignal;
  /** Told once when the system's limit of watches is reached and polling takes over; default: a process warning. */
  readonly onWarning?: ((warning: AppError) => void) | undefined;
}

/**
 * Watches a folder until the signal aborts; resolved once nothing can be missed any more.
 *
 * chokidar, and not `fs.watch` with `recursive`: on Linux that one loses sight of a file once it was replaced by a
 * rename, as editors save (Node 24.21: the next write to it makes no event). chokidar's own `atomic` would hold
 * events back for 100 ms; the quiet time of a burst does the same in 25.
 */
export async function watchFolder(root: string, options: WatchFolderOptions): Promise<void> {
  if (options.signal.aborted) return;
  const watch = new FolderWatch(await realpath(root), options);
  await watch.start();
}

class FolderWatch {
  readonly #root: string;
  readonly #options: WatchFolderOptions;
  /** Every file that was seen, with what it looked like: what a change of watchers might have missed. */
  #known = new Map<string, string>();
  /** Links and the paths behind them: a change of the target is one of the link. */
  readonly #links = new Map<string, string>();
  readonly #changes: ReturnType<typeof burst>;
  #watcher: FSWatcher | undefined;
  #started = false;

  constructor(root: string, options: WatchFolderOptions) {
    this.#root = root;
    this.#options = options;
    this.#changes = burst((paths) => {
      if (!options.signal.aborted) options.onChange({ paths: this.#withLinks(paths) });
    });
    options.signal.addEventListener("abort", () => this.#stop(), { once: true });
  }

  async start(): Promise<void> {
    if (this.#options.signal.aborted) return;
    const failure = await this.#open(false);
    if (failure !== undefined) await this.#poll(failure);
    this.#started = true;
  }

  #stop(): void {
    this.#changes.stop();
    // Nobody can wait for it here; what close() could still fail at is of no interest to anyone.
    this.#watcher?.close().catch(() => {});
  }

  async #poll(failure: Error): Promise<void> {
    await this.#watcher?.close();
    if (this.#options.signal.aborted) return;
    (this.#options.onWarning ?? warn)(outOfWatches(failure));
    const before = this.#known;
    this.#known = new Map();
    await this.#open(true);
    if (!this.#started) return;
    for (const path of before.keys()) if (!this.#known.has(path)) this.#changes.add(path);
    for (const [path, state] of this.#known) if (before.get(path) !== state) this.#changes.add(path);
  }

  /** Undefined once everything is watched, or the signal has aborted; the error when there are no watches left. */
  async #open(poll: boolean): Promise<Error | undefined> {
    const { promise, resolve } = Promise.withResolvers<Error | undefined>();
    const { signal } = this.#options;
    const watcher = watchPaths(this.#root, {
      atomic: false,
      followSymlinks: false,
      alwaysStat: true,
      usePolling: poll,
      interval: POLL_MS,
      ignored: (path) => !isVisible(this.#path(path)),
    });
    this.#watcher = watcher;
    let ready = false;
    watcher.on("all", (event, path, stats) => this.#note(event, this.#path(path), { stats, ready }));
    watcher.on("ready", () => {
      ready = true;
      resolve(undefined);
    });
    watcher.on("error", (error) => {
      if (poll || !isOutOfWatches(error)) return;
      // Whatever closing the old watcher could fail at, there is none any more.
      if (ready) void this.#poll(error);
      else resolve(error);
    });
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
    return promise;
  }

  #note(
    event: string,
    path: string,
    { stats, ready }: { readonly stats: Stats | undefined; readonly ready: boolean },
  ): void {
    if (event === "addDir" || event === "unlinkDir") return;
    const wasKnown = this.#known.has(path);
    if (event === "unlink") {
      this.#known.delete(path);
      this.#links.delete(path);
    } else {
      this.#known.set(path, stats === undefined ? "" : `${stats.mtimeMs} ${stats.size} ${stats.ino}`);
      if (stats?.isSymbolicLink() === true) void this.#noteLink(path);
    }
    if (!ready) return;
    // A temporary file that came and went within one burst was never there.
    if (event === "unlink" && this.#changes.isNew(path)) this.#changes.remove(path);
    else this.#changes.add(path, { isNew: !wasKnown });
  }

  async #noteLink(path: string): Promise<void> {
    const real = await realpath(join(this.#root, path)).catch(() => undefined);
    if (real?.startsWith(this.#root + sep) === true) this.#links.set(path, this.#path(real));
  }

  #withLinks(paths: ReadonlySet<string>): readonly string[] {
    const all = new Set(paths);
    for (const [link, target] of this.#links) {
      for (const path of paths) {
        if (path === target || path.startsWith(`${target}/`)) all.add(link + path.slice(target.length));
      }
    }
    return [...all].toSorted(comparePaths);
  }

  #path(path: string): string {
    return relative(this.#root, path).split(sep).join("/");
  }
}

function isOutOfWatches(error: unknown): error is Error {
  return error instanceof Error && "code" in error && OUT_OF_WATCHES.has(String(error.code));
}

function outOfWatches(cause: Error): AppError {
  return new AppError("WD124", "the system has no file watches left: looking at the files twice a second instead", {
    detail: cause.message,
    hint: "raise the limit: sysctl fs.inotify.max_user_watches=524288",
    cause,
  });
}

function warn(warning: AppError): void {
  process.emitWarning(`${warning.message} (${warning.detail ?? ""})`, {
    code: warning.code,
    detail: warning.hint ?? "",
  });
}
