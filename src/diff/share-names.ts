import { isEqual } from "./equal.ts";
import { keyOf, type Fact } from "./fact.ts";
import { wholeOf } from "./kinds/share.ts";
import type { Model } from "./model.ts";
import { asideName } from "./move.ts";

type Pairs = readonly { readonly from: Fact; readonly to: Fact }[];

/**
 * Indexes of partitions whose names Postgres has counted otherwise: which of them is which is told by the index of the
 * partitioned table that they are shares of. What has such a name and goes gives way.
 */
export function shareRenames(from: Model, to: Model): Pairs {
  const pairs = [...from.facts.values()].flatMap((fact) => {
    const wanted = sameShare(fact, from, to);
    return wanted === undefined || wanted.key === fact.key ? [] : [{ from: fact, to: wanted }];
  });
  const renamed = new Set(pairs.map((pair) => pair.from.key));
  const inTheWay = pairs.flatMap((pair) => from.facts.get(pair.to.key) ?? []).filter(({ key }) => !renamed.has(key));
  return [...inTheWay.map((fact) => ({ from: fact, to: outOfTheWay(fact) })), ...pairs];
}

function sameShare(fact: Fact, from: Model, to: Model): Fact | undefined {
  const whole = wholeOf(fact, from);
  const wanted = whole === undefined ? undefined : to.facts.get(whole.key);
  if (whole === undefined || wanted === undefined || !isEqual(whole.props, wanted.props)) return undefined;
  const shares = [...(to.neededBy.get(wanted.key) ?? [])].flatMap((key) => to.facts.get(key) ?? []);
  return shares.find(
    (share) => share.kind === fact.kind && share.parent === fact.parent && wholeOf(share, to)?.key === wanted.key,
  );
}

function outOfTheWay(fact: Fact): Fact {
  const renamed = { ...fact, name: asideName(fact.name) };
  return { ...renamed, key: keyOf(renamed) };
}
