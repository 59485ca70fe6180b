import type { Preferences } from "./preferences.ts";

/**
 * The Prefer headers (RFC 7240), as one text with commas.
 *
 * Of two of a kind the first counts. `tx=` counts only where the settings let a request say how it ends.
 */
export function parsePreferences(header: string | undefined, mayEndTransaction: boolean): Preferences {
  if (header === undefined) return none;
  const given = header.split(",").map((text) => text.trim());
  const first = <T extends string>(prefix: string, ...values: readonly T[]): T | null => {
    const found = given.find((text) => values.some((value) => text === prefix + value));
    return values.find((value) => prefix + value === found) ?? null;
  };
  return {
    resolution: first("resolution=", "merge-duplicates", "ignore-duplicates"),
    return: first("return=", "representation", "minimal", "headers-only"),
    count: first("count=", "exact", "planned", "estimated"),
    transaction: mayEndTransaction ? first("tx=", "commit", "rollback") : null,
    missing: first("missing=", "default", "null"),
    handling: first("handling=", "strict", "lenient"),
    timezone: valueOf(given, "timezone="),
    maxAffected: toInteger(valueOf(given, "max-affected=")),
    invalid: given.filter((text) => !known.has(text) && !/^(timezone|max-affected)=/.test(text)),
  };
}

const none: Preferences = {
  resolution: null,
  return: null,
  count: null,
  transaction: null,
  missing: null,
  handling: null,
  timezone: null,
  maxAffected: null,
  invalid: [],
};

const known: ReadonlySet<string> = new Set([
  "resolution=merge-duplicates",
  "resolution=ignore-duplicates",
  "return=representation",
  "return=minimal",
  "return=headers-only",
  "count=exact",
  "count=planned",
  "count=estimated",
  "tx=commit",
  "tx=rollback",
  "missing=default",
  "missing=null",
  "handling=strict",
  "handling=lenient",
]);

function valueOf(given: readonly string[], prefix: string): string | null {
  return given.find((text) => text.startsWith(prefix))?.slice(prefix.length) ?? null;
}

function toInteger(text: string | null): number | null {
  return text !== null && /^\s*-?\d+\s*$/.test(text) ? Number(text) : null;
}
