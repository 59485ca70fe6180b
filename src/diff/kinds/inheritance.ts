import type { Probe } from "../action.ts";
import type { Fact } from "../fact.ts";
import type { Context, Kind, Step } from "../kind.ts";
import { nameOf, qualified, relationOf } from "../name.ts";
import { lowerKeywords } from "./deparsed.ts";
import { heirsOf, inheritanceProps, parentKey } from "./lineage.ts";
import { isMovedAbove } from "./table-aside.ts";

/** Who inherits from whom: partitions are attached and detached, children inherit or no longer do. */
export const inheritance: Kind = {
  kind: "inheritance",
  query: "inheritance",
  noun: (fact) => `table ${relationOf(fact)}`,
  create: (fact) => [attaching(fact)],
  // A partition that is moved along with the whole stays in the old one.
  drop: (fact, context) => {
    const isKept = context.isMade(fact.parent ?? "") && isMovedAbove({ key: fact.parent ?? "" }, context);
    return isKept ? [] : [detaching(fact)];
  },
  alter: (from, to, context) => {
    if (inheritanceProps(from).bound === inheritanceProps(to).bound) return [];
    const probes = [...outsiders(to), ...strays(to, context)];
    return [
      { aspect: "detachment", statements: [detaching(to)], releases: true },
      { aspect: "bound", statements: [attaching(to)], probes } satisfies Step,
    ];
  },
  // Columns, indexes and constraints are there before it, but don't carry it.
  follow: ({ from, on }) => (on.key === parentKey(from) ? "rebuild" : "keep"),
  // A partition is attached when all it must have is there, under the names that are wanted.
  inline: (fact) => (inheritanceProps(fact).bound === undefined ? "when possible" : "never"),
  // So that it goes by name where its table is put aside.
  slots: (fact) => [fact.key],
  probes: (fact, context) => [...(context.isMade(fact.parent ?? "") ? [] : outsiders(fact)), ...strays(fact, context)],
  probesBeyond: true,
};

function attaching(fact: Fact): string {
  const { bound } = inheritanceProps(fact);
  if (bound === undefined) return `alter ${word(fact)} ${relationOf(fact)} inherit ${parentOf(fact)}`;
  return `alter table only ${parentOf(fact)} attach partition ${relationOf(fact)} ${lowerKeywords(bound)}`;
}

/** What ends the inheritance. */
export function detaching(fact: Fact): string {
  if (inheritanceProps(fact).bound === undefined) {
    return `alter ${word(fact)} ${relationOf(fact)} no inherit ${parentOf(fact)}`;
  }
  return `alter table only ${parentOf(fact)} detach partition ${relationOf(fact)}`;
}

function word(fact: Fact): string {
  return fact.parent?.startsWith("foreign table ") === true ? "foreign table" : "table";
}

function parentOf(fact: Fact): string {
  const { schema, name } = inheritanceProps(fact);
  return qualified(schema, name);
}

/** Rows of the partition that its bound does not take. */
function outsiders(fact: Fact): readonly Probe[] {
  const { constraint } = inheritanceProps(fact);
  if (constraint === undefined) return [];
  const message = `partition ${relationOf(fact)} holds rows outside its bounds`;
  return [{ what: "partition", sql: search(relationOf(fact), `(${constraint}) is false`), message }];
}

/** Rows of the default partition that would belong into this one. */
function strays(fact: Fact, { from, to }: Context): readonly Probe[] {
  const { bound, constraint } = inheritanceProps(fact);
  if (constraint === undefined || bound === "DEFAULT") return [];
  const fallback = heirsOf(parentKey(fact), to).find((heir) => inheritanceProps(heir).bound === "DEFAULT");
  const table = fallback === undefined ? undefined : from.facts.get(fallback.parent ?? "");
  if (fallback === undefined || table === undefined || !from.facts.has(fallback.key)) return [];
  const message = `the default partition ${nameOf(table)} holds rows that belong into ${relationOf(fact)}`;
  return [{ what: "partition", sql: search(nameOf(table), constraint), message }];
}

function search(relation: string, condition: string): string {
  return `select (candidate.*)::text as row from ${relation} as candidate where ${condition} limit 1`;
}
