/** A parameter of the query string, decoded; null where it has no `=`. */
export type Parameter = readonly [name: string, value: string | null];

/** The parameters of a raw query string without its `?`, in order: `&` and `;` divide, `+` is a blank. */
export function parseParameters(raw: string): readonly Parameter[] {
  const parameters: Parameter[] = [];
  let start = 0;
  while (start < raw.length) {
    let end = start;
    while (end < raw.length && !isSeparator(raw.charCodeAt(end))) end += 1;
    parameters.push(parsePair(raw.slice(start, end)));
    start = end + 1;
  }
  return parameters;
}

function isSeparator(code: number): boolean {
  return code === 0x26 || code === 0x3b;
}

function parsePair(pair: string): Parameter {
  const equals = pair.indexOf("=");
  if (equals < 0) return [decodeText(pair, true), null];
  return [decodeText(pair.slice(0, equals), true), decodeText(pair.slice(equals + 1), true)];
}

/** Percent-decoded UTF-8; a `%` without two hexadecimal digits is a `%`. */
export function decodeText(text: string, plusIsBlank: boolean): string {
  const spaced = plusIsBlank && text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Something in it is no escape, or no UTF-8: byte by byte, what is invalid becomes U+FFFD.
    return decodeBytes(spaced);
  }
}

function decodeBytes(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  const decoded = Buffer.alloc(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at] === 0x25 ? hexByte(bytes[at + 1], bytes[at + 2]) : -1;
    decoded[length++] = code < 0 ? (bytes[at] ?? 0) : code;
    if (code >= 0) at += 2;
  }
  return decoded.toString("utf8", 0, length);
}

function hexByte(high: number | undefined, low: number | undefined): number {
  const [first, second] = [hexDigit(high), hexDigit(low)];
  return first < 0 || second < 0 ? -1 : first * 16 + second;
}

function hexDigit(code: number | undefined): number {
  return code === undefined ? -1 : "0123456789abcdef".indexOf(String.fromCharCode(code).toLowerCase());
}

/**
 * The parameters sorted by name, for Content-Location.
 *
 * As PostgREST writes them: values of equal names are joined by commas, and text outside of ASCII is encoded twice.
 */
export function canonicalQuery(parameters: readonly Parameter[]): string {
  const byName = new Map<string, string[]>();
  for (const [name, value] of parameters) {
    const values = byName.get(name);
    if (values === undefined) byName.set(name, [value ?? ""]);
    else values.push(value ?? "");
  }
  const names = [...byName.keys()].toSorted(compareCodePoints);
  return names.map((name) => `${encode(name)}=${(byName.get(name) ?? []).map(encode).join(",")}`).join("&");
}

/** The order of code points, which is that of UTF-8; JavaScript's own differs for surrogates only. */
export function compareCodePoints(left: string, right: string): number {
  if (isAstral.test(left) || isAstral.test(right)) return Buffer.compare(Buffer.from(left), Buffer.from(right));
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

const isAstral = /[\ud800-\udfff]/;

/** What each byte becomes: those above 127 are characters of Latin 1, encoded as UTF-8 again. */
const encoded = Array.from({ length: 256 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[A-Za-z0-9_.~-]/.test(char)) return char;
  if (code >= 128) return encodeURIComponent(char);
  return `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
});

function encode(text: string): string {
  let result = "";
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 128) return encodeBytes(Buffer.from(text, "utf8"));
    result += encoded[code];
  }
  return result;
}

function encodeBytes(bytes: Buffer): string {
  let result = "";
  for (const code of bytes) result += encoded[code];
  return result;
}
