import type { Fact } from "../fact.ts";
import type { Model } from "../model.ts";
import { parseType } from "./type-name.ts";
import { typeFact } from "./value-cast.ts";

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

/** What a domain says of a new column of its type: it gives it a value, or refuses to have none. */
export function domainSays(type: string, model: Model): "default" | "not null" | undefined {
  const domains = domainsOf(type, model);
  if (domains.some(({ props }) => props["default"] !== undefined)) return "default";
  return domains.some(({ props }) => props["notNull"] === true) ? "not null" : undefined;
}

/** The domain that the type is, and those that it is based on. */
function domainsOf(type: string, model: Model): readonly Fact[] {
  const { base, array } = parseType(type);
  const domain = array ? undefined : typeFact(base, "domain", model);
  return domain === undefined ? [] : [domain, ...domainsOf(String(domain.props["type"]), model)];
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
