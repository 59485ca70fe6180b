import { Readable } from "node:stream";
import type { AppError } from "../errors/index.ts";

/** The rows of a query as they arrive: the bytes of each row's first column, one behind the other. */
export class RowStream extends Readable {
  readonly #started = Promise.withResolvers<void>();
  #begun = false;
  /** Called when the reader has room again. */
  onDemand: () => void = () => {};

  constructor() {
    super({ highWaterMark: 64 * 1024 });
    // Whoever reads is told by the stream itself.
    this.#started.promise.catch(() => {});
  }

  /** Resolved with the first row, or with the end of a result without rows; rejected where it fails ahead of both. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  /** True where more may come: false asks to wait for `onDemand`. */
  add(value: Buffer | null): boolean {
    this.#begin();
    return this.destroyed || value === null || value.length === 0 || this.push(value);
  }

  finish(): void {
    this.#begin();
    this.push(null);
  }

  fail(error: AppError): void {
    this.#started.reject(error);
    this.destroy(this.#begun ? error : undefined);
  }

  override _read(): void {
    this.onDemand();
  }

  #begin(): void {
    this.#begun = true;
    this.#started.resolve();
  }
}
