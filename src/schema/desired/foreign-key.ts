import { locator, type Statement } from "../statement.ts";
import { tokens, type Token } from "../token.ts";
import { ComposedText, edited, type Edit } from "./composed-text.ts";
import type { ForeignKey } from "./unit.ts";

/** A `create table` without some of its foreign keys, and the statements that add them. */
export interface Cut {
  readonly table: ComposedText;
  readonly later: readonly ComposedText[];
}

/** Takes foreign keys out of a `create table`, by its tokens: what is left is the user's own text, at its places. */
export function cutForeignKeys(statement: Statement, keys: readonly ForeignKey[]): Cut {
  const code = tokens(statement.text).filter((token) => token.kind !== "comment");
  const text = new TokenText(statement, code);
  const edits: Edit[] = [];
  const later: ComposedText[] = [];
  for (const key of keys) {
    const first = text.tokenAt(locator(statement)(key.constraint.location ?? 0));
    const span = key.column === undefined ? text.element(first) : text.reference(first);
    edits.push({ ...span.removed, text: "" });
    later.push(addition(text, span, key));
  }
  const closed = merged(edits).map((edit) => text.withComma(edit));
  return { table: edited(statement.text, statement.start, closed), later };
}

/** Two elements that are both cut share a comma. */
function merged(edits: readonly Edit[]): readonly Edit[] {
  const result: Edit[] = [];
  for (const edit of edits.toSorted((one, other) => one.start - other.start)) {
    const last = result.at(-1);
    if (last !== undefined && edit.start < last.end)
      result[result.length - 1] = { ...last, end: Math.max(last.end, edit.end) };
    else result.push(edit);
  }
  return result;
}

interface Span {
  readonly start: number;
  readonly end: number;
  /** With the comma that goes along. */
  readonly removed: { readonly start: number; readonly end: number };
}

/** `alter table T add [constraint N] foreign key (column) references …` */
function addition(text: TokenText, span: Span, { column, constraint }: ForeignKey): ComposedText {
  const { statement } = text;
  const own = (start: number, end: number) => ({ text: statement.text.slice(start, end), at: statement.start + start });
  const put = (words: string) => ({ text: words, at: undefined });
  const name = text.tableName();
  const head = [put("alter table "), own(name.start, name.end), put(" add ")];
  if (column === undefined) return new ComposedText([...head, own(span.start, span.end)]);
  const references = text.references(span.start);
  const named = constraint.conname === undefined ? [] : [own(span.start, references), put(" ")];
  const quoted = `"${column.replaceAll('"', '""')}"`;
  return new ComposedText([...head, ...named, put(`foreign key (${quoted}) `), own(references, span.end)]);
}

class TokenText {
  readonly statement: Statement;
  readonly #code: readonly Token[];

  constructor(statement: Statement, code: readonly Token[]) {
    this.statement = statement;
    this.#code = code;
  }

  tokenAt(index: number): number {
    return this.#code.findIndex((token) => token.start >= index);
  }

  word(at: number): string {
    const token = this.#code[at];
    return token === undefined ? "" : this.statement.text.slice(token.start, token.end).toLowerCase();
  }

  /** Between `create … table [if not exists]` and the parenthesis (or `partition of`, `of`). */
  tableName(): { readonly start: number; readonly end: number } {
    let first = 1;
    while (this.word(first - 1) !== "table") first++;
    if (this.word(first) === "if") first += 3;
    let last = first;
    while (this.word(last + 1) === ".") last += 2;
    return { start: this.#start(first), end: this.#end(last) };
  }

  /** A table's own constraint: up to the comma or the parenthesis that ends the list. */
  element(first: number): Span {
    const last = this.#before(first, (word) => word === ",");
    const start = this.#start(first);
    const end = this.#end(last);
    if (this.word(first - 1) === ",") return { start, end, removed: { start: this.#start(first - 1), end } };
    return { start, end, removed: { start, end } };
  }

  /** An edit that takes away the beginning of a list takes the next comma as well. */
  withComma(edit: Edit): Edit {
    const next = this.#code.findIndex((token) => token.start >= edit.end);
    const before = this.#code.findLastIndex((token) => token.end <= edit.start);
    return this.word(before) === "(" && this.word(next) === "," ? { ...edit, end: this.#end(next) } : edit;
  }

  /** A constraint behind a column: `[constraint N] references T [(c)] …`, to the end of what belongs to it. */
  reference(first: number): Span {
    let at = this.tokenAt(this.references(this.#start(first))) + 2;
    while (this.word(at) === ".") at += 2;
    for (let end = this.#clause(at); end !== at; end = this.#clause(at)) at = end;
    const start = this.#start(first);
    const end = this.#end(at - 1);
    return { start, end, removed: { start, end } };
  }

  /** Index of the word `references` from an index on. */
  references(from: number): number {
    let at = this.tokenAt(from);
    while (at < this.#code.length && this.word(at) !== "references") at++;
    return this.#start(at);
  }

  /** The token behind one more clause of a reference, or the same where none follows. */
  #clause(at: number): number {
    const [one, two, three] = [this.word(at), this.word(at + 1), this.word(at + 2)];
    if (one === "(") return this.#before(at + 1, () => false) + 2;
    if (one === "match") return at + 2;
    if (one === "on" && (two === "delete" || two === "update")) {
      return three === "set" || three === "no" ? at + 4 : at + 3;
    }
    if (one === "deferrable" || one === "enforced") return at + 1;
    if (one === "not" && (two === "deferrable" || two === "enforced")) return at + 2;
    return one === "initially" ? at + 2 : at;
  }

  /** The last token before one at the same depth that ends it: the wanted, or the closing parenthesis. */
  #before(first: number, ends: (word: string) => boolean): number {
    let depth = 0;
    for (let at = first; at < this.#code.length; at++) {
      const word = this.word(at);
      if (depth === 0 && (word === ")" || ends(word))) return at - 1;
      if (word === "(") depth++;
      if (word === ")") depth--;
    }
    return this.#code.length - 1;
  }

  #start(at: number): number {
    return this.#code[at]?.start ?? this.statement.text.length;
  }

  #end(at: number): number {
    return this.#code[at]?.end ?? this.statement.text.length;
  }
}
