export { createAuthenticator } from "./authenticator.ts";
export type { Authenticator, Identity, IdentitySettings } from "./authenticator.ts";
export type { Claims } from "./decode-token.ts";
export { Refusal } from "./refusal.ts";
export type { RefusalReason } from "./refusal.ts";
export { newTokenCounts } from "./token-cache.ts";
export type { TokenCounts } from "./token-cache.ts";
