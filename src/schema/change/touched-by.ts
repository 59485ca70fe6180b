import { excerptOf, familiesOf, type Fact, type Model } from "../../diff/index.ts";
import type { Tried } from "./forecast.ts";
import type { Change } from "./plan-change.ts";

/** What of a schema a plan can touch. */
export interface Touched {
  /** Of the live schema: what the plan is tried on. */
  readonly excerpt: Model;
  readonly proof: Proof;
}

/** What has to be right once a plan has run in a part of a schema. */
export interface Proof {
  /** All that was changed, as it was and as it is wanted. */
  readonly meant: readonly Fact[];
  /** As it is wanted: all of what is there, changed or not. */
  readonly wanted: readonly Fact[];
}

/** Finds out what of the live schema a plan needs to be tried. */
export function touchedBy(items: readonly Tried[], { diff, intent, wanted, live: now }: Change, live: Model): Touched {
  const renamed = diff.renamed.flatMap(({ from, to }) => [from.key, to.key]);
  const changed = [...items.flatMap(keysOf), ...renamed, ...intent.labels.map(({ type }) => type)];
  const named = changed.flatMap((key) => [...(wanted.needs.get(key) ?? []), ...(now.needs.get(key) ?? [])]);
  const excerpt = excerptOf(live, { changed, named });
  const after = factsOf(wanted, familiesOf(wanted, changed));
  const meant = [...after, ...factsOf(live, familiesOf(live, changed))];
  return { excerpt, proof: { meant, wanted: [...after, ...factsOf(wanted, excerpt.facts.keys())] } };
}

function keysOf(item: Tried): readonly string[] {
  if ("step" in item) return [item.step.object];
  const { from, to, inlined } = item.action;
  return [from, to, ...inlined].flatMap((fact) => fact?.key ?? []);
}

function factsOf({ facts }: Model, keys: Iterable<string>): readonly Fact[] {
  return [...keys].flatMap((key) => facts.get(key) ?? []);
}
