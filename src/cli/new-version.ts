/** A date with or without a time: 20261120, 202611201504, 20261120150405. */
const dated = /^(?:19|20)\d{6}(?:\d{4}|\d{6})?$/;

/**
 * The version of the next migration, in the manner of those that are there: dates go on as dates, numbers with the next
 * number, as wide as the widest one with leading zeros. A project without migrations starts with 1.
 */
export function nextVersion(files: readonly string[], now: Date): string {
  const versions = files.flatMap((file) => /^(\d+)_.*\.sql$/.exec(file)?.[1] ?? []);
  const newest = versions.toSorted((left, right) => compare(BigInt(left), BigInt(right))).at(-1);
  if (newest === undefined) return "1";
  if (dated.test(newest)) return nextDate(newest, now);
  const width = Math.max(0, ...versions.filter((version) => version.startsWith("0")).map((version) => version.length));
  return String(BigInt(newest) + 1n).padStart(width, "0");
}

/** This moment (UTC, so that branches of two time zones agree), or one more than the newest where that is later. */
function nextDate(newest: string, now: Date): string {
  const moment = now.toISOString().replaceAll(/\D/g, "").slice(0, Math.max(14, newest.length));
  return BigInt(moment) > BigInt(newest) ? moment : String(BigInt(newest) + 1n);
}

function compare(left: bigint, right: bigint): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
