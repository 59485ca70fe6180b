import { ParseError, parseTOML, type AST } from "toml-eslint-parser";
import { AppError, type Position } from "../errors/index.ts";

/** A value of a TOML file with the place where it stands. */
export type TomlNode = TomlScalar | TomlArray | TomlTable;

export interface TomlScalar {
  readonly kind: "string" | "integer" | "float" | "boolean" | "datetime";
  readonly value: unknown;
  readonly at: Position;
  /** True for the value of `{ env = "NAME" }`: a secret, never printed. */
  readonly fromEnvironment?: true;
}

export interface TomlArray {
  readonly kind: "array";
  readonly items: readonly TomlNode[];
  readonly at: Position;
}

export interface TomlTable {
  readonly kind: "table";
  readonly entries: ReadonlyMap<string, TomlEntry>;
  readonly at: Position;
}

export interface TomlEntry {
  /** The place of the key. */
  readonly at: Position;
  readonly node: TomlNode;
}

/** The text's TOML 1.0 as a tree of located values; throws WD101 where it breaks the grammar. */
export function readToml(text: string, file: string): TomlTable {
  const ast = parseToml(text, file);
  const places = new Places(text, file);
  const root = new Builder(places);
  for (const node of ast.body[0].body) {
    if (node.type === "TOMLKeyValue") root.keyValue(node);
    else root.section(node);
  }
  return root.build();
}

/** The syntax tree of toml-eslint-parser, whose ranges count UTF-16 units of the text; throws WD101. */
export function parseToml(text: string, file: string): AST.TOMLProgram {
  try {
    // A byte order mark is none of TOML's characters; as a space it keeps every range right.
    return parseTOML(text.startsWith("\ufeff") ? ` ${text.slice(1)}` : text, { tomlVersion: "1.0" });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const position = new Places(text, file).at(placeOf(error, text));
    throw new AppError("WD101", `${file} is not TOML: ${lowerFirst(error.message)}`, {
      position,
      source: text,
      cause: error,
    });
  }
}

/** A missing value is noticed at the line's end, which the parser counts to the next line already. */
function placeOf(error: ParseError, text: string): { readonly line: number; readonly column: number } {
  const before = text.split(/\r?\n/)[error.lineNumber - 2];
  if (error.column > 0 || before === undefined || !/=\s*$/.test(before)) {
    return { line: error.lineNumber, column: error.column };
  }
  return { line: error.lineNumber - 1, column: before.length };
}

/** Plain data of a located value: objects, arrays, strings, numbers, booleans, dates. */
export function plainValue(node: TomlNode): unknown {
  if (node.kind === "array") return node.items.map(plainValue);
  if (node.kind !== "table") return node.value;
  return Object.fromEntries(Array.from(node.entries, ([key, entry]) => [key, plainValue(entry.node)]));
}

/** Lines count from 1, columns of the parser from 0 in UTF-16 units; ours from 1 in code points. */
class Places {
  readonly #lines: readonly string[];
  readonly #file: string;

  constructor(text: string, file: string) {
    this.#lines = text.split(/\r?\n/);
    this.#file = file;
  }

  at(start: { readonly line: number; readonly column: number }): Position {
    const before = (this.#lines[start.line - 1] ?? "").slice(0, start.column);
    return { file: this.#file, line: start.line, column: Array.from(before).length + 1 };
  }
}

interface Draft {
  readonly at: Position;
  readonly entries: Map<string, { readonly at: Position; node: TomlNode | Draft | Draft[] }>;
}

/** Headers and dotted keys may come in any order: tables are drafted first and become data when all is read. */
class Builder {
  readonly #places: Places;
  readonly #root: Draft;

  constructor(places: Places) {
    this.#places = places;
    this.#root = { at: places.at({ line: 1, column: 0 }), entries: new Map() };
  }

  build(): TomlTable {
    return finish(this.#root);
  }

  section(table: AST.TOMLTable): void {
    const keys = table.key.keys;
    const parent = this.#descend(this.#root, keys.slice(0, -1));
    const last = keys.at(-1);
    if (last === undefined) return;
    const at = this.#places.at(last.loc.start);
    const existing = parent.entries.get(keyName(last));
    let draft: Draft = { at, entries: new Map() };
    if (table.kind === "array") {
      if (Array.isArray(existing?.node)) existing.node.push(draft);
      else parent.entries.set(keyName(last), { at, node: [draft] });
    } else if (existing !== undefined && isDraft(existing.node)) {
      // [a.b] came before [a]: the header of [a] is the better place for it.
      draft = { at, entries: existing.node.entries };
      parent.entries.set(keyName(last), { at, node: draft });
    } else {
      parent.entries.set(keyName(last), { at, node: draft });
    }
    for (const node of table.body) this.#keyValue(draft, node);
  }

  keyValue(node: AST.TOMLKeyValue): void {
    this.#keyValue(this.#root, node);
  }

  #keyValue(table: Draft, node: AST.TOMLKeyValue): void {
    const keys = node.key.keys;
    const last = keys.at(-1);
    if (last === undefined) return;
    const target = this.#descend(table, keys.slice(0, -1));
    target.entries.set(keyName(last), { at: this.#places.at(last.loc.start), node: this.#value(node.value) });
  }

  #descend(from: Draft, keys: readonly (AST.TOMLBare | AST.TOMLQuoted)[]): Draft {
    let table = from;
    for (const key of keys) {
      const existing = table.entries.get(keyName(key))?.node;
      const inner = Array.isArray(existing) ? existing.at(-1) : existing;
      if (inner !== undefined && isDraft(inner)) {
        table = inner;
        continue;
      }
      const at = this.#places.at(key.loc.start);
      const draft: Draft = { at, entries: new Map() };
      table.entries.set(keyName(key), { at, node: draft });
      table = draft;
    }
    return table;
  }

  #value(node: AST.TOMLContentNode): TomlNode | Draft {
    const at = this.#places.at(node.loc.start);
    if (node.type === "TOMLArray") {
      return { kind: "array", at, items: node.elements.map((element) => settle(this.#value(element))) };
    }
    if (node.type === "TOMLInlineTable") {
      const draft: Draft = { at, entries: new Map() };
      for (const entry of node.body) this.#keyValue(draft, entry);
      return draft;
    }
    return { kind: scalarKind(node), value: node.value, at };
  }
}

function scalarKind(node: AST.TOMLValue): TomlScalar["kind"] {
  switch (node.kind) {
    case "string":
    case "integer":
    case "float":
    case "boolean":
      return node.kind;
    default:
      return "datetime";
  }
}

function keyName(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === "TOMLBare" ? key.name : key.value;
}

function isDraft(node: TomlNode | Draft | Draft[]): node is Draft {
  return !Array.isArray(node) && !("kind" in node);
}

function settle(node: TomlNode | Draft): TomlNode {
  return isDraft(node) ? finish(node) : node;
}

function finish(draft: Draft): TomlTable {
  const entries = new Map<string, TomlEntry>();
  for (const [key, { at, node }] of draft.entries) {
    const settled: TomlNode = Array.isArray(node) ? { kind: "array", at, items: node.map(finish) } : settle(node);
    entries.set(key, { at, node: settled });
  }
  return { kind: "table", at: draft.at, entries };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
}
