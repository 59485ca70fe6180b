import { AppError } from "../../../errors/index.ts";
import { RestFailure } from "./rest-failure.ts";
import type { Distance } from "../../../catalog/index.ts";

/** WD670: no operator of that name is one of distance for the column's type, or none with a value of that type. */
export function distanceFailure(
  column: string,
  type: string | null,
  wanted: { readonly operator: string; readonly type: string | null },
  known: readonly Distance[],
): AppError {
  const right = wanted.type === null ? "" : ` ${wanted.type}`;
  const choices = [...new Set(known.map(({ name, operand }) => `${name} ${operand}`))].join(", ");
  return new AppError("WD670", `'${column}' can't be sorted by ${wanted.operator}${right}`, {
    detail: type === null ? "its type is not known" : `its type is ${type}`,
    hint: choices === "" ? "the database has no operator of distance for it" : `the database has ${choices}`,
  });
}

/** WD671. */
export function cursorFailure(detail: string): AppError {
  return new AppError("WD671", "the cursor can't be read", { detail, hint: "begin again with an empty after=" });
}

/** WD672. */
export function keysetFailure(detail: string, hint?: string): AppError {
  return new AppError("WD672", "the rows can't be paged by key", { detail, hint });
}

/** WD674: `rows` as Postgres lists their keys. */
export function missingRowsFailure(rows: string): AppError {
  return new AppError("WD674", "rows to be changed are not there", { detail: `no row for ${rows}` });
}

/** WD675. */
export function matchFailure(detail: string): AppError {
  return new AppError("WD675", "rows can't be matched with the body", { detail });
}

/** WD676. */
export function batchFailure(detail: string): AppError {
  return new AppError("WD676", "the batch can't be read", { detail });
}

/** WD677. */
export function batchMemberFailure(detail: string, hint?: string): AppError {
  return new AppError("WD677", "the request can't be part of a batch", { detail, hint });
}

/** WD680; `compared`: "100 of 250", where the tag is that of some of the rows only. */
export function preconditionFailure(compared?: string): AppError {
  if (compared === undefined) {
    return new AppError("WD680", "what is to be changed is not what was read", { hint: "read it again" });
  }
  return new AppError("WD680", "what is to be changed is more than was read", {
    detail: `a GET of the address answers ${compared} rows, and the others could not be compared`,
    hint: "ask for fewer rows by filters",
  });
}

/** WD678. */
export function tooManyRequests(retryAfterSeconds: number): RestFailure {
  return new RestFailure(429, "WD678", "too many requests", {
    details: `the next one is let through in ${retryAfterSeconds} s`,
    headers: [["Retry-After", String(retryAfterSeconds)]],
  });
}

/** WD673. */
export function distinctSpreadFailure(): AppError {
  return new AppError("WD673", "distinct is not possible for a spread", {
    hint: "embed the resource as JSON, or apply distinct to the one around it",
  });
}
