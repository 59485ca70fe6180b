import { putRangeFailure, rangeFailure } from "../failure/index.ts";
import type { RowRange } from "./rest-request.ts";

/** First and last row, counted from 0; without an end where `last` is null. A range may be empty: last < first. */
interface Span {
  readonly first: number;
  readonly last: number | null;
}

const everything: Span = { first: 0, last: null };

/** limit= and offset= of one resource, as they are written; null where there is none. */
export interface LimitAndOffset {
  readonly limit: string | null;
  readonly offset: string | null;
}

/** Rows of an embedded resource. What is no number is as if it were not there. */
export function embeddedRange(written: LimitAndOffset): RowRange {
  return toRowRange(spanOf(written));
}

/** Rows of the resource itself: limit and offset met with the Range header. Throws PGRST103 and PGRST114. */
export function ownRange(method: string, rangeHeader: string | undefined, written: LimitAndOffset): RowRange {
  // RFC 9110, 14.2: other methods than GET ignore the header.
  const header = method === "GET" && rangeHeader !== undefined ? parseHeader(rangeHeader) : everything;
  const parameters = spanOf(written);
  const zero = parameters.last === -1;
  const span = zero ? { first: 0, last: -1 } : meet(header, parameters);
  if (isEmpty(span) && !zero) throw rangeFailure(isEmpty(header) ? "lowerAboveUpper" : "negativeLimit");
  if (method === "PUT" && (span.first !== 0 || span.last !== null)) throw putRangeFailure();
  return toRowRange(span);
}

function spanOf({ limit, offset }: LimitAndOffset): Span {
  const rows = limit === null ? null : parseInteger(limit);
  if (offset === null) return rows === null ? everything : { first: 0, last: rows - 1 };
  const first = parseInteger(offset) ?? 0;
  if (limit === null) return { first, last: null };
  // A limit that is no number is none by itself, and nothing beside an offset.
  return { first, last: first + (rows ?? 0) - 1 };
}

function parseHeader(header: string): Span {
  const parts = /^([0-9]+)-([0-9]*)$/.exec(header);
  if (parts === null) return everything;
  return { first: Number(parts[1]), last: parts[2] === "" ? null : Number(parts[2]) };
}

function parseInteger(text: string): number | null {
  const number = /^\s*-?[0-9]+\s*$/.test(text) ? Number(text) : null;
  if (number === null) return null;
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, number));
}

function meet(left: Span, right: Span): Span {
  if (isEmpty(left) || isEmpty(right)) return { first: 0, last: -2 };
  const first = Math.max(left.first, right.first);
  if (left.last === null || right.last === null) return { first, last: left.last ?? right.last };
  return { first, last: Math.min(left.last, right.last) };
}

function isEmpty({ first, last }: Span): boolean {
  return last !== null && last < first;
}

function toRowRange({ first, last }: Span): RowRange {
  return { offset: first, limit: last === null ? null : last - first + 1 };
}
