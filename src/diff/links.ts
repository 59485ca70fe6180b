/** For each key the keys that it is linked to; none (or undefined) where there are none. */
export interface Links {
  get(key: string): ReadonlySet<string> | undefined;
}

/** Both directions of the same links. */
export interface BothWays {
  readonly needs: Links;
  readonly neededBy: Links;
}

/** Pairs of numbers of facts, as they come: who needs, whom. Numbers because there are a quarter of a million of them. */
export class LinkList {
  #pairs = new Int32Array(4096);
  #length = 0;

  add(dependent: number, on: number): void {
    if (dependent === on) return;
    if (this.#length === this.#pairs.length) {
      const larger = new Int32Array(2 * this.#length);
      larger.set(this.#pairs);
      this.#pairs = larger;
    }
    this.#pairs[this.#length++] = dependent;
    this.#pairs[this.#length++] = on;
  }

  /** By key; `numbers` and `keys` tell which number is which. */
  bothWays(numbers: ReadonlyMap<string, number>, keys: readonly string[]): BothWays {
    const pairs = this.#pairs.subarray(0, this.#length);
    return { needs: linksOf(pairs, 0, numbers, keys), neededBy: linksOf(pairs, 1, numbers, keys) };
  }
}

/** Sets are made when they are asked for: a plan looks at a handful of a hundred thousand. */
function linksOf(pairs: Int32Array, side: 0 | 1, numbers: ReadonlyMap<string, number>, keys: readonly string[]): Links {
  let sorted: Sorted | undefined;
  const known = new Map<number, ReadonlySet<string>>();
  return {
    get(key) {
      const number = numbers.get(key);
      if (number === undefined) return undefined;
      const made = known.get(number);
      if (made !== undefined) return made;
      sorted ??= sortBy(pairs, side, keys.length);
      const [start = 0, end = 0] = [sorted.starts[number], sorted.starts[number + 1]];
      if (start === end) return undefined;
      const found = new Set<string>();
      for (let at = start; at < end; at++) found.add(keys[sorted.others[at] ?? 0] ?? "");
      known.set(number, found);
      return found;
    },
  };
}

interface Sorted {
  /** Where in `others` those of each number begin. */
  readonly starts: Int32Array;
  readonly others: Int32Array;
}

/** A counting sort: the order in which the pairs came stays. */
function sortBy(pairs: Int32Array, side: 0 | 1, count: number): Sorted {
  const starts = new Int32Array(count + 1);
  for (let at = side; at < pairs.length; at += 2) starts[(pairs[at] ?? 0) + 1]! += 1;
  for (let number = 0; number < count; number++) starts[number + 1]! += starts[number] ?? 0;
  const next = starts.slice();
  const others = new Int32Array(pairs.length / 2);
  for (let at = 0; at < pairs.length; at += 2) {
    const own = pairs[at + side] ?? 0;
    others[next[own]!++] = pairs[at + 1 - side] ?? 0;
  }
  return { starts, others };
}

/** Links of a few keys in place of those that there are. */
export function overlaid(links: Links, changed: ReadonlyMap<string, ReadonlySet<string>>): Links {
  return changed.size === 0 ? links : { get: (key) => changed.get(key) ?? links.get(key) };
}

/** The same links under other keys; `old` and `now` translate them, and say of each key what it is. */
export function renamed(
  links: Links,
  names: { readonly old: (key: string) => string; now: (key: string) => string },
): Links {
  return {
    get(key) {
      const found = links.get(names.old(key));
      return found === undefined ? undefined : new Set([...found].map(names.now));
    },
  };
}
