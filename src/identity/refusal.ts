/** Why a token is not accepted. */
export type RefusalReason =
  /** There is no key to verify it with. */
  | "noKeys"
  /** No token, and nobody may come without one. */
  | "tokenRequired"
  /** The token's form, algorithm, key or signature is wrong. */
  | "undecodable"
  /** It is genuine, and its claims don't hold here or now. */
  | "claims";

/**
 * A token that is refused, told in the words that PostgREST's clients know.
 *
 * It is not an AppError: what a stranger sends is no failure of the application.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: RefusalReason;
  readonly details: string | null;

  constructor(reason: RefusalReason, message: string, details: string | null = null) {
    super(message);
    this.reason = reason;
    this.details = details;
  }
}
