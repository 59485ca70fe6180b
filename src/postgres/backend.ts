import pg from "pg";
import { AppError } from "../errors/index.ts";

/**
 * Called for each message: its one-letter code, and where its body lies in `bytes`, which are the handler's to keep only
 * where they are `owned`; else they hold something else afterwards.
 */
export type MessageHandler = (code: number, bytes: Buffer, start: number, end: number, owned: boolean) => void;

/** The codes of the messages that Postgres sends, as they are compared for each of them. */
export const message = {
  readyForQuery: 0x5a,
  parseComplete: 0x31,
  bindComplete: 0x32,
  closeComplete: 0x33,
  rowDescription: 0x54,
  dataRow: 0x44,
  commandComplete: 0x43,
  emptyQueryResponse: 0x49,
  errorResponse: 0x45,
  copyInResponse: 0x47,
  copyOutResponse: 0x48,
} as const;

const headBytes = 5;

/** Cuts what Postgres sends into messages, without copying those that arrive in one piece. */
export class Backend {
  readonly #handle: MessageHandler;
  readonly #maxBytes: number;
  readonly #head = Buffer.allocUnsafeSlow(headBytes);
  /** The message that has begun, once its length is known, and how much of it has come. */
  #whole: Buffer | undefined;
  #filled = 0;

  constructor(handle: MessageHandler, maxBytes: number) {
    this.#handle = handle;
    this.#maxBytes = maxBytes;
  }

  /**
   * Takes the first `length` bytes; `owned` says that nobody writes into them afterwards. Throws WD212 for a message that is
   * too long to be held, and whatever the handler throws.
   */
  push(bytes: Buffer, length = bytes.length, owned = true): void {
    let at = this.#filled > 0 ? this.#goOn(bytes, length) : 0;
    while (length - at >= headBytes) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      if (end > length) break;
      this.#handle(bytes[at] as number, bytes, at + headBytes, end, owned);
      at = end;
    }
    if (at < length) this.#goOn(bytes, length, at);
  }

  /** Fills the message that has begun; returns where the next one does. */
  #goOn(bytes: Buffer, length: number, start = 0): number {
    let at = start;
    if (this.#whole === undefined) {
      const copied = bytes.copy(this.#head, this.#filled, at, Math.min(length, at + headBytes - this.#filled));
      this.#filled += copied;
      at += copied;
      if (this.#filled < headBytes) return at;
      this.#whole = this.#begin();
    }
    const whole = this.#whole;
    const copied = bytes.copy(whole, this.#filled, at, Math.min(length, at + whole.length - this.#filled));
    this.#filled += copied;
    if (this.#filled < whole.length) return at + copied;
    this.#whole = undefined;
    this.#filled = 0;
    this.#handle(whole[0] as number, whole, headBytes, whole.length, true);
    return at + copied;
  }

  /** The message in its length: it is put together as it comes, and held once. */
  #begin(): Buffer {
    const needed = 1 + this.#head.readUInt32BE(1);
    if (needed > this.#maxBytes) {
      throw new AppError("WD212", "a value that Postgres sends is too large", { detail: `${needed} bytes` });
    }
    const whole = Buffer.allocUnsafeSlow(needed);
    this.#head.copy(whole);
    return whole;
  }
}

/** The values of a DataRow as they lie in the bytes; null for SQL's null. */
export function readRow(bytes: Buffer, start: number): (Buffer | null)[] {
  const count = bytes.readUInt16BE(start);
  const row: (Buffer | null)[] = [];
  let at = start + 2;
  for (let column = 0; column < count; column++) {
    const length = bytes.readInt32BE(at);
    at += 4;
    row.push(length < 0 ? null : bytes.subarray(at, at + length));
    if (length > 0) at += length;
  }
  return row;
}

/** The column names of a RowDescription. */
export function readColumns(bytes: Buffer, start: number): readonly string[] {
  const columns: string[] = [];
  let at = start + 2;
  for (let left = bytes.readUInt16BE(start); left > 0; left--) {
    const end = bytes.indexOf(0, at);
    columns.push(bytes.toString("utf8", at, end));
    // Behind the name: table, attribute, type, size, modifier and format.
    at = end + 19;
  }
  return columns;
}

/** The tag of a CommandComplete, e.g. "SELECT 20". */
export function readTag(bytes: Buffer, start: number, end: number): string {
  return bytes.toString("utf8", start, end - 1);
}

/** An ErrorResponse as the driver would have thrown it (PostgreSQL manual, "Error and Notice Message Fields"). */
export function readError(bytes: Buffer, start: number, end: number): pg.DatabaseError {
  const fields = new Map<string, string>();
  for (let at = start; at < end && bytes[at] !== 0;) {
    const stop = bytes.indexOf(0, at + 1);
    fields.set(String.fromCharCode(bytes[at] as number), bytes.toString("utf8", at + 1, stop));
    at = stop + 1;
  }
  const error = new pg.DatabaseError(fields.get("M") ?? "", end - start, "error");
  return Object.assign(error, {
    severity: fields.get("S"),
    code: fields.get("C"),
    detail: fields.get("D"),
    hint: fields.get("H"),
    position: fields.get("P"),
    internalPosition: fields.get("p"),
    internalQuery: fields.get("q"),
    where: fields.get("W"),
    schema: fields.get("s"),
    table: fields.get("t"),
    column: fields.get("c"),
    dataType: fields.get("d"),
    constraint: fields.get("n"),
  });
}
