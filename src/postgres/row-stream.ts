import { Readable } from "node:stream";
import type { AppError } from "../errors/index.ts";

/** What one write hands on: as much as a socket gives at once. */
const pageBytes = 64 * 1024;
const noPage = Buffer.alloc(0);
/** What is smaller is not worth it. */
const releasedBytes = 32 * 1024;

/**
 * Gives the memory of bytes back that nobody reads any more: the collector counts what lies outside of its heap, but does
 * not hurry for it, and what a stream of 100,000 rows passes on would be held at once.
 */
export function releaseBytes({ buffer }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength < releasedBytes) return;
  try {
    buffer.transfer(0);
  } catch {
    // A pool that other Buffers are parts of: Node lets nobody take it.
  }
}

/**
 * The rows of a query as they arrive: the bytes of each row's first column, one behind the other.
 *
 * Rows are copied into pages. A Buffer for each of 100,000 rows that wait for the reader would outlive collections, and V8
 * answers that with a larger young generation, which it keeps.
 */
export class RowStream extends Readable {
  readonly #started = Promise.withResolvers<void>();
  #begun = false;
  #page: Buffer = noPage;
  #filled = 0;
  /** Behind the last row, other messages lie in the same piece. */
  #ended = false;
  /** What the rows of this turn were copied from: pieces of a socket, which nobody else holds while rows come. */
  #read: Uint8Array[] = [];
  #turning = false;
  /** True from the page that the reader had no room for until it asks for more. */
  #full = false;
  /** Called when the reader has room again. */
  onDemand: () => void = () => {};

  constructor() {
    super({ highWaterMark: pageBytes });
    // Whoever reads is told by the stream itself.
    this.#started.promise.catch(() => {});
  }

  /** Resolved with the first row, or with the end of a result without rows; rejected where it fails ahead of both. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  /**
   * True where more may come: false asks to wait for `onDemand`. The bytes are free again; where they are `owned` by this
   * result, their memory is given back.
   */
  add(value: Buffer | null, owned = true): boolean {
    this.#begin();
    if (this.destroyed || value === null || value.length === 0) return true;
    if (!this.#turning) queueMicrotask(() => this.#turned());
    this.#turning = true;
    if (owned && value.buffer !== this.#read.at(-1)?.buffer) this.#read.push(value);
    if (this.#filled + value.length > this.#page.length) this.#turn(value.length);
    this.#filled += value.copy(this.#page, this.#filled);
    return !this.#full;
  }

  finish(): void {
    this.#ended = true;
    this.#begin();
    this.#flush();
    this.push(null);
  }

  fail(error: AppError): void {
    this.#ended = true;
    this.#started.reject(error);
    this.destroy(this.#begun ? error : undefined);
  }

  override _read(): void {
    this.#full = false;
    this.onDemand();
  }

  /** A page with room for so many bytes. */
  #turn(bytes: number): void {
    this.#flush();
    this.#page = Buffer.allocUnsafeSlow(Math.max(bytes, pageBytes));
  }

  /** All that came at once was read. */
  #turned(): void {
    this.#turning = false;
    this.#flush();
    for (const bytes of this.#ended ? [] : this.#read) releaseBytes(bytes);
    this.#read = [];
  }

  #flush(): void {
    const [page, filled] = [this.#page, this.#filled];
    this.#page = noPage;
    this.#filled = 0;
    if (filled > 0 && !this.destroyed) this.#full = !this.push(page.subarray(0, filled));
  }

  #begin(): void {
    this.#begun = true;
    this.#started.resolve();
  }
}
