import { AppError } from "../../../../errors/index.ts";

/** A value of the file as it is written. */
export type FileValue = string | number | boolean | readonly FileValue[];

/**
 * A configuration file as PostgREST reads it (the Haskell package configurator-pg): lines `key = value`, groups
 * `key { … }` whose names are joined by dots, `#` to the end of a line, values that are texts in double quotes, numbers,
 * true, false, on, off, and lists. `$(NAME)` in a text is a value of the file or of the environment, `$$` a dollar.
 *
 * Throws WD630 with the place.
 */
export function parseConfigFile(text: string, env: NodeJS.ProcessEnv, path: string): ReadonlyMap<string, FileValue> {
  const parser = new ConfigParser(text, env, path);
  parser.entries("");
  return parser.values;
}

class ConfigParser {
  readonly values = new Map<string, FileValue>();
  readonly #text: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #path: string;
  #at = 0;

  constructor(text: string, env: NodeJS.ProcessEnv, path: string) {
    this.#text = text;
    this.#env = env;
    this.#path = path;
  }

  /** Up to the end of the file, or of the group that the prefix names. */
  entries(prefix: string): void {
    for (;;) {
      this.#blanks(true);
      if (this.#at >= this.#text.length) {
        if (prefix !== "") throw this.#wrong("a group is not closed with }");
        return;
      }
      if (prefix !== "" && this.#take("}")) return;
      this.#entry(prefix);
    }
  }

  #entry(prefix: string): void {
    const key = this.#match(/[A-Za-z][A-Za-z0-9_.-]*/y);
    if (key === null) throw this.#wrong("a name is expected");
    this.#blanks(false);
    if (key === "import" && this.#text[this.#at] === '"')
      throw this.#wrong("import is not served: write it into one file");
    if (this.#take("{")) return this.entries(`${prefix}${key}.`);
    if (!this.#take("=")) throw this.#wrong(`= is expected behind ${key}`);
    this.#blanks(true);
    this.values.set(prefix + key, this.#value());
    this.#blanks(false);
    const next = this.#text[this.#at];
    if (next !== undefined && next !== "\n" && next !== "}") throw this.#wrong(`the line should end behind ${key}`);
  }

  #value(): FileValue {
    const char = this.#text[this.#at];
    if (char === '"') return this.#string();
    if (char === "[") return this.#list();
    const word = this.#match(/[A-Za-z]+/y);
    if (word !== null) {
      if (word === "true" || word === "on") return true;
      if (word === "false" || word === "off") return false;
      throw this.#wrong(`${word} is no value: texts stand in double quotes`);
    }
    const number = this.#match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (number === null) throw this.#wrong("a text in double quotes, a number, true or false is expected");
    return Number(number);
  }

  #list(): readonly FileValue[] {
    const values: FileValue[] = [];
    this.#at += 1;
    this.#blanks(true);
    while (!this.#take("]")) {
      values.push(this.#value());
      this.#blanks(true);
      if (!this.#take(",") && this.#text[this.#at] !== "]") throw this.#wrong(", or ] is expected in a list");
      this.#blanks(true);
    }
    return values;
  }

  #string(): string {
    const start = this.#at;
    let value = "";
    for (this.#at += 1; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at] ?? "";
      if (char === '"') {
        this.#at += 1;
        return this.#interpolate(value);
      }
      value += char === "\\" ? this.#escape() : char;
    }
    this.#at = start;
    throw this.#wrong("a text is not closed");
  }

  #escape(): string {
    this.#at += 1;
    const char = this.#text[this.#at] ?? "";
    if (char === "u") {
      const digits = this.#text.slice(this.#at + 1, this.#at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#wrong("\\u needs four hexadecimal digits");
      this.#at += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const known = escapes.get(char);
    if (known === undefined) throw this.#wrong(`\\${char} is no escape`);
    return known;
  }

  /** `$(NAME)`: of the file so far, else of the environment; `$$` is a dollar. */
  #interpolate(text: string): string {
    return text.replace(/\$(?:\$|\(([^)]*)\))/g, (_all, name: string | undefined) => {
      if (name === undefined) return "$";
      const value = this.values.get(name) ?? this.#env[name];
      if (value === undefined) throw this.#wrong(`$(${name}) is set neither in the file nor in the environment`);
      return String(value);
    });
  }

  #blanks(lines: boolean): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === "#") {
        while (this.#at < this.#text.length && this.#text[this.#at] !== "\n") this.#at += 1;
      } else if (char === " " || char === "\t" || char === "\r" || (lines && char === "\n")) this.#at += 1;
      else return;
    }
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#at += found[0].length;
    return found[0];
  }

  #wrong(detail: string): AppError {
    const before = this.#text.slice(0, this.#at).split("\n");
    const place = `${this.#path}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
    return new AppError("WD630", "the configuration can't be read", { detail: `${place}: ${detail}` });
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ['"', '"'],
  ["\\", "\\"],
]);
