import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { AppError } from "../errors/index.ts";
import { algorithms, type Algorithm } from "./algorithm.ts";

/** A key that verifies tokens. */
export interface VerificationKey {
  readonly key: KeyObject;
  /** Which algorithms it may be used with: a key that names one is for that one alone. */
  readonly algorithms: ReadonlySet<Algorithm>;
  readonly id: string | null;
}

/** RFC 7518, 3.2: a key of HMAC is as long as its hash; shorter secrets can be guessed. */
const minSecretBytes = 32;

/**
 * What a setting says: a secret as it is written, a JWK or a JWKS as JSON (RFC 7517). Throws WD620.
 *
 * A secret verifies HS256 alone, as PostgREST has it. Keys of a set that can't verify tokens are left out.
 */
export function parseKeys(secret: Buffer): readonly VerificationKey[] {
  const parsed = parseJson(secret);
  if (isObject(parsed) && Array.isArray(parsed.keys)) return keysOfSet(parsed.keys);
  if (isObject(parsed) && typeof parsed.kty === "string") return [toKey(parsed)];
  if (secret.length < minSecretBytes) throw unusable("The JWT secret must be at least 32 characters long.");
  return [{ key: createSecretKey(secret), algorithms: new Set(["HS256"]), id: null }];
}

/** The keys of a JWKS that verify tokens; others are none of our business (RFC 7517, 5). */
export function keysOfSet(keys: readonly unknown[]): readonly VerificationKey[] {
  return keys.flatMap((jwk) => {
    try {
      return isObject(jwk) ? [toKey(jwk)] : [];
    } catch (error) {
      if (error instanceof AppError) return [];
      throw error;
    }
  });
}

type Jwk = Readonly<Record<string, unknown>>;

function toKey(jwk: Jwk): VerificationKey {
  if (jwk.use === "enc") throw unusable("its use is encryption");
  const possible = algorithms.filter((algorithm) => fits(algorithm, jwk));
  const allowed = typeof jwk.alg === "string" ? possible.filter((algorithm) => algorithm === jwk.alg) : possible;
  if (allowed.length === 0) throw unusable("no algorithm that verifies tokens goes with it");
  return { key: importKey(jwk), algorithms: new Set(allowed), id: typeof jwk.kid === "string" ? jwk.kid : null };
}

function fits(algorithm: Algorithm, { kty, crv }: Jwk): boolean {
  switch (kty) {
    case "oct":
      return algorithm.startsWith("HS");
    case "RSA":
      return algorithm.startsWith("RS");
    case "EC":
      return algorithm === curves.get(String(crv));
    case "OKP":
      return algorithm === "EdDSA" && (crv === "Ed25519" || crv === "Ed448");
    default:
      return false;
  }
}

const curves: ReadonlyMap<string, Algorithm> = new Map([
  ["P-256", "ES256"],
  ["P-384", "ES384"],
  ["P-521", "ES512"],
]);

function importKey(jwk: Jwk): KeyObject {
  if (jwk.kty === "oct") {
    const bytes = typeof jwk.k === "string" ? Buffer.from(jwk.k, "base64url") : Buffer.alloc(0);
    if (bytes.length === 0) throw unusable("its k is empty");
    return createSecretKey(bytes);
  }
  try {
    // A private key is taken for the public one that it holds.
    return createPublicKey({ key: publicPart(jwk), format: "jwk" });
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error));
  }
}

function publicPart({ kty, n, e, crv, x, y }: Jwk): JsonWebKey {
  return Object.fromEntries(Object.entries({ kty, n, e, crv, x, y }).filter(([, value]) => typeof value === "string"));
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    // Not JSON: then it is a secret.
    return undefined;
  }
}

function isObject(value: unknown): value is Jwk {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unusable(detail: string): AppError {
  return new AppError("WD620", "tokens can't be verified with the key", { detail });
}
