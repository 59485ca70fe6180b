import { AppError } from "../errors/index.ts";

/** A failure while files are written or work is called off, as the AppError that names it; others pass unchanged. */
export function fileError(thrown: unknown, path: string, signal?: AbortSignal): unknown {
  if (thrown instanceof AppError) return thrown;
  if (signal?.aborted) return new AppError("WD358", "interrupted", { detail: path, cause: thrown });
  switch (errorCode(thrown)) {
    case "ENOSPC":
    case "EDQUOT":
      return new AppError("WD354", "the disk is full", {
        detail: `while writing ${path}`,
        hint: "make room, or set HOWDAH_CACHE to a folder on another disk",
        cause: thrown,
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ERR_SQLITE_ERROR": // a lock on a file system that knows none
      return new AppError("WD357", "the cache folder can't be used", {
        detail: `${path}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        hint: "set HOWDAH_CACHE to another absolute folder",
        cause: thrown,
      });
    default:
      return thrown;
  }
}

/** The `code` of a system error ("ENOENT", "ECONNRESET"), also where it hides behind `cause`. */
export function errorCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if ("code" in thrown && typeof thrown.code === "string") return thrown.code;
  return thrown.cause === undefined ? undefined : errorCode(thrown.cause);
}
