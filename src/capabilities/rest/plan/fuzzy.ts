/**
 * The nearest of some names, as PostgREST's hints find it: by the cosine of the counts of their trigrams, or of their
 * bigrams where no trigram is shared; of the best fifty the one at the least edit distance.
 *
 * Source: the algorithm of the libraries named fuzzyset (https://glench.github.io/fuzzyset.js/).
 */
export class FuzzySet {
  readonly #names = new Map<string, string>();
  readonly #grams: ReadonlyMap<number, readonly Entry[]>;

  constructor(names: Iterable<string>) {
    for (const name of names) if (!this.#names.has(name.toLowerCase())) this.#names.set(name.toLowerCase(), name);
    this.#grams = new Map(
      sizes.map((size) => [size, [...this.#names.keys()].map((key) => toEntry(key, countGrams(key, size)))]),
    );
  }

  /** Matches of at least this score (1: the same but for upper case), the best first. */
  get(name: string, minScore = 0.33): readonly { readonly name: string; readonly score: number }[] {
    const key = name.toLowerCase();
    const same = this.#names.get(key);
    if (same !== undefined) return [{ name: same, score: 1 }];
    for (const size of sizes) {
      const found = this.#match(key, size).filter(({ score }) => score >= minScore);
      if (found.length > 0) return found;
    }
    return [];
  }

  /** The best match, if there is one. */
  nearest(name: string, minScore?: number): string | null {
    return this.get(name, minScore)[0]?.name ?? null;
  }

  #match(key: string, size: number): readonly { readonly name: string; readonly score: number }[] {
    const wanted = toEntry(key, countGrams(key, size));
    return (this.#grams.get(size) ?? [])
      .map((entry) => ({ key: entry.key, cosine: cosine(wanted, entry) }))
      .filter(({ cosine }) => cosine > 0)
      .toSorted((a, b) => b.cosine - a.cosine)
      .slice(0, 50)
      .map((entry) => ({ name: this.#names.get(entry.key) ?? entry.key, score: similarity(key, entry.key) }))
      .toSorted((a, b) => b.score - a.score);
  }
}

const sizes = [3, 2] as const;

interface Entry {
  readonly key: string;
  readonly counts: ReadonlyMap<string, number>;
  readonly magnitude: number;
}

function toEntry(key: string, counts: ReadonlyMap<string, number>): Entry {
  const squares = [...counts.values()].reduce((sum, count) => sum + count * count, 0);
  return { key, counts, magnitude: Math.sqrt(squares) };
}

function countGrams(key: string, size: number): ReadonlyMap<string, number> {
  const text = [...`-${key.replaceAll(/[^\p{L}\p{N}\s]/gu, "")}-`];
  while (text.length < size) text.push("-");
  const counts = new Map<string, number>();
  for (let at = 0; at + size <= text.length; at++) {
    const gram = text.slice(at, at + size).join("");
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function cosine(a: Entry, b: Entry): number {
  let dot = 0;
  for (const [gram, count] of a.counts) dot += count * (b.counts.get(gram) ?? 0);
  return dot === 0 ? 0 : dot / (a.magnitude * b.magnitude);
}

function similarity(a: string, b: string): number {
  return 1 - editDistance([...a], [...b]) / Math.max(a.length, b.length, 1);
}

/** Levenshtein's, one row of the matrix at a time. */
function editDistance(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [at, character] of a.entries()) {
    const next = [at + 1];
    for (const [index, other] of b.entries()) {
      const replaced = (row[index] ?? 0) + (character === other ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
