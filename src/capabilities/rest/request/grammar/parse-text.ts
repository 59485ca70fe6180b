import { queryFailure, type RestFailure } from "../../failure/index.ts";
import { failed, Input, type Message, type Parser } from "./input.ts";

/** How deep parentheses may nest: far more than a query can use, far less than would exhaust the stack. */
const maxDepth = 100;

/** What the parser makes of the text. Throws PGRST100, which names the text as `what (text)`. */
export function parseText<T>(parser: Parser<T>, what: string, text: string, source = text): T {
  const value = parseOptional(parser, what, text, source);
  if (value.found) return value.value;
  throw value.failure();
}

/** The same, where a text that the parser reads nothing of is none of its business. */
export function parseOptional<T>(
  parser: Parser<T>,
  what: string,
  text: string,
  source = text,
): { readonly found: true; readonly value: T } | { readonly found: false; readonly failure: () => RestFailure } {
  if (depth(text) > maxDepth) {
    throw queryFailure(`"${what} (…)" is nested too deeply`, `at most ${maxDepth} levels of parentheses are read`);
  }
  const input = new Input(text);
  const value = parser(input);
  if (value !== failed) return { found: true, value };
  const { messages, messagesAt } = input;
  const failure = (): RestFailure =>
    queryFailure(`"${what} (${source})" ${place(text, messagesAt)}`, explain(messages));
  if (input.consumed) throw failure();
  return { found: false, failure };
}

function depth(text: string): number {
  let now = 0;
  let most = 0;
  for (let at = text.indexOf("("); at >= 0 && at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x28) most = Math.max(most, ++now);
    else if (code === 0x29) now -= 1;
  }
  return most;
}

/** Lines and columns from 1; a tab leads to the next column after a multiple of eight. */
function place(text: string, at: number): string {
  let line = 1;
  let column = 1;
  for (const char of text.slice(0, at)) {
    if (char === "\n") [line, column] = [line + 1, 1];
    else column += char === "\t" ? 8 - ((column - 1) % 8) : 1;
  }
  return `(line ${line}, column ${column})`;
}

function explain(messages: readonly Message[]): string {
  if (messages.length === 0) return "unknown parse error";
  const texts = (rank: number): string[] => [
    ...new Set(messages.filter((message) => message.rank === rank).map(({ text }) => text)),
  ];
  const [token] = texts(0);
  const refused = texts(1).filter((text) => text !== "");
  const wanted = texts(2).filter((text) => text !== "");
  const parts: string[] = [];
  if (refused.length > 0) parts.push(`unexpected ${listed(refused)}`);
  else if (token !== undefined) parts.push(`unexpected ${token === "" ? "end of input" : token}`);
  if (wanted.length > 0) parts.push(`expecting ${listed(wanted)}`);
  return parts.join(" ").replaceAll("\n", " ").trim();
}

function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}
