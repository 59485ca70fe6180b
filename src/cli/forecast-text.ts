import type { AssemblyAction } from "../application/index.ts";
import { bytes, duration } from "./text.ts";

/**
 * `rewrites public.account (1.2 million rows, 340 MiB): reads and writes wait for about 6 s`; undefined where nobody has to
 * wait for longer than a moment.
 */
export function forecastLine(action: AssemblyAction): string | undefined {
  if (action.kind !== "change" || action.forecast === undefined) return undefined;
  const { locks, rewrites, scans, seconds } = action.forecast;
  const locked = locks.find(
    ({ relation, blocks, rows }) =>
      rows > 0 && (blocks === "writes" || blocks === "reads and writes") && [...rewrites, ...scans].includes(relation),
  );
  if (locked === undefined) return undefined;
  const { relation, blocks } = locked;
  const verb = rewrites.includes(relation) ? "rewrites" : "reads all of";
  return `${verb} ${relation} (${rowsOf(locked.rows)}, ${bytes(locked.bytes)}): ${blocks} wait for ${roughly(seconds)}`;
}

function roughly(seconds: number): string {
  return seconds < 0.1
    ? "less than 0.1 s"
    : `about ${duration(seconds < 1 ? 1000 : Math.round(seconds) * 1000).replace(".0", "")}`;
}

function rowsOf(rows: number): string {
  if (rows >= 1e6) return `${(rows / 1e6).toFixed(1)} million rows`;
  return rows === 1 ? "1 row" : `${Math.round(rows)} rows`;
}
