import type { CodeEntry } from "./code-entry.ts";

/** Codes of tokens and keys; see codes.ts for the ranges. */
export const identityCodes = {
  WD620: {
    title: "tokens can't be verified with the key",
    explanation:
      "The secret that verifies tokens is a text of at least 32 characters, a public key as JWK, or a set of keys (JWKS), " +
      "both as JSON. Served are HS256, HS384 and HS512, RS256, RS384 and RS512, ES256, ES384 and ES512, and EdDSA. The " +
      "detail says what is wrong with this one; the secret itself is never shown.",
    exitCode: 2,
  },
  WD621: {
    title: "the path to the role in the claims can't be read",
    explanation:
      "It is a JSONPath (RFC 9535) of names, indexes, * and comparisons of array elements: `$.role`, `$.roles[0]`, " +
      "`$['https://example.com/role']`, `$.roles[?@ == \"admin\"]`. PostgREST's older form, `.roles[0]`, is read too.",
    exitCode: 2,
  },
  WD622: {
    title: "the keys that verify tokens can't be read",
    explanation:
      "The setting names the address of a set of keys (JWKS), and it did not answer, or with something else. Requests " +
      "with a token wait for it; they are refused with 503 until it answers. Keys that were read once stay in use while " +
      "the address is away.",
    exitCode: 1,
    status: 503,
  },
  WD630: {
    title: "the configuration of howdah rest can't be used",
    explanation:
      "It is PostgREST's own: a file of `key = value` lines, PGRST_… in the environment, and settings of the database. " +
      "The detail names the setting and what it may be. `howdah rest --example` prints a file with the defaults, " +
      "`howdah rest --dump-config` what was understood.",
    exitCode: 2,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
