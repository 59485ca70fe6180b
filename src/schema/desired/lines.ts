import { closeSync, openSync, readSync } from "node:fs";

const chunkBytes = 1024 * 1024;

/** Text that is read line by line, so that it need not be held beside what comes out of it. */
export class Lines implements Disposable {
  #descriptor: number | undefined;
  /** What was read and not yet given out, from `#at` on. */
  #bytes: Buffer;
  #at = 0;

  private constructor(bytes: Buffer, descriptor: number | undefined) {
    this.#bytes = bytes;
    this.#descriptor = descriptor;
  }

  static of(text: string): Lines {
    return new Lines(Buffer.from(text), undefined);
  }

  /** Lines of a file, which stays open until the end is reached or nobody wants more; undefined where there is none. */
  static ofFile(file: string): Lines | undefined {
    try {
      return new Lines(Buffer.alloc(0), openSync(file, "r"));
    } catch {
      return undefined;
    }
  }

  /** The next line without its end; "" where there is none. */
  next(): string {
    let end = this.#bytes.indexOf("\n", this.#at);
    while (end === -1 && this.#read()) end = this.#bytes.indexOf("\n", this.#at);
    const line = this.#bytes.toString("utf8", this.#at, end === -1 ? this.#bytes.length : end);
    this.#at = end === -1 ? this.#bytes.length : end + 1;
    return line;
  }

  /** All that is left. */
  rest(): Buffer {
    while (this.#read());
    return Buffer.from(this.#bytes.subarray(this.#at));
  }

  [Symbol.dispose](): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** False at the end of the file. */
  #read(): boolean {
    if (this.#descriptor === undefined) return false;
    const left = this.#bytes.subarray(this.#at);
    const bytes = Buffer.allocUnsafe(left.length + chunkBytes);
    left.copy(bytes);
    const read = readSync(this.#descriptor, bytes, left.length, chunkBytes, null);
    this.#bytes = bytes.subarray(0, left.length + read);
    this.#at = 0;
    if (read === 0) this[Symbol.dispose]();
    return read > 0;
  }
}
