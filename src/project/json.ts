import { AppError, type Position } from "../errors/index.ts";
import type { TomlEntry, TomlNode, TomlTable } from "./toml.ts";

/** A JSON object as a tree of located values, as `readToml` makes them; null counts as absent. Throws WD101. */
export function readJson(text: string, file: string): TomlTable {
  const reader = new JsonReader(text, file);
  return reader.document();
}

/** RFC 8259. JSON.parse knows no places, and those of its errors are only text. */
class JsonReader {
  readonly #text: string;
  readonly #file: string;
  #index = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  document(): TomlTable {
    if (this.#text.startsWith("\ufeff")) this.#index = 1;
    const node = this.#value();
    this.#blank();
    if (this.#index < this.#text.length) throw this.#refused("something follows the end of the object");
    if (node?.kind !== "table") throw this.#refused("expected an object", 0);
    return node;
  }

  #value(): TomlNode | undefined {
    this.#blank();
    const at = this.#position();
    const next = this.#text[this.#index];
    if (next === "{") return this.#object(at);
    if (next === "[") return this.#array(at);
    const [literal] =
      /^(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)/s.exec(this.#text.slice(this.#index)) ?? [];
    const value = literal === undefined ? undefined : parsed(literal);
    if (literal === undefined || value === undefined) throw this.#refused("expected a value");
    this.#index += literal.length;
    if (value === null) return undefined;
    const kind = typeof value === "string" ? "string" : typeof value === "boolean" ? "boolean" : "integer";
    return { kind: kind === "integer" && !Number.isInteger(value) ? "float" : kind, value, at };
  }

  #object(at: Position): TomlTable {
    const entries = new Map<string, TomlEntry>();
    this.#items("}", () => {
      const place = this.#position();
      const key = this.#value();
      if (key?.kind !== "string") throw this.#refused("expected a key in double quotes");
      this.#expect(":");
      const node = this.#value();
      if (node !== undefined) entries.set(String(key.value), { at: place, node });
    });
    return { kind: "table", at, entries };
  }

  #array(at: Position): TomlNode {
    const items: TomlNode[] = [];
    this.#items("]", () => {
      const item = this.#value();
      if (item === undefined) throw this.#refused("null can't stand in an array");
      items.push(item);
    });
    return { kind: "array", at, items };
  }

  #items(close: string, read: () => void): void {
    this.#index++;
    this.#blank();
    if (this.#text[this.#index] === close) {
      this.#index++;
      return;
    }
    for (;;) {
      this.#blank();
      read();
      this.#blank();
      if (this.#text[this.#index] === close) break;
      this.#expect(",");
    }
    this.#index++;
  }

  #expect(character: string): void {
    this.#blank();
    if (this.#text[this.#index] !== character) throw this.#refused(`expected "${character}"`);
    this.#index++;
  }

  #blank(): void {
    const [blank = ""] = /^\s*/.exec(this.#text.slice(this.#index)) ?? [];
    this.#index += blank.length;
  }

  #position(index = this.#index): Position {
    const lines = this.#text.slice(0, index).split("\n");
    return { file: this.#file, line: lines.length, column: Array.from(lines.at(-1) ?? "").length + 1 };
  }

  #refused(problem: string, index = this.#index): AppError {
    const position = this.#position(index);
    return new AppError("WD101", `${this.#file} is not JSON: ${problem}`, { position, source: this.#text });
  }
}

/** Undefined where a literal breaks the grammar ("\q", 1e). */
function parsed(literal: string): unknown {
  try {
    return JSON.parse(literal) as unknown;
  } catch {
    return undefined;
  }
}
