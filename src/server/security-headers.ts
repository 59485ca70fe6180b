import { randomFillSync } from "node:crypto";

/** On every response; routes may set their own afterwards. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "content-security-policy": contentSecurityPolicy(),
};

/** Everything from here only; scripts and styles in the page only with its nonce. */
export function contentSecurityPolicy(nonce?: string): string {
  const own = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`;
  return (
    `default-src 'self'; script-src ${own}; style-src ${own}; img-src 'self' data:; object-src 'none'; ` +
    "base-uri 'self'; frame-ancestors 'self'; form-action 'self'"
  );
}

const pool = Buffer.alloc(16 * 256);
let used = pool.length;

/** 128 random bits in base64url, which needs no escaping in HTML; taken from a pool, since asking the kernel for 16 bytes costs as much as for 4,096. */
export function newNonce(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.toString("base64url", used - 16, used);
}
