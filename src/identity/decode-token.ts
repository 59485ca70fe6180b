import { isAlgorithm, isSigned } from "./algorithm.ts";
import type { VerificationKey } from "./key.ts";
import { Refusal } from "./refusal.ts";

/** What a token says of whoever holds it. */
export type Claims = Readonly<Record<string, unknown>>;

/** Longest token that is looked at; what is longer is no token of anybody's. */
const maxLength = 64 * 1024;

/**
 * The claims of a signed token in compact form (RFC 7515, 7516, 7519), once one of the keys has verified it.
 *
 * Which key is tried is decided by us: by algorithm, kind of key and, where the token names one, its id. What else a
 * header says (jku, x5u, jwk, x5c) is not read; a `crit` refuses the token, since we know no extension. Throws Refusal.
 */
export function decodeToken(token: string, keys: readonly VerificationKey[]): Claims {
  if (token === "") throw new Refusal("undecodable", "Empty JWT is sent in Authorization header");
  const parts = token.split(".");
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined) {
    throw new Refusal("undecodable", `Expected 3 parts in JWT; got ${parts.length}`);
  }
  if (token.length > maxLength) throw undecodable();
  const { algorithm, keyId } = readHeader(header);
  const fitting = keys.filter((key) => key.algorithms.has(algorithm) && (keyId === null || key.id === keyId));
  if (fitting.length === 0) throw noKey("No suitable key was found to decode the JWT");
  const signed = `${header}.${payload}`;
  const bytes = decodeBase64(signature);
  if (!fitting.some(({ key }) => isSigned(algorithm, key, signed, bytes))) {
    throw noKey("None of the keys was able to decode the JWT");
  }
  return readClaims(decodeBase64(payload));
}

function readHeader(text: string) {
  const header = parseObject(decodeBase64(text));
  if (header === null) throw undecodable();
  const { alg, kid, crit } = header;
  if (alg === "none") {
    throw new Refusal(
      "undecodable",
      "Wrong or unsupported encoding algorithm",
      "JWT is unsecured but expected 'alg' was not 'none'",
    );
  }
  if (!isAlgorithm(alg) || crit !== undefined) throw undecodable();
  if (kid !== undefined && typeof kid !== "string") throw undecodable();
  return { algorithm: alg, keyId: kid ?? null };
}

/** base64url without padding, to the letter: Buffer alone takes what it is given (RFC 7515, 2). */
function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.toString("base64url") !== text) throw new Refusal("undecodable", "JWT cryptographic operation failed");
  return bytes;
}

function readClaims(bytes: Buffer): Claims {
  const claims = parseObject(bytes);
  if (claims === null) throw new Refusal("claims", "Parsing claims failed");
  return claims;
}

/** null where it is no object, or names something twice: who reads it later could take the other one. */
function parseObject(bytes: Buffer): Claims | null {
  const text = bytes.toString("utf8");
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    return hasRepeatedNames(text, Object.keys(value).length) ? null : (value as Claims);
  } catch {
    // Not JSON: refused by the caller, in its own words.
    return null;
  }
}

/** Counts the members of the outermost object; the text is known to be JSON. */
function hasRepeatedNames(text: string, names: number): boolean {
  let depth = 0;
  let colons = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") depth -= 1;
    else if (char === ":" && depth === 1) colons += 1;
  }
  return colons !== names;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function undecodable(): Refusal {
  return new Refusal("undecodable", "JWT couldn't be decoded");
}

function noKey(details: string): Refusal {
  return new Refusal("undecodable", "No suitable key or wrong key type", details);
}
