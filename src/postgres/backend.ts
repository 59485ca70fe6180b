import pg from "pg";
import { AppError } from "../errors/index.ts";

/** Called for each message: its one-letter code, and where its body lies in `bytes`. */
export type MessageHandler = (code: number, bytes: Buffer, start: number, end: number) => void;

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

/** Cuts what Postgres sends into messages, without copying those that arrive in one piece. */
export class Backend {
  readonly #handle: MessageHandler;
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #held = 0;
  /** How many bytes make the message whole that has begun: chunks are joined once, not each time one comes. */
  #needed = 0;

  constructor(handle: MessageHandler, maxBytes: number) {
    this.#handle = handle;
    this.#maxBytes = maxBytes;
  }

  /** Throws WD212 for a message that is too long to be held, and whatever the handler throws. */
  push(chunk: Buffer): void {
    if (this.#held === 0) {
      this.#read(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#needed) return;
    const whole = Buffer.concat(this.#chunks, this.#held);
    this.#chunks = [];
    this.#held = 0;
    this.#read(whole);
  }

  #read(bytes: Buffer): void {
    let at = 0;
    while (bytes.length - at >= 5) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      if (end > bytes.length) break;
      this.#handle(bytes[at] as number, bytes, at + 5, end);
      at = end;
    }
    if (at === bytes.length) return;
    // A copy: who reads rows as they come gives back what they came in.
    const rest = Buffer.from(bytes.subarray(at));
    this.#needed = rest.length < 5 ? 5 : 1 + rest.readUInt32BE(1);
    if (this.#needed > this.#maxBytes) {
      throw new AppError("WD212", "a value that Postgres sends is too large", { detail: `${this.#needed} bytes` });
    }
    this.#chunks.push(rest);
    this.#held = rest.length;
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
