import { isDeepStrictEqual } from "node:util";
import type { AST } from "toml-eslint-parser";
import { AppError } from "../errors/index.ts";
import { configFile } from "./read-config.ts";
import { parseToml, plainValue, readToml } from "./toml.ts";
import { writeKey, writeValue, type TomlData } from "./toml-value.ts";

/** One key to set, or to remove where the value is undefined. A removed key that is not there is no error. */
export interface ConfigChange {
  /** Keys from the top, e.g. ["server", "port"]. */
  readonly path: readonly [string, ...string[]];
  readonly value: TomlData | undefined;
}

/**
 * The text of howdah.toml with keys set or removed; comments, order and formatting of everything else stay as they are.
 *
 * A removed key takes the comment behind it along; comments above it stay. Throws WD101 where the text is not TOML,
 * WD110 where something that is no table stands in the way.
 */
export function editConfig(text: string, changes: readonly ConfigChange[]): string {
  return changes.reduce((edited, change) => editOnce(edited, change), text);
}

function editOnce(text: string, { path, value }: ConfigChange): string {
  const document = new EditedToml(text);
  const edit = value === undefined ? document.remove(path) : document.set(path, value);
  const edited = edit.toSorted((left, right) => right.start - left.start).reduce(apply, text);
  const intended = withValue(plainValue(readToml(text, configFile)), path, value);
  // The last line of defence: a file of the user's is never left with another meaning than was asked for.
  if (!isDeepStrictEqual(plainValue(readToml(edited, configFile)), intended)) throw obstructed(path, text);
  return edited;
}

/** Replaces `start` to `end` (UTF-16 indexes) of the text. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type Table = AST.TOMLTopLevelTable | AST.TOMLTable | AST.TOMLInlineTable;

/** A key-value and the whole path of its key. */
interface Pair {
  readonly path: readonly string[];
  readonly table: Table;
  readonly tablePath: readonly string[];
  readonly node: AST.TOMLKeyValue;
}

class EditedToml {
  readonly #text: string;
  readonly #newline: string;
  readonly #top: AST.TOMLTopLevelTable;
  readonly #sections: readonly AST.TOMLTable[];
  readonly #pairs: readonly Pair[];

  constructor(text: string) {
    this.#text = text;
    this.#newline = /\r?\n/.exec(text)?.[0] ?? "\n";
    this.#top = parseToml(text, configFile).body[0];
    this.#sections = this.#top.body.filter((node) => node.type === "TOMLTable");
    this.#pairs = [
      ...pairsOf(this.#top, []),
      ...this.#sections.filter(isPlainSection).flatMap((section) => pairsOf(section, sectionPath(section))),
    ];
  }

  set(path: readonly string[], value: TomlData): readonly Replacement[] {
    const existing = this.#pairs.find((pair) => isSame(pair.path, path));
    if (existing !== undefined) {
      const [start, end] = existing.node.value.range;
      return [{ start, end, text: writeValue(value) }];
    }
    const inTheWay =
      this.#sections.some((section) => startsWith(section.resolvedKey.map(String), path)) ||
      this.#pairs.some((pair) => startsWith(pair.path, path)) ||
      this.#pairs.some((pair) => startsWith(path, pair.path) && pair.node.value.type !== "TOMLInlineTable") ||
      this.#sections.some((section) => section.kind === "array" && startsWith(path, sectionPath(section)));
    if (inTheWay) throw obstructed(path, this.#text);
    return [this.#insert(path, writeValue(value))];
  }

  remove(path: readonly string[]): readonly Replacement[] {
    const sections = this.#sections.filter((section) => startsWith(section.resolvedKey.map(String), path));
    const gone = new Set<Table>(sections);
    const pairs = this.#pairs.filter((pair) => startsWith(pair.path, path) && !gone.has(pair.table));
    const outermost = pairs.filter((pair) => !pairs.some((other) => other !== pair && other.node.value === pair.table));
    const inline = outermost.filter((pair) => pair.table.type === "TOMLInlineTable");
    return [
      ...sections.map((section) => this.#section(section)),
      ...outermost.filter((pair) => !inline.includes(pair)).map((pair) => this.#lines(pair.node.range)),
      ...Array.from(Map.groupBy(inline, (pair) => pair.table).values(), (members) => this.#inlineMembers(members)),
    ];
  }

  #insert(path: readonly string[], value: string): Replacement {
    const inline = this.#pairs
      .filter((pair) => pair.node.value.type === "TOMLInlineTable" && startsWith(path, pair.path))
      .toSorted((left, right) => right.path.length - left.path.length)[0];
    if (inline !== undefined) return this.#intoInline(inline, path.slice(inline.path.length), value);
    const dotted = this.#dottedSibling(path);
    const section = this.#sections.findLast(
      (each) => isPlainSection(each) && isSame(sectionPath(each), path.slice(0, -1)),
    );
    if (section !== undefined) return this.#intoSection(section, line(path.slice(-1), value));
    if (dotted !== undefined) return this.#after(dotted.node, line(path.slice(dotted.tablePath.length), value));
    if (path.length === 1) return this.#intoTop(line(path, value));
    return this.#newSection(path.slice(0, -1), line(path.slice(-1), value));
  }

  /** `a.b = 1` makes the table a, which no header may open again: `a.c` goes behind it. */
  #dottedSibling(path: readonly string[]): Pair | undefined {
    const siblings = this.#pairs.filter((pair) => {
      if (pair.table.type === "TOMLInlineTable" || pair.path.length <= pair.tablePath.length + 1) return false;
      // The table that the first keys of the dotted key make has to be on the way to what is set.
      return startsWith(path, pair.path.slice(0, pair.tablePath.length + 1));
    });
    const shared = (pair: Pair): number => pair.path.findIndex((key, index) => key !== path[index]);
    const most = Math.max(...siblings.map(shared));
    return siblings.findLast((pair) => shared(pair) === most);
  }

  #intoInline({ node }: Pair, rest: readonly string[], value: string): Replacement {
    const table = node.value as AST.TOMLInlineTable;
    const member = line(rest, value);
    const last = table.body.at(-1);
    if (last === undefined) return { start: table.range[0], end: table.range[1], text: `{ ${member} }` };
    return { start: last.range[1], end: last.range[1], text: `, ${member}` };
  }

  #intoSection(section: AST.TOMLTable, added: string): Replacement {
    const last = section.body.at(-1);
    if (last !== undefined) return this.#after(last, added);
    return this.#afterLine(section.key.range[1], this.#indent(section.range[0]) + added);
  }

  #intoTop(added: string): Replacement {
    const last = this.#top.body.findLast((node) => node.type === "TOMLKeyValue");
    if (last !== undefined) return this.#after(last, added);
    const start = this.#endOfLeadingComment();
    const gap = this.#sections.length > 0 && start === bomLength(this.#text) ? this.#newline : "";
    return { start, end: start, text: `${added}${this.#newline}${gap}` };
  }

  #newSection(path: readonly string[], added: string): Replacement {
    const end = this.#text.length;
    const header = `[${path.map(writeKey).join(".")}]${this.#newline}${added}`;
    if (this.#text.trim() === "") return { start: end, end, text: `${header}${this.#newline}` };
    const ended = this.#text.endsWith("\n");
    const text = ended ? `${this.#newline}${header}${this.#newline}` : `${this.#newline}${this.#newline}${header}`;
    return { start: end, end, text };
  }

  #after(node: AST.TOMLKeyValue, added: string): Replacement {
    return this.#afterLine(node.range[1], this.#indent(node.range[0]) + added);
  }

  #afterLine(index: number, added: string): Replacement {
    const end = this.#text.indexOf("\n", index);
    if (end !== -1) return { start: end + 1, end: end + 1, text: `${added}${this.#newline}` };
    return { start: this.#text.length, end: this.#text.length, text: `${this.#newline}${added}` };
  }

  /** A comment that an empty line follows is about the file; any other belongs to the first table. */
  #endOfLeadingComment(): number {
    const match = /^\ufeff?(?:[ \t]*#[^\n]*\n)+(?=[ \t]*\r?\n)/.exec(this.#text);
    if (match !== null) return match[0].length;
    const onlyComments = this.#top.body.length === 0;
    return onlyComments && this.#text.endsWith("\n") ? this.#text.length : bomLength(this.#text);
  }

  #section(section: AST.TOMLTable): Replacement {
    return this.#lines([section.range[0], section.body.at(-1)?.range[1] ?? section.range[1]]);
  }

  /** The whole lines of a range, with the comment behind it and the line's end. */
  #lines([from, to]: AST.Range): Replacement {
    const start = Math.max(this.#text.lastIndexOf("\n", from - 1) + 1, bomLength(this.#text));
    const newline = this.#text.indexOf("\n", to);
    return { start, end: newline === -1 ? this.#text.length : newline + 1, text: "" };
  }

  /** Members of one inline table, with the commas that are not needed any more. */
  #inlineMembers(members: readonly Pair[]): Replacement {
    const [{ table }] = members as [Pair];
    const body = table.body as readonly AST.TOMLKeyValue[];
    const kept = body.filter((node) => !members.some((member) => member.node === node));
    const [first, last] = [body.at(0), body.at(-1)];
    const text = kept.map((node) => this.#text.slice(...node.range)).join(", ");
    return { start: first?.range[0] ?? 0, end: last?.range[1] ?? 0, text };
  }

  #indent(index: number): string {
    const start = this.#text.lastIndexOf("\n", index - 1) + 1;
    return /^[ \t]*/.exec(this.#text.slice(start, index))?.[0] ?? "";
  }
}

function pairsOf(table: Table, tablePath: readonly string[]): readonly Pair[] {
  return table.body.flatMap((node) => {
    if (node.type !== "TOMLKeyValue") return [];
    const path = [...tablePath, ...node.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value))];
    const pair = { path, table, tablePath, node };
    return node.value.type === "TOMLInlineTable" ? [pair, ...pairsOf(node.value, path)] : [pair];
  });
}

function sectionPath(section: AST.TOMLTable): readonly string[] {
  return section.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value));
}

/** False for [[a]] and for tables inside of one: which element is meant can't be said by a path of keys. */
function isPlainSection(section: AST.TOMLTable): boolean {
  return section.kind === "standard" && section.resolvedKey.every((key) => typeof key === "string");
}

function line(path: readonly string[], value: string): string {
  return `${path.map(writeKey).join(".")} = ${value}`;
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && startsWith(left, right);
}

function startsWith(path: readonly string[], beginning: readonly string[]): boolean {
  return path.length >= beginning.length && beginning.every((key, index) => key === path[index]);
}

function bomLength(text: string): number {
  return text.startsWith("\ufeff") ? 1 : 0;
}

function apply(text: string, { start, end, text: added }: Replacement): string {
  return text.slice(0, start) + added + text.slice(end);
}

function withValue(data: unknown, [key, ...rest]: readonly string[], value: TomlData | undefined): unknown {
  if (key === undefined) return value;
  const table = typeof data === "object" && data !== null && !Array.isArray(data) ? data : {};
  const entries = new Map(Object.entries(table as Record<string, unknown>));
  if (rest.length === 0 && value === undefined) entries.delete(key);
  else if (value !== undefined || entries.has(key)) entries.set(key, withValue(entries.get(key), rest, value));
  return Object.fromEntries(entries);
}

function obstructed(path: readonly string[], text: string): AppError {
  return new AppError(
    "WD110",
    `"${path.join(".")}" can't be changed in ${configFile} without losing what stands there`,
    {
      position: { file: configFile, line: 1, column: 1 },
      source: text,
      hint: "make the change by hand",
    },
  );
}
