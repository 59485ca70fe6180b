/** What the Prefer headers asked for (RFC 7240); null where nothing was said. */
export interface Preferences {
  readonly resolution: "merge-duplicates" | "ignore-duplicates" | null;
  readonly return: "representation" | "headers-only" | "minimal" | null;
  readonly count: "exact" | "planned" | "estimated" | null;
  readonly transaction: "commit" | "rollback" | null;
  readonly missing: "default" | "null" | null;
  readonly handling: "strict" | "lenient" | null;
  readonly timezone: string | null;
  readonly maxAffected: number | null;
  /** Those that nobody knows, as they were written: an error under handling=strict. */
  readonly invalid: readonly string[];
}
