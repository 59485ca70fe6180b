import type { Claims } from "./decode-token.ts";

interface Entry {
  readonly token: string;
  readonly claims: Claims;
  visited: boolean;
}

/** How often tokens were looked up, found, and left because others came. */
export interface TokenCounts {
  requests: number;
  hits: number;
  evictions: number;
}

/** Counts of a cache that nobody asked yet. */
export function newTokenCounts(): TokenCounts {
  return { requests: 0, hits: 0, evictions: 0 };
}

/**
 * Claims of tokens that were verified; what is not used again leaves first.
 *
 * SIEVE (Y. Zhang and others, NSDI 2024): entries stand in the order in which they came, a hand goes from the oldest to
 * the newest and takes the first that was not asked for since it last passed. A burst of tokens that come once can't
 * push out those that come all the time.
 */
export class TokenCache {
  readonly #entries = new Map<string, Entry>();
  readonly #max: number;
  #hand: Iterator<Entry> | undefined;
  readonly #counts: TokenCounts;

  /** `counts` goes on being counted up. */
  constructor(max: number, counts: TokenCounts) {
    this.#max = max;
    this.#counts = counts;
  }

  get(token: string): Claims | undefined {
    const entry = this.#entries.get(token);
    if (this.#max > 0) this.#counts.requests++;
    if (entry === undefined) return undefined;
    this.#counts.hits++;
    entry.visited = true;
    return entry.claims;
  }

  set(token: string, claims: Claims): void {
    if (this.#max === 0) return;
    if (this.#entries.size >= this.#max) this.#evict();
    this.#entries.set(token, { token, claims, visited: false });
  }

  delete(token: string): void {
    this.#entries.delete(token);
  }

  clear(): void {
    this.#entries.clear();
    this.#hand = undefined;
  }

  get size(): number {
    return this.#entries.size;
  }

  #evict(): void {
    // Two rounds at most: the first clears all marks.
    for (let step = 0; step <= this.#entries.size * 2; step++) {
      this.#hand ??= this.#entries.values();
      const { value, done } = this.#hand.next();
      if (done === true) this.#hand = undefined;
      else if (value.visited) value.visited = false;
      else {
        this.#counts.evictions++;
        return void this.#entries.delete(value.token);
      }
    }
  }
}
