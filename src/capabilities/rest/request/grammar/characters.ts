import { expected } from "./input.ts";

const letter = /^\p{L}$/u;

/** Letters of any script. */
export function isLetter(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
  return letter.test(String.fromCodePoint(code));
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** One of the characters of a text. */
export function oneOf(text: string): (code: number) => boolean {
  const codes = new Set([...text].map((char) => char.codePointAt(0)));
  return (code) => codes.has(code);
}

/** None of the characters of a text. */
export function noneOf(text: string): (code: number) => boolean {
  const isOne = oneOf(text);
  return (code) => !isOne(code);
}

/** What names without quotes are made of. */
export function isNamePart(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 0x5f || code === 0x20 || code === 0x24;
}

export const digitExpected = [expected("digit")];
export const namePartExpected = [expected("letter"), expected("digit")];
