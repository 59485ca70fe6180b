import type { Fact } from "./fact.ts";
import type { Fate } from "./fate.ts";
import { kinds } from "./kinds.ts";
import type { Model } from "./model.ts";

interface Inlining {
  readonly container: Map<string, string>;
  readonly members: Map<string, string[]>;
  readonly isMade: (key: string) => boolean;
}

/** Parts that are made within their parent's CREATE statement, by the part's key. */
export function decideInlining(to: Model, fates: ReadonlyMap<string, Fate>): ReadonlyMap<string, string> {
  const container = new Map<string, string>();
  const members = new Map<string, string[]>();
  const put = (part: string, parent: string): void => {
    container.set(part, parent);
    members.set(parent, [...(members.get(parent) ?? []), part]);
  };
  const isMade = (key: string): boolean => {
    const fate = fates.get(key)?.kind;
    return fate === "create" || fate === "rebuild";
  };
  const unsure: Fact[] = [];
  for (const fact of to.facts.values()) {
    if (fact.parent === null || !isMade(fact.key)) continue;
    const parent = containerOf(container, fact.parent);
    if (!isMade(parent)) continue;
    const inline = isJoinedLater(fact, to) ? "never" : inlineOf(fact, to.facts.get(parent), fates);
    if (inline === "always") put(fact.key, parent);
    else if (inline === "when possible") unsure.push(fact);
  }
  for (const fact of unsure) {
    const parent = containerOf(container, fact.parent ?? "");
    // A default goes into its column's clause only where the column is in its table's.
    const direct = fact.parent === parent || container.has(fact.parent ?? "");
    if (direct && !mustComeLater(fact, parent, to, { container, members, isMade })) put(fact.key, parent);
  }
  return container;
}

/** A table made with INHERITS takes its checks for valid: where they are not, it inherits once it has them. */
function isJoinedLater(fact: Fact, { parts, facts }: Model): boolean {
  if (fact.kind !== "inheritance") return false;
  return (parts.get(fact.parent ?? "") ?? []).some((key) => isInheritedNotValid(facts.get(key)));
}

/** A check from above that holds for new rows alone. */
export function isInheritedNotValid(fact: Fact | undefined): boolean {
  const { type, inherited, notValid } = fact?.props ?? {};
  return type === "check" && inherited === "child" && notValid === true;
}

/** What is made only once rows have come over to the new one is not made with it. */
function inlineOf(
  fact: Fact,
  parent: Fact | undefined,
  fates: ReadonlyMap<string, Fate>,
): "always" | "when possible" | "never" {
  const isAgain = parent !== undefined && fates.get(parent.key)?.kind === "rebuild";
  if (isAgain && kinds[parent.kind].aside?.awaits?.(fact) === true) return "never";
  return kinds[fact.kind].inline?.(fact) ?? "never";
}

export function containerOf(container: ReadonlyMap<string, string>, key: string): string {
  return container.get(key) ?? key;
}

/** True when something that the part needs can itself be made only after the parent. */
function mustComeLater(part: Fact, parent: string, to: Model, { container, members, isMade }: Inlining): boolean {
  const seen = new Set<string>();
  const needsParent = (key: string): boolean => {
    const node = containerOf(container, key);
    if (node === parent) return true;
    if (seen.has(node) || !isMade(node)) return false;
    seen.add(node);
    return [node, ...(members.get(node) ?? [])].some((item) =>
      [...(to.needs.get(item) ?? [])].some((need) => containerOf(container, need) !== node && needsParent(need)),
    );
  };
  return [...(to.needs.get(part.key) ?? [])].some(
    (need) => containerOf(container, need) !== parent && need !== part.key && needsParent(need),
  );
}
