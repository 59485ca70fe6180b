import type { Requirement } from "../requirement.ts";

/**
 * States of a package as bits: bit 0 is "not taken", bit n its nth version, oldest first.
 *
 * With every version known, sets of versions are numbers, and all that the solver does are &, | and ~ of them.
 */
export type States = bigint;

/** Bit 0: the package is not taken. */
export const absent: States = 1n;

/** Packages that can't all be in these states at once. */
export interface Incompatibility {
  readonly terms: ReadonlyMap<string, States>;
  readonly why: Why;
}

/** Where an incompatibility comes from: what a package says, or two others that it follows from. */
export type Why =
  | { readonly kind: "needs"; readonly by: string; readonly on: string; readonly requirement: Requirement }
  | { readonly kind: "derived"; readonly one: Incompatibility; readonly other: Incompatibility };

/** What follows from two incompatibilities when a package is in a state that one or the other speaks of: resolution. */
export function resolvent(one: Incompatibility, other: Incompatibility, name: string): Incompatibility {
  const terms = new Map(one.terms);
  for (const [each, states] of other.terms) {
    const own = terms.get(each);
    terms.set(each, own === undefined ? states : each === name ? own | states : own & states);
  }
  return { terms, why: { kind: "derived", one, other } };
}
