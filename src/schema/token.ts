import { createHash } from "node:crypto";

/** One token of SQL; `start` and `end` are indexes into the text it was read from. */
export interface Token {
  readonly kind: "word" | "quoted name" | "string" | "comment" | "other";
  readonly start: number;
  readonly end: number;
}

/**
 * The tokens of SQL text, as PostgreSQL reads them (manual, "Lexical Structure"), white space left out.
 *
 * libpg-query's own scan() returns broken JSON for control characters inside literals and needs its module loaded;
 * what is needed here is less: where comments, strings and words begin and end. Text that Postgres would refuse
 * (an open string) ends with its last token: the parser reports it.
 *
 * With `atLeast`, reading ends with the first semicolon behind that many characters.
 */
export function tokens(text: string, atLeast = Infinity): readonly Token[] {
  const found: Token[] = [];
  let index = 0;
  while (index < text.length) {
    const token = tokenAt(text, index);
    index = token?.end ?? index + 1;
    if (token === undefined) continue;
    found.push(token);
    if (token.end >= atLeast && text[token.start] === ";") break;
  }
  return found;
}

/**
 * What SQL means to Postgres apart from its layout: comments, white space between tokens and the case of unquoted words
 * do not count, everything within quotes does.
 */
export function fingerprint(text: string, of: readonly Token[] = tokens(text)): string {
  const hash = createHash("sha256");
  for (const token of of) {
    if (token.kind === "comment") continue;
    const raw = text.slice(token.start, token.end);
    hash.update(token.kind === "word" ? raw.toLowerCase() : raw).update("\0");
  }
  return hash.digest("hex");
}

const nameStart = /[A-Za-z_\u0080-\uFFFF]/;
const word = /[A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*/y;
const number = /[0-9][\w.]*/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*)?\$/y;
const lineComment = /--[^\n\r]*/y;
const space = /\s/;

function tokenAt(text: string, start: number): Token | undefined {
  const char = text[start] ?? "";
  if (space.test(char)) return undefined;
  if (char === "-" && text[start + 1] === "-") return { kind: "comment", start, end: match(lineComment, text, start) };
  if (char === "/" && text[start + 1] === "*") return { kind: "comment", start, end: blockCommentEnd(text, start) };
  if (char === "'") return { kind: "string", start, end: quoteEnd(text, start, "'", false) };
  if (char === '"') return { kind: "quoted name", start, end: quoteEnd(text, start, '"', false) };
  if (char === "$") return dollarString(text, start) ?? { kind: "other", start, end: start + 1 };
  if (nameStart.test(char)) return prefixed(text, start) ?? { kind: "word", start, end: match(word, text, start) };
  if (/[0-9]/.test(char)) return { kind: "other", start, end: match(number, text, start) };
  return { kind: "other", start, end: start + 1 };
}

/** E'…', B'…', X'…', N'…', U&'…' and U&"…": the prefix belongs to the token. */
function prefixed(text: string, start: number): Token | undefined {
  const char = text[start] ?? "";
  if (/[bxnBXN]/.test(char) && text[start + 1] === "'") {
    return { kind: "string", start, end: quoteEnd(text, start + 1, "'", false) };
  }
  if (/[eE]/.test(char) && text[start + 1] === "'") {
    return { kind: "string", start, end: quoteEnd(text, start + 1, "'", true) };
  }
  const quote = text[start + 2] ?? "";
  if (!/[uU]/.test(char) || text[start + 1] !== "&" || !/['"]/.test(quote)) return undefined;
  const kind = quote === "'" ? "string" : "quoted name";
  return { kind, start, end: quoteEnd(text, start + 2, quote, false) };
}

function quoteEnd(text: string, open: number, quote: string, escapes: boolean): number {
  for (let index = open + 1; index < text.length; index++) {
    if (escapes && text[index] === "\\") index++;
    else if (text[index] === quote) {
      if (text[index + 1] !== quote) return index + 1;
      index++;
    }
  }
  return text.length;
}

function dollarString(text: string, start: number): Token | undefined {
  const end = match(dollarTag, text, start);
  if (end === start) return undefined;
  const close = text.indexOf(text.slice(start, end), end);
  return { kind: "string", start, end: close === -1 ? text.length : close + (end - start) };
}

function blockCommentEnd(text: string, start: number): number {
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    const pair = text.slice(index, index + 2);
    if (pair !== "/*" && pair !== "*/") continue;
    depth += pair === "/*" ? 1 : -1;
    index++;
    if (depth === 0) return index + 1;
  }
  return text.length;
}

/** The index behind a match of the sticky pattern at `start`, or `start` itself. */
function match(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : start;
}
