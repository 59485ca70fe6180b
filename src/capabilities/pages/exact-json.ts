/** Digits that a double may not hold, or would print otherwise: 16 and more, or a fraction that ends in 0. */
const inexact = /\d{16}|\.\d*0\s*[,}\]]/;

/**
 * JSON of Postgres, without losing a digit: a number that JavaScript would print otherwise than Postgres did (a bigint
 * beyond 2^53, a numeric of 30 digits, the price 12.30) becomes its text.
 *
 * The reviver costs ten times the parsing, so it runs only where a cheap search found a candidate.
 */
export function parseJson(json: string): unknown {
  return inexact.test(json)
    ? JSON.parse(json, exactNumber as (key: string, value: unknown) => unknown)
    : JSON.parse(json);
}

function exactNumber(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== "number" || context.source === undefined) return value;
  return String(value) === context.source ? value : context.source;
}
