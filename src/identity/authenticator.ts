import { AppError } from "../errors/index.ts";
import { checkClaims } from "./check-claims.ts";
import { parseClaimPath, valueAt } from "./claim-path.ts";
import { decodeToken, type Claims } from "./decode-token.ts";
import { parseKeys, type VerificationKey } from "./key.ts";
import { Refusal } from "./refusal.ts";
import { RemoteKeys } from "./remote-keys.ts";
import { newTokenCounts, TokenCache, type TokenCounts } from "./token-cache.ts";

/** Who asks. */
export interface Identity {
  readonly role: string;
  /** Of the token, {} without one; the same object for as long as the token is remembered. */
  readonly claims: Claims;
}

/** How tokens are verified. */
export interface IdentitySettings {
  /** A secret, a JWK or a JWKS as JSON, or the https: address of a JWKS; null: tokens are refused. */
  readonly secret: string | null;
  readonly secretIsBase64: boolean;
  /** What `aud` has to name, where a token has one. */
  readonly audience: string | null;
  /** Where the claims hold the role. */
  readonly roleClaimKey: string;
  /** What comes without a token, or with one that names no role, becomes; null: it is refused. */
  readonly anonRole: string | null;
  /** Verified tokens that are remembered; 0 for none. */
  readonly cacheMaxEntries: number;
}

export interface Authenticator {
  /** Whoever sends this Authorization header, undefined where there is none. Throws or rejects with Refusal. */
  authenticate(header: string | undefined): Identity | Promise<Identity>;
}

/**
 * Throws WD620 and WD621 where the settings can't be used. `now` is in milliseconds, the system's clock if absent;
 * `counts` goes on being counted up.
 */
export function createAuthenticator(
  settings: IdentitySettings,
  now: () => number = Date.now,
  counts: TokenCounts = newTokenCounts(),
): Authenticator {
  return new TokenAuthenticator(settings, now, counts);
}

class TokenAuthenticator implements Authenticator {
  readonly #settings: IdentitySettings;
  readonly #now: () => number;
  readonly #path: ReturnType<typeof parseClaimPath>;
  readonly #cache: TokenCache;
  readonly #keys: readonly VerificationKey[] | null;
  readonly #remote: RemoteKeys | null;
  readonly #anonymous: Identity | null;

  constructor(settings: IdentitySettings, now: () => number, counts: TokenCounts) {
    const { secret, secretIsBase64, anonRole } = settings;
    const isRemote = secret !== null && /^https?:\/\//.test(secret);
    this.#settings = settings;
    this.#now = now;
    this.#path = parseClaimPath(settings.roleClaimKey);
    this.#cache = new TokenCache(settings.cacheMaxEntries, counts);
    this.#remote = isRemote ? new RemoteKeys(secret, () => this.#cache.clear(), now) : null;
    this.#keys = secret === null || isRemote ? null : parseKeys(secretBytes(secret, secretIsBase64));
    this.#anonymous = anonRole === null ? null : { role: anonRole, claims: {} };
  }

  authenticate(header: string | undefined): Identity | Promise<Identity> {
    const token = bearer(header);
    if (token === null) return this.#stranger();
    const known = this.#cache.get(token);
    if (known !== undefined) {
      this.#remote?.refresh();
      return this.#accept(known);
    }
    if (this.#remote !== null) return this.#withRemoteKeys(token, this.#remote);
    if (this.#keys === null) throw new Refusal("noKeys", "Server lacks JWT secret");
    return this.#verify(token, this.#keys);
  }

  async #withRemoteKeys(token: string, remote: RemoteKeys): Promise<Identity> {
    return this.#verify(token, await remote.keysFor(keyIdOf(token)));
  }

  #verify(token: string, keys: readonly VerificationKey[]): Identity {
    const claims = decodeToken(token, keys);
    const identity = this.#accept(claims);
    this.#cache.set(token, claims);
    return identity;
  }

  /** Times are checked for remembered tokens too. */
  #accept(claims: Claims): Identity {
    checkClaims(claims, Math.floor(this.#now() / 1000), this.#settings.audience);
    const value = valueAt(claims, this.#path);
    if (value === undefined) return { ...this.#stranger(), claims };
    return { role: typeof value === "string" ? value : JSON.stringify(value), claims };
  }

  #stranger(): Identity {
    if (this.#anonymous === null) throw new Refusal("tokenRequired", "Anonymous access is disabled");
    return this.#anonymous;
  }
}

/** The token of `Bearer …`, in any letter case; null where the header is another or none. */
function bearer(header: string | undefined): string | null {
  if (header === undefined) return null;
  const blank = header.indexOf(" ");
  const scheme = blank < 0 ? header : header.slice(0, blank);
  if (scheme.toLowerCase() !== "bearer") return null;
  return blank < 0 ? "" : header.slice(blank).trim();
}

/** What an unverified header names: only good for deciding whether to look for new keys. */
function keyIdOf(token: string): string | null {
  try {
    const header = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString("utf8")) as {
      readonly kid?: unknown;
    } | null;
    return typeof header?.kid === "string" ? header.kid : null;
  } catch {
    // No header: decoding says so.
    return null;
  }
}

/** Either alphabet of base64, with or without padding. */
function secretBytes(secret: string, isBase64: boolean): Buffer {
  if (!isBase64) return Buffer.from(secret, "utf8");
  const digits = secret.trim().replace(/[=.]+$/, "");
  if (!/^[A-Za-z0-9+/_-]*$/.test(digits)) {
    throw new AppError("WD620", "tokens can't be verified with the key", { detail: "the secret is no base64" });
  }
  return Buffer.from(digits, "base64");
}
