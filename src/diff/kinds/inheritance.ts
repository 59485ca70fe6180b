import type { Probe } from "../action.ts";
import { keyOf, type Fact } from "../fact.ts";
import type { Context, Kind, Step } from "../kind.ts";
import { ident, nameOf, qualified, relationOf } from "../name.ts";
import { defaultExpression } from "./column-clause.ts";
import { lowerKeywords } from "./deparsed.ts";
import { inheritanceProps, parentKey } from "./lineage.ts";
import { fromDefault, intoOthers, placesElsewhere, standingDefault } from "./partition-rows.ts";
import { isMovedAbove } from "./table-aside.ts";
import { tableProps } from "./table-props.ts";

/** Who inherits from whom: partitions are attached and detached, children inherit or no longer do. */
export const inheritance: Kind = {
  kind: "inheritance",
  query: "inheritance",
  noun: (fact) => `table ${relationOf(fact)}`,
  create: (fact, context) => [...fromDefault(fact, context), attaching(fact)],
  // A partition that is moved along with the whole stays in the old one.
  drop: (fact, context) => {
    const isKept = context.isMade(fact.parent ?? "") && isMovedAbove({ key: fact.parent ?? "" }, context);
    return isKept ? [] : [ending(fact)];
  },
  alter: (from, to, context) => {
    const isPending = inheritanceProps(from).pending === true;
    if (inheritanceProps(from).bound === inheritanceProps(to).bound && !isPending) return [];
    const probes = [...outsiders(to, placesElsewhere(to, context)), ...strays(to, context)];
    const statements = [...intoOthers(to, context), ...fromDefault(to, context), attaching(to)];
    return [
      { aspect: "detachment", statements: [isPending ? finalizing(to) : detaching(to)], releases: true },
      { aspect: "bound", statements, probes } satisfies Step,
    ];
  },
  // Columns, indexes and constraints are there before it, but don't carry it.
  follow: ({ from, on }) => (on.key === parentKey(from) ? "rebuild" : "keep"),
  // A partition is attached when all it must have is there, under the names that are wanted.
  inline: (fact) => (inheritanceProps(fact).bound === undefined ? "when possible" : "never"),
  // So that it goes by name where its table is put aside.
  slots: (fact) => [fact.key],
  probes: (fact, context) => [...arrivals(fact, context), ...strays(fact, context)],
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

/** What ends a detachment that was interrupted. */
export function finalizing(fact: Fact): string {
  return `${detaching(fact)} finalize`;
}

function ending(fact: Fact): string {
  return inheritanceProps(fact).pending === true ? finalizing(fact) : detaching(fact);
}

function word(fact: Fact): string {
  return fact.parent?.startsWith("foreign table ") === true ? "foreign table" : "table";
}

function parentOf(fact: Fact): string {
  const { schema, name } = inheritanceProps(fact);
  return qualified(schema, name);
}

/** Rows of a table that becomes a partition and does not take them; columns of the key that it only gets have the values to be. */
function arrivals(fact: Fact, context: Context): readonly Probe[] {
  const whole = context.to.facts.get(parentKey(fact));
  if (whole === undefined || context.isMade(fact.parent ?? "")) return [];
  const added = Object.keys(tableProps(whole).partitionKey?.columns ?? {}).filter(
    (name) => !context.from.facts.has(columnKey(fact, name)),
  );
  const values = added.map((name) => valueOfNew(fact, name, context));
  if (values.includes(undefined)) return [unknowable(fact)];
  return outsiders(
    fact,
    [],
    values.filter((value) => value !== undefined),
  );
}

function columnKey({ schema, relation }: Fact, name: string): string {
  return keyOf({ kind: "column", schema, relation, name, args: null });
}

/** What rows that stand get, as a column of a query; undefined where only the statement itself will tell: numbers of a sequence. */
function valueOfNew(fact: Fact, name: string, { to, backfill }: Context): string | undefined {
  const key = columnKey(fact, name);
  const parts = (to.parts.get(key) ?? []).flatMap((part) => to.facts.get(part) ?? []);
  const value = parts.find(({ kind }) => kind === "default");
  const text = backfill.get(key) ?? (value === undefined ? "null" : defaultExpression(value));
  const isNumbered = parts.some(({ kind }) => kind === "identity") || text.includes("nextval(");
  return isNumbered && !backfill.has(key)
    ? undefined
    : `(${text})::${String(to.facts.get(key)?.props["type"])} as ${ident(name)}`;
}

function unknowable(fact: Fact): Probe {
  const message = `${relationOf(fact)} becomes a partition and has rows, for which nobody says where they belong: write it as -- @backfill of the new column`;
  return { what: "partition", sql: search(relationOf(fact), "true"), message };
}

/** Rows of the partition that its bound does not take, nor another's. */
function outsiders(fact: Fact, places: readonly string[] = [], added: readonly string[] = []): readonly Probe[] {
  const { constraint } = inheritanceProps(fact);
  if (constraint === undefined) return [];
  const message = `partition ${relationOf(fact)} holds rows outside its bounds`;
  const conditions = [constraint, ...places].map((place) => `(${place}) is false`).join(" and ");
  const rows =
    added.length === 0 ? relationOf(fact) : `(select this.*, ${added.join(", ")} from ${relationOf(fact)} as this)`;
  return [{ what: "partition", sql: search(rows, conditions), message }];
}

/** Rows of the default partition that would belong into this one. */
function strays(fact: Fact, context: Context): readonly Probe[] {
  const { bound, constraint } = inheritanceProps(fact);
  if (constraint === undefined || bound === "DEFAULT") return [];
  const table = context.from.facts.get(standingDefault(fact, context)?.parent ?? "");
  if (table === undefined || fromDefault(fact, context).length > 0) return [];
  const message = `the default partition ${nameOf(table)} holds rows that belong into ${relationOf(fact)}`;
  return [{ what: "partition", sql: search(nameOf(table), constraint), message }];
}

function search(relation: string, condition: string): string {
  return `select (candidate.*)::text as row from ${relation} as candidate where ${condition} limit 1`;
}
