import { LinkList, partsByParent, type Fact, type Model } from "../../diff/index.ts";

interface ModelJson extends Pick<Model, "major" | "unmodelled" | "defaultPrivileges"> {
  readonly facts: readonly Fact[];
  /** Numbers of facts: one that needs another, and that one; the next pair; in one list, which is read fastest. */
  readonly needs: readonly number[];
}

/** A model as plain data. */
export function modelToJson(model: Model): object {
  const { major, unmodelled, defaultPrivileges } = model;
  const facts = [...model.facts.values()];
  const numbers = new Map(facts.map((fact, number) => [fact.key, number]));
  const needs: number[] = [];
  for (const [number, { key }] of facts.entries()) {
    for (const need of model.needs.get(key) ?? []) {
      const on = numbers.get(need);
      if (on !== undefined) needs.push(number, on);
    }
  }
  return { major, unmodelled, defaultPrivileges, facts, needs } satisfies ModelJson;
}

/** The model that was written by `modelToJson`. */
export function modelFromJson(json: object): Model {
  const { major, unmodelled, defaultPrivileges, facts, needs } = json as ModelJson;
  const links = new LinkList();
  for (let at = 0; at < needs.length; at += 2) links.add(needs[at] ?? 0, needs[at + 1] ?? 0);
  const keys = facts.map(({ key }) => key);
  const numbers = new Map(keys.map((key, number) => [key, number]));
  return {
    ...{ major, unmodelled, defaultPrivileges, parts: partsByParent(facts) },
    facts: new Map(facts.map((fact) => [fact.key, fact])),
    ...links.bothWays(numbers, keys),
  };
}
