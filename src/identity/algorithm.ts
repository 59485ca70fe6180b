import { createHmac, timingSafeEqual, verify, type KeyObject } from "node:crypto";

/** RFC 7518, 3.1, and RFC 8037: those that PostgREST verifies. */
export const algorithms = [
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
] as const;

export type Algorithm = (typeof algorithms)[number];

export function isAlgorithm(name: unknown): name is Algorithm {
  return algorithms.some((algorithm) => algorithm === name);
}

/** Whether the signature is the key's over the text; never throws. The key has to fit the algorithm. */
export function isSigned(algorithm: Algorithm, key: KeyObject, text: string, signature: Buffer): boolean {
  const data = Buffer.from(text, "latin1");
  const hash = `sha${algorithm.slice(2)}`;
  switch (algorithm.slice(0, 2)) {
    case "HS": {
      const own = createHmac(hash, key).update(data).digest();
      return own.length === signature.length && timingSafeEqual(own, signature);
    }
    case "RS":
      return verify(hash, data, key, signature);
    case "ES":
      return isOnCurve(signature) && verify(hash, data, { key, dsaEncoding: "ieee-p1363" }, signature);
    default:
      return verify(null, data, key, signature);
  }
}

/** A signature of zeros was once accepted by many (CVE-2022-21449). */
function isOnCurve(signature: Buffer): boolean {
  const half = signature.length / 2;
  return signature.subarray(0, half).some((byte) => byte !== 0) && signature.subarray(half).some((byte) => byte !== 0);
}
