import type { Fact, Model } from "../../diff/index.ts";

/** A model in which one role stands for another: as owner, and as the owner among those who have privileges. */
export function handedOver(model: Model, old: string, now: string): Model {
  if (old === now) return model;
  const ownerOf = (fact: Fact): string | null => {
    const parent = fact.owner === null && fact.parent !== null ? model.facts.get(fact.parent) : undefined;
    return parent === undefined ? fact.owner : ownerOf(parent);
  };
  const facts = new Map(
    [...model.facts].map(([key, fact]) => [key, ownerOf(fact) === old ? handedTo(fact, old, now) : fact]),
  );
  return { ...model, facts };
}

function handedTo(fact: Fact, old: string, now: string): Fact {
  const acl = fact.acl?.map((item) => (item.grantee === old ? { ...item, grantee: now } : item)) ?? null;
  return { ...fact, owner: fact.owner === null ? null : now, acl };
}
