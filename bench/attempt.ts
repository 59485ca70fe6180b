import { setTimeout as pause } from "node:timers/promises";
import { table, type Figure } from "./figure.ts";

/** A part that has not come to its end in this time is left behind: the others are measured all the same. */
const longestMs = Number(process.env["BENCH_MINUTES"] ?? 20) * 60_000;

/**
 * Measures one part, and prints what it found on stderr at once. One that fails hides no other: it comes back as a figure that
 * reaches no bar.
 */
export async function attempt(name: string, measure: () => Promise<readonly Figure[]>): Promise<readonly Figure[]> {
  process.stderr.write(`measuring ${name} …\n`);
  const ending = new AbortController();
  const late = pause(longestMs, undefined, { signal: ending.signal }).then(() => {
    throw new Error(`not done after ${longestMs / 60_000} minutes`);
  });
  late.catch(() => {}); // an abort
  try {
    const figures = await Promise.race([measure(), late]);
    process.stderr.write(`${table(figures)}\n`);
    return figures;
  } catch (error) {
    process.stderr.write(
      `${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return [failed(name)];
  } finally {
    ending.abort();
  }
}

function failed(name: string): Figure {
  return { name: `${name}: could not be measured`, value: Number.NaN, unit: "ms", bar: { atMost: 0 } };
}
