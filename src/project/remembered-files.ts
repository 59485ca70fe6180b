import { statSync, type BigIntStats } from "node:fs";

/** A file that was written this recently may be written again without its times telling: those of some disks count in 2 s. */
const settledMs = 2_000;
const largestBytes = 256 * 1024;
const mostBytes = 32 * 1024 * 1024;

interface Remembered {
  readonly info: BigIntStats;
  readonly content: Buffer;
}

/**
 * Contents of files that were read before, each for as long as its inode is untouched (ctime, which nobody can set back).
 *
 * Opening a file safely takes eight system calls in as many turns of the event loop, asking whether it has changed one:
 * while one watches, all files but the one that was saved are as they were.
 */
export class RememberedFiles {
  readonly #known = new Map<string, Remembered>();
  #bytes = 0;

  /** The content, if the file is the one that was read and nobody has touched it since. */
  find(file: string): Buffer | undefined {
    const before = this.#known.get(file);
    if (before === undefined) return undefined;
    if (isSame(before.info, infoOf(file))) return Buffer.from(before.content);
    this.#forget(file, before);
    return undefined;
  }

  /** Remembers what was read; `info` is of before the first byte was read, at `now` (ms since 1970). */
  keep(file: string, content: Buffer, info: BigIntStats, now: number): void {
    const touchedAt = info.ctimeMs > info.mtimeMs ? info.ctimeMs : info.mtimeMs;
    if (content.length > largestBytes || Number(touchedAt) + settledMs > now) return;
    const before = this.#known.get(file);
    if (before !== undefined) this.#forget(file, before);
    if (this.#bytes + content.length > mostBytes) this.#forgetAll();
    this.#known.set(file, { info, content: Buffer.from(content) });
    this.#bytes += content.length;
  }

  #forget(file: string, { content }: Remembered): void {
    this.#known.delete(file);
    this.#bytes -= content.length;
  }

  #forgetAll(): void {
    this.#known.clear();
    this.#bytes = 0;
  }
}

function isSame(one: BigIntStats, other: BigIntStats | undefined): boolean {
  if (other === undefined || one.dev !== other.dev || one.ino !== other.ino) return false;
  return one.size === other.size && one.ctimeNs === other.ctimeNs && one.mtimeNs === other.mtimeNs;
}

function infoOf(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true, throwIfNoEntry: false });
  } catch {
    // Whoever opens it is told why not.
    return undefined;
  }
}
