/** Fingerprints of texts that were seen; a power of two. */
const seenSlots = 4096;

/**
 * What was made of a text before; the oldest entries leave when there are too many.
 *
 * A text is kept when it comes a second time: most that carry a value come once, and would only push out the others.
 */
export class BoundedCache<T> {
  readonly #entries = new Map<string, T>();
  readonly #seen = new Int32Array(seenSlots);
  readonly #maxEntries: number;
  readonly #maxLength: number;

  /** Texts longer than `maxLength` characters are not kept. */
  constructor(maxEntries: number, maxLength: number) {
    this.#maxEntries = maxEntries;
    this.#maxLength = maxLength;
  }

  /** What `make` made of it, now or before; what it throws is not kept. */
  get(text: string, make: (text: string) => T): T {
    const known = this.#entries.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    if (text.length <= this.#maxLength && this.#wasSeen(text)) this.#keep(text, made);
    return made;
  }

  #keep(text: string, made: T): void {
    if (this.#entries.size >= this.#maxEntries) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(text, made);
  }

  #wasSeen(text: string): boolean {
    const print = fingerprint(text);
    const slot = print & (seenSlots - 1);
    if (this.#seen[slot] === print) return true;
    this.#seen[slot] = print;
    return false;
  }
}

/** FNV-1a over UTF-16 units; never 0, which is an empty slot. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash === 0 ? 1 : hash;
}
