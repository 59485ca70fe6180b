import { errorAt, type SourceFile } from "./source-place.ts";

/** One `:name` in a statement; indices count UTF-16 units of the file. */
export interface SqlParameter {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** One statement of a file, without the semicolon and the comments around it. */
export interface SqlStatement {
  readonly start: number;
  readonly end: number;
  /** Lower-case first word, "" where it begins with something else, e.g. a parenthesis. */
  readonly keyword: string;
  readonly parameters: readonly SqlParameter[];
  /** Line comments between the statement before and this one, with the place of each. */
  readonly comments: readonly { readonly text: string; readonly start: number }[];
}

/**
 * Splits SQL into statements and finds their parameters, as PostgreSQL's own lexer sees the text: a colon counts only
 * outside of strings ('…', E'…', $tag$…$tag$), quoted names, comments (which nest), casts (::), := and array slices.
 *
 * Throws WD524 at what never ends, and at $1: parameters have names here. Source: PostgreSQL manual, "Lexical Structure".
 */
export function splitStatements(file: SourceFile): readonly SqlStatement[] {
  return new Splitter(file).run();
}

type TokenKind = "operand" | "array" | "other";

class Splitter {
  readonly #file: SourceFile;
  readonly #text: string;
  readonly #statements: SqlStatement[] = [];
  #at = 0;
  #start = -1;
  #end = -1;
  #keyword = "";
  #previous: TokenKind = "other";
  /** Open brackets of the statement: "(" , "[" of a subscript, "a[" of an array constructor. */
  #open: string[] = [];
  #parameters: SqlParameter[] = [];
  #comments: { text: string; start: number }[] = [];

  constructor(file: SourceFile) {
    this.#file = file;
    this.#text = file.text;
  }

  run(): readonly SqlStatement[] {
    while (this.#at < this.#text.length) this.#step();
    this.#finish();
    return this.#statements;
  }

  #step(): void {
    const text = this.#text;
    const at = this.#at;
    const char = text.charAt(at);
    if (/\s/.test(char)) this.#at += 1;
    else if (text.startsWith("--", at)) this.#lineComment();
    else if (text.startsWith("/*", at)) this.#at = this.#endOfComment(at);
    else if (char === ";") this.#finish();
    else if (char === "'") this.#token(this.#endOfQuoted(at, at, false), "operand");
    else if (/^[eE]'/.test(text.slice(at, at + 2))) this.#token(this.#endOfQuoted(at, at + 1, true), "operand");
    else if (char === '"') this.#token(this.#endOfQuoted(at, at, false), "operand");
    else if (char === "$") this.#dollar();
    else if (char === ":") this.#colon();
    else if (/[([]/.test(char)) this.#opening(char);
    else if (/[)\]]/.test(char)) this.#closing();
    else this.#wordOrOther();
  }

  #token(end: number, kind: TokenKind): void {
    if (this.#start === -1) this.#start = this.#at;
    this.#at = end;
    this.#end = end;
    this.#previous = kind;
  }

  #finish(): void {
    if (this.#start !== -1) {
      this.#statements.push({
        start: this.#start,
        end: this.#end,
        keyword: this.#keyword,
        parameters: this.#parameters,
        comments: this.#comments,
      });
      this.#comments = [];
    }
    this.#start = -1;
    this.#keyword = "";
    this.#previous = "other";
    this.#open = [];
    this.#parameters = [];
    this.#at += 1;
  }

  #lineComment(): void {
    const newline = this.#text.indexOf("\n", this.#at);
    const end = newline === -1 ? this.#text.length : newline;
    if (this.#start === -1) this.#comments.push({ text: this.#text.slice(this.#at + 2, end).trim(), start: this.#at });
    this.#at = end;
  }

  #endOfComment(start: number): number {
    let depth = 1;
    let at = start + 2;
    while (depth > 0) {
      const close = this.#text.indexOf("*/", at);
      if (close === -1)
        throw errorAt(this.#file, start, "WD524", "a comment is never closed", { hint: "close it with */" });
      const open = this.#text.indexOf("/*", at);
      const nested = open !== -1 && open < close;
      depth += nested ? 1 : -1;
      at = (nested ? open : close) + 2;
    }
    return at;
  }

  /** End of a string or quoted name that opens at `quote`; its quote character is doubled inside. */
  #endOfQuoted(start: number, quote: number, backslashes: boolean): number {
    const mark = this.#text.charAt(quote);
    for (let at = quote + 1; at < this.#text.length; at += 1) {
      const char = this.#text.charAt(at);
      if (backslashes && char === "\\") at += 1;
      else if (char === mark && this.#text.charAt(at + 1) === mark) at += 1;
      else if (char === mark) return at + 1;
    }
    const what = mark === "'" ? "a string" : "a quoted name";
    throw errorAt(this.#file, start, "WD524", `${what} is never closed`, { hint: `close it with ${mark}` });
  }

  #dollar(): void {
    const rest = this.#text.slice(this.#at, this.#at + 130);
    const positional = /^\$\d+/.exec(rest);
    if (positional) {
      throw errorAt(this.#file, this.#at, "WD524", `${positional[0]} is not a parameter of a page`, {
        hint: "write :name, after the part of the address, query string or form that it takes",
      });
    }
    const tag = /^\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u.exec(rest)?.[0];
    if (tag === undefined) return this.#token(this.#at + 1, "other");
    const close = this.#text.indexOf(tag, this.#at + tag.length);
    if (close === -1) {
      throw errorAt(this.#file, this.#at, "WD524", "a dollar-quoted string is never closed", {
        hint: `close it with ${tag}`,
      });
    }
    this.#token(close + tag.length, "operand");
  }

  #colon(): void {
    const next = this.#text.charAt(this.#at + 1);
    if (next === ":" || next === "=") return this.#token(this.#at + 2, "other");
    const name = /^[\p{L}_][\p{L}\p{N}_]*/u.exec(this.#text.slice(this.#at + 1, this.#at + 130))?.[0];
    const slice = this.#open.at(-1) === "[" && this.#previous === "operand";
    if (name === undefined || slice) return this.#token(this.#at + 1, "other");
    const end = this.#at + 1 + name.length;
    this.#parameters.push({ name, start: this.#at, end });
    this.#token(end, "operand");
  }

  #opening(char: string): void {
    const constructor = this.#previous === "array" || (this.#open.at(-1) === "a[" && this.#previous === "other");
    this.#open.push(char === "[" && constructor ? "a[" : char);
    this.#token(this.#at + 1, "other");
  }

  #closing(): void {
    this.#open.pop();
    this.#token(this.#at + 1, "operand");
  }

  #wordOrOther(): void {
    const rest = this.#text.slice(this.#at, this.#at + 256);
    const word = /^[\p{L}_][\p{L}\p{N}_$]*|^\d[\w.]*/u.exec(rest)?.[0];
    if (word === undefined) return this.#token(this.#at + 1, "other");
    if (this.#start === -1) this.#keyword = word.toLowerCase();
    this.#token(this.#at + word.length, word.toLowerCase() === "array" ? "array" : "operand");
  }
}
