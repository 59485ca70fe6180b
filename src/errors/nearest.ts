const LONGEST_NAME = 64;

/**
 * The candidate that was probably meant by a mistyped name, or undefined when none is close.
 *
 * Distance is Damerau-Levenshtein's (optimal string alignment), without regard to case; up to a third of the letters
 * may differ, one at least and three at most.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length === 0 || name.length > LONGEST_NAME) return undefined;
  const allowed = Math.min(3, Math.max(1, Math.floor(name.length / 3)));
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > allowed) continue;
    const distance = distanceBetween(name.toLowerCase(), candidate.toLowerCase());
    // Two names of one letter have nothing in common when that letter differs.
    if (distance > allowed || distance >= Math.max(name.length, candidate.length)) continue;
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best?.candidate;
}

/** The hint "did you mean …?" for a mistyped name; undefined when nothing is close. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const found = nearest(name, candidates);
  return found === undefined ? undefined : `did you mean "${found}"?`;
}

function distanceBetween(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      row[j] = cheapest({ left, right, i, j, row, last, beforeLast });
    }
    [beforeLast, last] = [last, row];
  }
  return last[right.length] ?? 0;
}

interface Cell {
  readonly left: string;
  readonly right: string;
  readonly i: number;
  readonly j: number;
  readonly row: readonly number[];
  readonly last: readonly number[];
  readonly beforeLast: readonly number[];
}

function cheapest({ left, right, i, j, row, last, beforeLast }: Cell): number {
  const same = left[i - 1] === right[j - 1];
  const costs = [at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1)];
  const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
  if (swapped) costs.push(at(beforeLast, j - 2) + 1);
  return Math.min(...costs);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
