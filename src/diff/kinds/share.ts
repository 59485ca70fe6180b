import type { Fact } from "../fact.ts";
import type { Context } from "../kind.ts";
import type { Model } from "../model.ts";
import { heirsOf, inheritancesOf } from "./lineage.ts";
import { isMovedAbove } from "./table-aside.ts";

/*
 * Indexes and constraints of partitions that are shares of one of the partitioned table. A share of a new partition is made
 * ahead of ATTACH PARTITION, which finds it and takes it in under its own name; that of a standing one is attached.
 */

/** The constraint or index of the partitioned table that the fact is a share of. */
export function wholeOf(fact: Fact, model: Model): Fact | undefined {
  if (fact.props["attached"] !== true) return undefined;
  for (const key of model.needs.get(fact.key) ?? []) {
    const need = model.facts.get(key);
    if (
      need !== undefined &&
      need.parent !== fact.parent &&
      isForeignKey(need) === isForeignKey(fact) &&
      isWhole(need)
    ) {
      return need;
    }
  }
  return undefined;
}

function isWhole({ kind, props }: Fact): boolean {
  return (kind === "index" || kind === "constraint") && props["partitioned"] === true;
}

function isForeignKey({ props }: Fact): boolean {
  return props["type"] === "foreign key";
}

/** The constraint of that name of a table that the fact's own inherits from, where it comes from there. */
export function isInherited(fact: Fact): boolean {
  return fact.props["inherited"] !== undefined;
}

/** True while its table inherits all along what it inherits in the end. */
export function inheritsAllAlong({ parent }: Fact, context: Context): boolean {
  if (parent === null || context.isMade(parent)) return false;
  return inheritancesOf(parent, context.to).some(({ key }) => stands(key, context));
}

/** True where its table stops inheriting what it inherits now, be it for a moment. */
export function isLetGo({ parent }: Fact, context: Context): boolean {
  const { from, to, isMade } = context;
  // A partition that is moved with the whole stays in the old one to its end.
  if (parent === null || (isMade(parent) && isMovedAbove({ key: parent }, context))) return false;
  return inheritancesOf(parent, from).some(({ key }) => !to.facts.has(key) || isMade(key));
}

/**
 * True where the partitioned table has partitions that are already attached, and each of them is to have a share: those
 * that nobody declares get theirs when the whole is made for all.
 */
export function hasStandingShares(fact: Fact, context: Context): boolean {
  const { parent } = fact;
  if (parent === null || context.isMade(parent)) return false;
  const standing = heirsOf(parent, context.to).filter(({ key }) => stands(key, context));
  const shared = new Set(
    [...(context.to.neededBy.get(fact.key) ?? [])].map((key) => context.to.facts.get(key)?.parent),
  );
  return standing.length > 0 && standing.every((heir) => shared.has(heir.parent));
}

/** True where it goes with the one that it is a share of. */
export function goesWithWhole(fact: Fact, context: Context): boolean {
  const whole = wholeOf(fact, context.from);
  if (whole === undefined || isLetGo(fact, context)) return false;
  return !context.to.facts.has(whole.key) || context.isMade(whole.key);
}

function stands(inheritance: string, { from, to, isMade }: Context): boolean {
  return from.facts.has(inheritance) && to.facts.has(inheritance) && !isMade(inheritance);
}
