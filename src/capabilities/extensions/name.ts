import { AppError, type Position } from "../../errors/index.ts";

/** Where a name stands, and who brought it. */
export interface NamedBy {
  /** The extension that needs it; undefined for one of [extensions]. */
  readonly neededBy?: string | undefined;
  readonly position?: Position | undefined;
  readonly source?: string | undefined;
}

/**
 * Throws WD717 unless Postgres would take it as the name of an extension. It becomes part of names of files: of its control
 * file there, of the cache here. The rules are Postgres's own (extension.c, check_valid_extension_name), and no dot in front.
 */
export function assertExtensionName(name: string, { neededBy, position, source }: NamedBy = {}): void {
  if (/^(?![.-])[^/\\\p{Cc}]{1,63}(?<!-)$/u.test(name) && !name.includes("--")) return;
  throw new AppError("WD717", `${JSON.stringify(name)} can't be the name of an extension`, {
    detail: neededBy === undefined ? undefined : `${neededBy} says that it needs it`,
    hint:
      neededBy === undefined ? "names are those that create extension takes: vector, pg_cron, uuid-ossp" : undefined,
    position,
    source,
  });
}
