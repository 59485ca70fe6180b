/** What a JSON text is, without its values: only what a plan needs of it. */
export type JsonShape =
  | { readonly kind: "object"; readonly keys: ReadonlySet<string> }
  /** `keys` of the first object; `uniform`: all elements are objects with these keys. */
  | { readonly kind: "array"; readonly keys: ReadonlySet<string>; readonly empty: boolean; readonly uniform: boolean }
  | { readonly kind: "scalar" };

/** How deep arrays and objects may nest; Postgres itself stops at some 6,000 levels of jsonb. */
const maxDepth = 1_000;

/**
 * The shape of a JSON text (RFC 8259), null where it is none.
 *
 * A body may have megabytes of values that only Postgres reads: they are checked and passed over, not built.
 */
export function jsonShape(text: string): JsonShape | null {
  const scanner = new Scanner(text);
  const shape = scanner.top();
  return shape !== null && scanner.atEnd() ? shape : null;
}

/** The members of an object by their names, each as the JSON that it is. */
export type JsonMembers = ReadonlyMap<string, string>;

/**
 * Tells `visit` each element of a text whose shape is an array, in its order: the members of an object, null for
 * anything else. Nothing of what they hold is built.
 */
export function visitObjects(text: string, visit: (members: JsonMembers | null) => void): void {
  new Scanner(text).objects(visit);
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  top(): JsonShape | null {
    this.#blanks();
    const first = this.#text.charCodeAt(this.#at);
    if (first === openBrace) {
      const keys: string[] = [];
      return this.#object(1, keys) ? { kind: "object", keys: unescaped(keys) } : null;
    }
    if (first === openBracket) return this.#topArray();
    return this.#value(0) ? { kind: "scalar" } : null;
  }

  objects(visit: (members: JsonMembers | null) => void): void {
    this.#blanks();
    this.#list(() => {
      if (this.#text.charCodeAt(this.#at) !== openBrace) {
        visit(null);
        return this.#value(1);
      }
      const keys: string[] = [];
      const values: string[] = [];
      if (!this.#object(2, keys, values)) return false;
      visit(new Map(keys.map((key, index) => [unescape(key), values[index] ?? ""])));
      return true;
    });
  }

  atEnd(): boolean {
    this.#blanks();
    return this.#at === this.#text.length;
  }

  #topArray(): JsonShape | null {
    let keys: readonly string[] | undefined;
    let uniform = true;
    const read = this.#list(() => {
      if (this.#text.charCodeAt(this.#at) !== openBrace) {
        uniform = false;
        keys ??= [];
        return this.#value(1);
      }
      const own: string[] = [];
      const good = this.#object(2, own);
      if (keys === undefined) keys = own;
      else if (uniform) uniform = sameKeys(keys, own);
      return good;
    });
    return read ? { kind: "array", keys: unescaped(keys ?? []), empty: keys === undefined, uniform } : null;
  }

  /** Elements between [ and ]. */
  #list(element: () => boolean): boolean {
    this.#at += 1;
    this.#blanks();
    if (this.#take(closeBracket)) return true;
    for (;;) {
      this.#blanks();
      if (!element()) return false;
      this.#blanks();
      if (this.#take(closeBracket)) return true;
      if (!this.#take(comma)) return false;
    }
  }

  #object(depth: number, keys: string[] | null, values: string[] | null = null): boolean {
    if (depth > maxDepth) return false;
    this.#at += 1;
    this.#blanks();
    if (this.#take(closeBrace)) return true;
    for (;;) {
      this.#blanks();
      if (!this.#member(depth, keys, values)) return false;
      this.#blanks();
      if (this.#take(closeBrace)) return true;
      if (!this.#take(comma)) return false;
    }
  }

  #member(depth: number, keys: string[] | null, values: string[] | null): boolean {
    const start = this.#at;
    if (!this.#string()) return false;
    keys?.push(this.#text.slice(start + 1, this.#at - 1));
    this.#blanks();
    if (!this.#take(colon)) return false;
    this.#blanks();
    const valueStart = this.#at;
    if (!this.#value(depth)) return false;
    values?.push(this.#text.slice(valueStart, this.#at));
    return true;
  }

  #value(depth: number): boolean {
    switch (this.#text.charCodeAt(this.#at)) {
      case openBrace:
        return this.#object(depth + 1, null);
      case openBracket:
        return depth < maxDepth && this.#list(() => this.#value(depth + 1));
      case quote:
        return this.#string();
      case 0x74:
        return this.#word("true");
      case 0x66:
        return this.#word("false");
      case 0x6e:
        return this.#word("null");
      default:
        return this.#number();
    }
  }

  #string(): boolean {
    const text = this.#text;
    if (text.charCodeAt(this.#at) !== quote) return false;
    for (let at = this.#at + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.#at = at + 1;
        return true;
      }
      if (code < 0x20) return false;
      if (code === backslash) {
        const length = escapeLength(text, at);
        if (length === 0) return false;
        at += length - 1;
      }
    }
    return false;
  }

  #number(): boolean {
    if (this.#text.charCodeAt(this.#at) === 0x2d) this.#at += 1;
    if (this.#text.charCodeAt(this.#at) === 0x30) this.#at += 1;
    else if (!this.#digits()) return false;
    if (this.#take(0x2e) && !this.#digits()) return false;
    const code = this.#text.charCodeAt(this.#at);
    if (code !== 0x65 && code !== 0x45) return true;
    this.#at += 1;
    if (!this.#take(0x2b)) this.#take(0x2d);
    return this.#digits();
  }

  #digits(): boolean {
    const start = this.#at;
    let code = this.#text.charCodeAt(this.#at);
    while (code >= 0x30 && code <= 0x39) code = this.#text.charCodeAt(++this.#at);
    return this.#at > start;
  }

  #word(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #take(code: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== code) return false;
    this.#at += 1;
    return true;
  }

  #blanks(): void {
    let code = this.#text.charCodeAt(this.#at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = this.#text.charCodeAt(++this.#at);
  }
}

/** Characters of the escape at a backslash, 0 where it is none. */
function escapeLength(text: string, at: number): number {
  const char = text[at + 1] ?? "";
  if (char === "u") return /^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6)) ? 6 : 0;
  return char !== "" && '"\\/bfnrt'.includes(char) ? 2 : 0;
}

function unescaped(keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.map(unescape));
}

function unescape(key: string): string {
  return key.includes("\\") ? String(JSON.parse(`"${key}"`)) : key;
}

/** Rows mostly have their keys in the same order and spelling: then nothing needs to be looked up. */
function sameKeys(left: readonly string[], right: readonly string[]): boolean {
  if (left.length === right.length && left.every((key, index) => key === right[index])) return true;
  const [known, own] = [unescaped(left), unescaped(right)];
  return known.size === own.size && [...own].every((key) => known.has(key));
}
