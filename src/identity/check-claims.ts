import type { Claims } from "./decode-token.ts";
import { Refusal } from "./refusal.ts";

/** How far clocks may differ. */
export const skewSeconds = 30;

/** Whether the claims hold now and here (RFC 7519, 4.1). Throws Refusal; claims that are null or absent are not checked. */
export function checkClaims(claims: Claims, nowSeconds: number, audience: string | null): void {
  const expires = seconds(claims, "exp");
  if (expires !== null && nowSeconds - skewSeconds > expires) throw new Refusal("claims", "JWT expired");
  const begins = seconds(claims, "nbf");
  if (begins !== null && nowSeconds + skewSeconds < begins) throw new Refusal("claims", "JWT not yet valid");
  const issued = seconds(claims, "iat");
  if (issued !== null && nowSeconds + skewSeconds < issued) throw new Refusal("claims", "JWT issued at future");
  checkAudience(claims.aud ?? null, audience);
}

function seconds(claims: Claims, name: "exp" | "nbf" | "iat"): number | null {
  const value = claims[name] ?? null;
  if (value === null) return null;
  if (typeof value !== "number") throw new Refusal("claims", `The JWT '${name}' claim must be a number`);
  // What is no whole number of seconds is long ago, as PostgREST has it.
  return Number.isSafeInteger(value) ? value : 0;
}

function checkAudience(value: unknown, audience: string | null): void {
  if (value === null) return;
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!given.every((entry) => typeof entry === "string")) {
    throw new Refusal("claims", "The JWT 'aud' claim must be a string or an array of strings");
  }
  if (audience !== null && given.length > 0 && !given.includes(audience)) {
    throw new Refusal("claims", "JWT not in audience");
  }
}
