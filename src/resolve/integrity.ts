import { createHash, type Hash } from "node:crypto";
import { AppError } from "../errors/index.ts";

/** One expected hash: the strongest of an SRI string that is strong enough to be relied on. */
export interface Integrity {
  readonly algorithm: "sha256" | "sha384" | "sha512";
  readonly digest: Buffer;
}

const digestBytes = { sha512: 64, sha384: 48, sha256: 32 } as const;

/**
 * Reads a Subresource Integrity string ("sha512-… sha1-…", W3C SRI) and takes its strongest hash.
 *
 * Throws WD359 when there is none of at least SHA-256: a SHA-1 protects nothing.
 */
export function parseIntegrity(text: string, what: string): Integrity {
  for (const algorithm of ["sha512", "sha384", "sha256"] as const) {
    for (const hash of text.trim().split(/\s+/)) {
      if (!hash.startsWith(`${algorithm}-`)) continue;
      const digest = Buffer.from(hash.slice(algorithm.length + 1).split("?", 1)[0] ?? "", "base64");
      if (digest.length === digestBytes[algorithm]) return { algorithm, digest };
    }
  }
  throw new AppError("WD359", `${what} has no hash that it could be checked against`, {
    detail: `integrity: "${text}"`,
    hint: "an integrity begins with sha512-, sha384- or sha256-",
  });
}

/** A hexadecimal SHA-256, as Debian writes it, as an SRI string. */
export function sriFromHex(hex: string): string {
  return `sha256-${Buffer.from(hex, "hex").toString("base64")}`;
}

/** A running hash; `check` throws WD353 when the bytes were not those that are expected. */
export class IntegrityCheck {
  readonly #expected: Integrity;
  readonly #hash: Hash;
  readonly #what: string;

  constructor(expected: Integrity, what: string) {
    this.#expected = expected;
    this.#hash = createHash(expected.algorithm);
    this.#what = what;
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }

  check(): void {
    const actual = this.#hash.digest();
    if (actual.equals(this.#expected.digest)) return;
    const { algorithm, digest } = this.#expected;
    throw new AppError("WD353", `${this.#what} is not what it should be`, {
      detail: `expected ${algorithm}-${digest.toString("base64")}\nreceived ${algorithm}-${actual.toString("base64")}`,
      hint: "it was not used; try again, then compare with another network before you trust it",
    });
  }
}
