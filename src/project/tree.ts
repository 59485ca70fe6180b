/** One file of a Tree. */
export interface TreeEntry {
  /** Relative to the root, forward slashes, no leading slash, no "." or ".." segment. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/** Paths that were added, changed or removed since the last call, coalesced. */
export interface TreeChange {
  readonly paths: readonly string[];
}

/**
 * All that anything sees of a project's files: a local folder in development, a release in the database in production.
 */
export interface Tree {
  /** Files that match the glob (`pages/**\/*.html`), sorted by path in code-point order. Dotfiles and links that
   * lead outside the root are never listed. */
  list(glob: string): Promise<readonly TreeEntry[]>;
  /** Whole content; AppError with the path when it is missing or lies outside. */
  read(path: string): Promise<Buffer>;
  /** One entry, or undefined when there is no such file (or it may not be seen). */
  stat(path: string): Promise<TreeEntry | undefined>;
  /** Bytes `start` to `end` inclusive, as a stream, for large assets. */
  stream(path: string, range?: { readonly start: number; readonly end: number }): NodeJS.ReadableStream;
  /** Calls back with each change until the signal aborts; resolved once watching. A Tree that never changes never calls. */
  watch(onChange: (change: TreeChange) => void, signal: AbortSignal): Promise<void>;
  /** Puts the files on a disk, as Node must import them; returns the absolute folder that holds them. */
  materialize(paths: readonly string[]): Promise<string>;
}
