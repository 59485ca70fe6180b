import { AppError } from "../errors/index.ts";

/** A buffer grows by twice its size, and by no more than this. */
const largestStepBytes = 1024 * 1024;
const firstBytes = 2048;
const maxKeptBytes = 64 * 1024;

/**
 * Messages to Postgres, one behind the other in one buffer, so that a request is one write (PostgreSQL manual,
 * "Message Formats"): text format everywhere.
 */
export class Frontend {
  #buffer = Buffer.allocUnsafeSlow(firstBytes);
  #end = 0;

  /** A prepared statement called `name`; "" is the unnamed one. Throws WD211 for a NUL character. */
  parse(name: string, text: string): this {
    const start = this.#begin("P");
    this.#cstring(name);
    this.#cstring(text);
    this.#int16(0);
    return this.#finish(start);
  }

  /** Binds a statement to a portal; "" is the unnamed one. Throws WD211 for more parameters than the protocol can count. */
  bind(name: string, values: readonly (string | null)[], portal = ""): this {
    if (values.length > 65_535) {
      throw new AppError("WD211", "a statement has more than 65,535 parameters", { detail: `${values.length}` });
    }
    const start = this.#begin("B");
    this.#cstring(portal);
    this.#cstring(name);
    this.#int16(0);
    this.#int16(values.length);
    for (const value of values) this.#value(value);
    this.#int16(0);
    return this.#finish(start);
  }

  describe(name: string): this {
    return this.#aboutStatement("D", name);
  }

  closeStatement(name: string): this {
    return this.#aboutStatement("C", name);
  }

  execute(portal = ""): this {
    const start = this.#begin("E");
    this.#cstring(portal);
    this.#int32(0);
    return this.#finish(start);
  }

  sync(): this {
    return this.#finish(this.#begin("S"));
  }

  terminate(): this {
    return this.#finish(this.#begin("X"));
  }

  append(bytes: Buffer): this {
    this.#reserve(bytes.length);
    this.#end += bytes.copy(this.#buffer, this.#end);
    return this;
  }

  get length(): number {
    return this.#end;
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#end);
  }

  /** Forgets what was written behind this length. */
  truncate(length: number): void {
    this.#end = length;
  }

  /** Forgets what was written, and what is too large to be kept: the buffer is used anew. */
  clear(): this {
    this.#end = 0;
    if (this.#buffer.length > maxKeptBytes) this.#buffer = Buffer.allocUnsafeSlow(firstBytes);
    return this;
  }

  #aboutStatement(code: string, name: string): this {
    const start = this.#begin(code);
    this.#cstring(`S${name}`);
    return this.#finish(start);
  }

  #begin(code: string): number {
    this.#reserve(5);
    this.#buffer[this.#end] = code.charCodeAt(0);
    this.#end += 5;
    return this.#end - 4;
  }

  #finish(start: number): this {
    this.#buffer.writeUInt32BE(this.#end - start, start);
    return this;
  }

  #value(value: string | null): void {
    if (value === null) {
      this.#int32(-1);
      return;
    }
    const length = Buffer.byteLength(value);
    this.#int32(length);
    this.#reserve(length);
    this.#end += this.#buffer.write(value, this.#end, length, "utf8");
  }

  #cstring(text: string): void {
    // It would end the string early, and what follows would be read as the rest of the message.
    if (text.includes("\0")) throw new AppError("WD211", "a statement holds a NUL character");
    const length = Buffer.byteLength(text);
    this.#reserve(length + 1);
    this.#end += this.#buffer.write(text, this.#end, length, "utf8");
    this.#buffer[this.#end++] = 0;
  }

  #int16(value: number): void {
    this.#reserve(2);
    this.#end = this.#buffer.writeUInt16BE(value, this.#end);
  }

  #int32(value: number): void {
    this.#reserve(4);
    this.#end = this.#buffer.writeInt32BE(value, this.#end);
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    // Behind a value of megabytes little more comes: twice its size would be held for nothing.
    const most = Math.min(this.#buffer.length * 2, this.#buffer.length + largestStepBytes);
    const larger = Buffer.allocUnsafe(Math.max(most, this.#end + bytes + firstBytes));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}
