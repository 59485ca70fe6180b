import type { Fact } from "../fact.ts";
import type { Model } from "../model.ts";

/** The columns of tables whose values the domain rules: of its own type, or of a domain over it. */
export function columnsOfDomain(domain: string, model: Model): readonly Fact[] {
  return [...(model.neededBy.get(domain) ?? [])].flatMap((key) => {
    const fact = model.facts.get(key);
    if (fact === undefined) return [];
    if (fact.kind === "domain") return isArray(fact) ? [] : columnsOfDomain(key, model);
    return isOfType(fact) ? [fact] : [];
  });
}

/** True where arrays, composites or ranges hold values of the domain: Postgres refuses to look into those. */
export function isContained(domain: string, model: Model): boolean {
  return [...(model.neededBy.get(domain) ?? [])].some((key) => {
    const fact = model.facts.get(key);
    if (fact?.kind === "domain") return isArray(fact) || isContained(key, model);
    return fact !== undefined && (containers.has(fact.kind) || (fact.kind === "column" && isArray(fact)));
  });
}

const containers = new Set<Fact["kind"]>(["attribute", "composite type", "range"]);

function isArray({ props }: Fact): boolean {
  const type = props["type"];
  return typeof type === "string" && type.endsWith("[]");
}

/** Not an array of it, nor one that only its default needs it for. */
function isOfType(fact: Fact): boolean {
  return (
    fact.kind === "column" && fact.props["of"] === undefined && typeof fact.props["type"] === "string" && !isArray(fact)
  );
}
