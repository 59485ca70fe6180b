import { expected, failed, type Input, type Message, nothing, type Parser, quoted, unexpectedToken } from "./input.ts";

/** All of them, one after the other: the list of their values. */
export function all<T extends readonly unknown[]>(...parsers: { [K in keyof T]: Parser<T[K]> }): Parser<T> {
  return (input) => {
    const values: unknown[] = [];
    let consumed = false;
    let messages = nothing;
    let at = input.at;
    for (const parser of parsers) {
      const value: unknown = parser(input);
      if (input.consumed) consumed = true;
      else input.merge(messages, at);
      ({ messages, messagesAt: at } = input);
      input.consumed = consumed;
      if (value === failed) return failed;
      values.push(value);
    }
    return values as unknown as T;
  };
}

/** The first that matches; one that read something before it failed ends the search. */
export function either<T>(...parsers: readonly Parser<T>[]): Parser<T> {
  return (input) => {
    let messages = nothing;
    let at = input.at;
    for (const parser of parsers) {
      const value = parser(input);
      if (input.consumed) return value;
      input.merge(messages, at);
      if (value !== failed) return value;
      ({ messages, messagesAt: at } = input);
    }
    return failed;
  };
}

/** Fails as if nothing had been read, so that an alternative is tried. */
export function attempt<T>(parser: Parser<T>): Parser<T> {
  return (input) => {
    const start = input.at;
    const value = parser(input);
    if (value === failed) {
      input.at = start;
      input.consumed = false;
    }
    return value;
  };
}

export function map<A, B>(parser: Parser<A>, change: (value: A) => B): Parser<B> {
  return (input) => {
    const value = parser(input);
    return value === failed ? failed : change(value);
  };
}

/** Calls its parser late, for grammars that contain themselves. */
export function lazily<T>(parser: () => Parser<T>): Parser<T> {
  return (input) => parser()(input);
}

/** Reads nothing. */
export function succeed<T>(value: T): Parser<T> {
  return (input) => {
    input.succeed(false);
    return value;
  };
}

export function optional<T>(parser: Parser<T>): Parser<T | null> {
  return either<T | null>(parser, succeed(null));
}

/** Names what is expected here, instead of what its parts say. */
export function label<T>(parser: Parser<T>, name: string): Parser<T> {
  const message = expected(name);
  return (input) => {
    const value = parser(input);
    if (!input.consumed && (value === failed || input.messages.length > 0)) {
      input.messages = [message, ...input.messages.filter(({ rank }) => rank !== 2)];
    }
    return value;
  };
}

/** Any number of them, none as well. */
export function many<T>(parser: Parser<T>): Parser<readonly T[]> {
  return (input) => {
    const values: T[] = [];
    for (;;) {
      const value = parser(input);
      if (value === failed) break;
      values.push(value);
    }
    if (input.consumed) return failed;
    input.consumed = values.length > 0;
    return values;
  };
}

/** One at least, with separators between them. */
export function separated<T>(parser: Parser<T>, separator: Parser<unknown>): Parser<readonly T[]> {
  const more = many(map(all(separator, parser), ([, value]) => value));
  return map(all(parser, more), ([first, rest]) => [first, ...rest]);
}

/** Succeeds where the parser would, and reads nothing. */
export function ahead(parser: Parser<unknown>): Parser<null> {
  return (input) => {
    const start = input.at;
    if (parser(input) === failed) return failed;
    input.at = start;
    input.succeed(false);
    return null;
  };
}

/** One character that the test accepts. */
export function char(accepts: (code: number) => boolean, expectations: readonly Message[] = nothing): Parser<string> {
  return (input) => {
    const code = input.peek();
    if (code === undefined || !accepts(code)) return input.fail(false, [unexpectedToken(code), ...expectations]);
    const value = String.fromCodePoint(code);
    input.at += value.length;
    input.succeed(true);
    return value;
  };
}

/** That character. */
export function exactly(value: string): Parser<string> {
  const code = value.codePointAt(0);
  return char((found) => found === code, [expected(quoted(value, '"'))]);
}

/** As many characters as the test accepts, and `least` of them at least, joined. */
export function chars(
  accepts: (code: number) => boolean,
  least: 0 | 1,
  expectations: readonly Message[] = nothing,
): Parser<string> {
  return (input) => {
    const start = input.at;
    let code = input.peek();
    while (code !== undefined && accepts(code)) {
      input.at += code > 0xffff ? 2 : 1;
      code = input.peek();
    }
    const value = input.text.slice(start, input.at);
    input.succeed(value !== "", [unexpectedToken(code), ...expectations]);
    return least === 1 && value === "" ? failed : value;
  };
}

/** That word: where it differs, the whole word is what was expected, at its first letter. */
export function word(value: string): Parser<string> {
  const expectation = expected(quoted(value, '"'));
  return (input) => {
    const { text, at } = input;
    if (text.startsWith(value, at)) {
      input.at += value.length;
      input.succeed(true);
      return value;
    }
    let length = 0;
    while (text[at + length] === value[length]) length += 1;
    return input.fail(length > 0, [unexpectedToken(text.codePointAt(at + length)), expectation], at);
  };
}

/** Fails where the character ahead is accepted by the test; `expectations` are what the test says when it fails. */
export function notAhead(accepts: (code: number) => boolean, expectations: readonly Message[] = nothing): Parser<null> {
  return (input) => {
    const code = input.peek();
    if (code === undefined || !accepts(code)) {
      input.succeed(false, [unexpectedToken(code), ...expectations]);
      return null;
    }
    const found = String.fromCodePoint(code);
    return input.fail(false, [{ rank: 1, text: quoted(found, "'") }], input.at + found.length);
  };
}

/** The end of the text. */
export const end: Parser<null> = (input) => {
  const code = input.peek();
  if (code === undefined) {
    input.succeed(false, [expected("end of input"), unexpectedToken(code)]);
    return null;
  }
  const found = quoted(String.fromCodePoint(code), "'");
  return input.fail(false, [expected("end of input"), { rank: 1, text: found }]);
};

/** Everything that is left. */
export const rest: Parser<string> = (input: Input) => {
  const value = input.text.slice(input.at);
  input.at = input.text.length;
  input.succeed(value !== "");
  return value;
};

/** Blanks around it are of no account. */
export function lexeme<T>(parser: Parser<T>): Parser<T> {
  const blanks = chars((code) => code === 0x20 || code === 0x09, 0);
  return map(all(blanks, parser, blanks), ([, value]) => value);
}
