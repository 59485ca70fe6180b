/** One thing to say about a failed parse; texts of equal rank are listed together. */
export interface Message {
  /** 0: what stood there, 1: what a parser refused, 2: what was expected. */
  readonly rank: 0 | 1 | 2;
  readonly text: string;
}

/** What a parser returns that did not match. */
export const failed = Symbol("failed");

/** Reads from where the input stands: moves it on and returns a value, or leaves why not in it. */
export type Parser<T> = (input: Input) => T | typeof failed;

export const nothing: readonly Message[] = [];

/**
 * A text while it is parsed, and what the parser that ran last has to say about it.
 *
 * Messages are those of Haskell's Parsec, because clients of PostgREST know them to the letter: the error is at the
 * furthest place that any alternative reached, and names everything that could have stood there (D. Leijen, E. Meijer,
 * "Parsec: Direct Style Monadic Parser Combinators for the Real World", 2001). A success has messages too: what would
 * have made it longer, should what follows fail at the same place.
 */
export class Input {
  readonly text: string;
  /** UTF-16 units from the start. */
  at = 0;
  /** True when the parser that ran last read something: then no alternative is tried. */
  consumed = false;
  messagesAt = 0;
  messages: readonly Message[] = nothing;

  constructor(text: string) {
    this.text = text;
  }

  /** The code point ahead, undefined at the end. */
  peek(): number | undefined {
    return this.text.codePointAt(this.at);
  }

  succeed(consumed: boolean, messages: readonly Message[] = nothing, at = this.at): void {
    this.consumed = consumed;
    this.messages = messages;
    this.messagesAt = at;
  }

  fail(consumed: boolean, messages: readonly Message[], at = this.at): typeof failed {
    this.succeed(consumed, messages, at);
    return failed;
  }

  /** Adds what was said before to what was said now: the further place wins, at the same place both are told. */
  merge(messages: readonly Message[], at: number): void {
    if (messages.length === 0) return;
    if (this.messages.length === 0 || at > this.messagesAt) {
      this.messages = messages;
      this.messagesAt = at;
    } else if (at === this.messagesAt) {
      this.messages = [...messages, ...this.messages];
    }
  }
}

/** What stands at the end of `input`, or ahead in it. */
export function unexpectedToken(code: number | undefined): Message {
  return { rank: 0, text: code === undefined ? "" : quoted(String.fromCodePoint(code), '"') };
}

export function expected(text: string): Message {
  return { rank: 2, text };
}

/** A text as Haskell shows it: quoted, with everything but printable ASCII escaped by its decimal code. */
export function quoted(text: string, quote: '"' | "'"): string {
  let shown = quote;
  for (const char of text) shown += char === quote || char === "\\" ? `\\${char}` : escape(char);
  return shown + quote;
}

function escape(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code >= 32 && code < 127) return char;
  return named.get(code) ?? `\\${code < 32 ? controls[code] : String(code)}`;
}

const named: ReadonlyMap<number, string> = new Map([
  [7, "\\a"],
  [8, "\\b"],
  [9, "\\t"],
  [10, "\\n"],
  [11, "\\v"],
  [12, "\\f"],
  [13, "\\r"],
  [127, "\\DEL"],
]);

const controls =
  "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US".split(
    " ",
  );
