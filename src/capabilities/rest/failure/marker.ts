import { maxAffectedFailure, notSingular, outOfBounds, putKeyFailure } from "./request-failures.ts";
import type { AppError } from "../../../errors/index.ts";
import { matchFailure, missingRowsFailure, preconditionFailure } from "./own-failures.ts";
import type { RestFailure } from "./rest-failure.ts";

/**
 * Checks that stand in the SQL itself end a request by casting a text that says what is wrong to a number, so that
 * Postgres rolls the transaction back: `howdah:PGRST116:3`. They come back as error 22P02, with the text in its message.
 */
export function markedFailure(message: string): RestFailure | AppError | null {
  const own = /"howdah:(WD\d{3}):(.*)"$/s.exec(message);
  if (own !== null) return ownMarked(own[1], own[2] ?? "");
  const marked = /"howdah:(PGRST\d{3})(?::(\d+))?(?::(\d+))?"/.exec(message);
  if (marked === null) return null;
  const [, code, first = "0", second = "0"] = marked;
  if (code === "PGRST103") return outOfBounds(first, second);
  if (code === "PGRST115") return putKeyFailure();
  if (code === "PGRST116") return notSingular(first);
  if (code === "PGRST124") return maxAffectedFailure(first);
  return null;
}

function ownMarked(code: string | undefined, what: string): AppError | null {
  if (code === "WD674") return missingRowsFailure(what);
  if (code === "WD675") return matchFailure(`the body names ${what} more than once`);
  return code === "WD680" ? preconditionFailure(what.includes(" of ") ? what : undefined) : null;
}
