import { inspect } from "node:util";
import type { Position } from "../errors/index.ts";
import type { RawSettings } from "./config.ts";
import { plainValue, type TomlEntry, type TomlNode, type TomlTable } from "./toml.ts";

type Path = readonly string[];

/**
 * A table of a TOML file as RawSettings.
 *
 * Neither JSON nor the console shows what is in it, because values may be secrets.
 */
export class LocatedTable implements RawSettings {
  readonly #table: TomlTable;
  readonly #source: string;
  readonly #name: string;

  constructor(table: TomlTable, { source, name }: { readonly source: string; readonly name: string }) {
    this.#table = table;
    this.#source = source;
    this.#name = name;
  }

  get value(): Readonly<Record<string, unknown>> {
    return plainValue(this.#table) as Readonly<Record<string, unknown>>;
  }

  get source(): string {
    return this.#source;
  }

  get name(): string {
    return this.#name;
  }

  position(path: Path): Position {
    return this.#nearest(path).at;
  }

  valuePosition(path: Path): Position {
    return this.#nearest(path).node.at;
  }

  isSecret(path: Path): boolean {
    const { node, depth } = this.#nearest(path);
    return depth === path.length && "fromEnvironment" in node && node.fromEnvironment;
  }

  toJSON(): string {
    return `[${this.#name}]`;
  }

  [inspect.custom](): string {
    return `LocatedTable [${this.#name}]`;
  }

  /** The entry of the path, or of as much of it as there is. */
  #nearest(path: Path): TomlEntry & { readonly depth: number } {
    let entry: TomlEntry = { at: this.#table.at, node: this.#table };
    let depth = 0;
    for (const key of path) {
      const next = child(entry.node, key);
      if (next === undefined) break;
      entry = next;
      depth += 1;
    }
    return { ...entry, depth };
  }
}

/** The settings of a capability that howdah.toml says nothing about. */
export function emptySettings(name: string, file = "howdah.toml"): RawSettings {
  const at = { file, line: 1, column: 1 };
  return new LocatedTable({ kind: "table", at, entries: new Map() }, { source: "", name });
}

function child(node: TomlNode, key: string): TomlEntry | undefined {
  if (node.kind === "table") return node.entries.get(key);
  if (node.kind !== "array") return undefined;
  const item = node.items[Number(key)];
  return item === undefined ? undefined : { at: item.at, node: item };
}
