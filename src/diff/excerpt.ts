import type { Fact } from "./fact.ts";
import type { Links } from "./links.ts";
import { allParts, partsByParent, type Model } from "./model.ts";

/** What an excerpt is taken around: keys that the model does not have are passed over. */
export interface ExcerptOptions {
  /** What is changed: with its parts, its partitions and children, and with all that depends on it. */
  readonly changed: Iterable<string>;
  /** What is only pointed to: with its parts, its partitions and children. */
  readonly named?: Iterable<string> | undefined;
}

/**
 * What of a schema a change can touch, as Postgres itself follows its dependences, and what that stands on. What lives in no
 * schema (roles, schemas, extensions, event triggers) is in every excerpt: it is little, and may act on anything.
 */
export function excerptOf(model: Model, { changed, named = [] }: ExcerptOptions): Model {
  const core = familiesOf(model, changed);
  const everywhere = [...model.facts.values()].filter(isEverywhere).map(({ key }) => key);
  const keys = withNeeds(model, [...everywhere, ...familiesOf(model, named), ...dependents(model, core)]);
  const facts = new Map([...model.facts].filter(([key]) => keys.has(key)));
  const [needs, neededBy] = [within(model.needs, keys), within(model.neededBy, keys)];
  return { ...model, facts, parts: partsByParent(facts.values()), needs, neededBy };
}

/** What these facts are parts of, all of it, and whatever inherits from it or what it inherits from. */
export function familiesOf(model: Model, keys: Iterable<string>): ReadonlySet<string> {
  const roots = new Set<string>();
  const waiting = [...keys];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const root = rootOf(model, key);
    if (root === undefined || roots.has(root)) continue;
    roots.add(root);
    for (const user of model.neededBy.get(root) ?? []) if (isLineage(model.facts.get(user))) waiting.push(user);
    for (const part of model.parts.get(root) ?? [])
      if (isLineage(model.facts.get(part))) waiting.push(...(model.needs.get(part) ?? []));
  }
  return new Set([...roots].flatMap((root) => [root, ...allParts(model, root)]));
}

function rootOf({ facts }: Model, key: string): string | undefined {
  let fact = facts.get(key);
  if (fact === undefined || broad.has(fact.kind)) return undefined;
  for (let above = fact.parent; above !== null; above = fact.parent) {
    const next = facts.get(above);
    if (next === undefined || broad.has(next.kind)) break;
    fact = next;
  }
  return fact.key;
}

function isLineage(fact: Fact | undefined): boolean {
  return fact?.kind === "inheritance";
}

/** What half of everything depends on: what becomes of it is no matter of what is in it. */
const broad: ReadonlySet<Fact["kind"]> = new Set(["role", "schema", "extension", "language"]);

/** Membership of tables in publications is not among it: it may be as much as there are tables. */
function isEverywhere({ kind, schema }: Fact): boolean {
  return schema === null && kind !== "publication table" && kind !== "security label";
}

function dependents(model: Model, keys: ReadonlySet<string>): ReadonlySet<string> {
  return reach(keys, (key) => model.neededBy.get(key) ?? []);
}

/** With what they can't be without, and every column of a table of which there is any: rows are types too. */
function withNeeds(model: Model, keys: Iterable<string>): ReadonlySet<string> {
  const { facts } = model;
  return reach(keys, (key) => {
    const fact = facts.get(key);
    if (fact === undefined) return [];
    const columns = (model.parts.get(key) ?? []).filter((part) => facts.get(part)?.kind === "column");
    return [...(fact.parent === null ? [] : [fact.parent]), ...columns, ...(model.needs.get(key) ?? [])];
  });
}

function reach(keys: Iterable<string>, next: (key: string) => Iterable<string>): ReadonlySet<string> {
  const found = new Set(keys);
  const waiting = [...found];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    for (const other of next(key)) {
      if (found.has(other)) continue;
      found.add(other);
      waiting.push(other);
    }
  }
  return found;
}

function within(links: Links, keys: ReadonlySet<string>): Links {
  return {
    get(key) {
      if (!keys.has(key)) return undefined;
      const found = links.get(key);
      return found === undefined ? undefined : new Set([...found].filter((other) => keys.has(other)));
    },
  };
}
