import { LinkList, partsByParent, type Fact, type Model } from "../../diff/index.ts";
import type { Lines } from "./lines.ts";

interface Head extends Pick<Model, "major" | "unmodelled" | "defaultPrivileges"> {
  /** Numbers of facts: one that needs another, and that one; the next pair; in one list, which is read fastest. */
  readonly needs: readonly number[];
  /** Lines of facts that follow. */
  readonly lines: number;
}

/** Facts of one line: parsing all at once would hold their text and themselves at the same time. */
const factsOfLine = 2_000;

/** A model as lines of JSON. */
export function modelToLines(model: Model): readonly string[] {
  const { major, unmodelled, defaultPrivileges } = model;
  const facts = [...model.facts.values()];
  const lines = linesOf(facts);
  const head: Head = { major, unmodelled, defaultPrivileges, needs: needsOf(model, facts), lines: lines.length };
  return [JSON.stringify(head), ...lines];
}

function needsOf(model: Model, facts: readonly Fact[]): readonly number[] {
  const numbers = new Map(facts.map((fact, number) => [fact.key, number]));
  const needs: number[] = [];
  for (const [number, { key }] of facts.entries()) {
    for (const need of model.needs.get(key) ?? []) {
      const on = numbers.get(need);
      if (on !== undefined) needs.push(number, on);
    }
  }
  return needs;
}

/** Things as lines of JSON, some of them on each. */
export function linesOf(all: readonly unknown[]): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < all.length; at += factsOfLine) lines.push(JSON.stringify(all.slice(at, at + factsOfLine)));
  return lines;
}

/** The model that was written by `modelToLines`. */
export function modelFromLines(lines: Lines): Model {
  const head = JSON.parse(lines.next()) as Head;
  const { major, unmodelled, defaultPrivileges, needs } = head;
  const facts = new Map<string, Fact>();
  for (let left = head.lines; left > 0; left--)
    for (const fact of JSON.parse(lines.next()) as readonly Fact[]) facts.set(fact.key, fact);
  const links = new LinkList();
  for (let at = 0; at < needs.length; at += 2) links.add(needs[at] ?? 0, needs[at + 1] ?? 0);
  const keys = [...facts.keys()];
  const numbers = new Map(keys.map((key, number) => [key, number]));
  return {
    ...{ major, unmodelled, defaultPrivileges, parts: partsByParent(facts.values()), facts },
    ...links.bothWays(numbers, keys),
  };
}
