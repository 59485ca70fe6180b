import type { Loss, Probe } from "../action.ts";
import { keyOf, type Fact } from "../fact.ts";
import type { Context, Kind, Step } from "../kind.ts";
import { asideName, literal, moveStatements } from "../move.ts";
import { ident, nameOf, relationOf } from "../name.ts";
import { placeOf, sumOf, usesOf, type TypeUse } from "../type-use.ts";

interface EnumProps {
  /** In their order. */
  readonly labels: readonly string[];
}

/** Enums. Labels are added in place; where one goes or changes its place, columns move over to a new type. */
export const enumType: Kind = {
  kind: "enum",
  query: "type",
  noun: typeNoun,
  grantNoun: typeNoun,
  create: (fact) => {
    const labels = labelsOf(fact).map((label) => `\n  ${literal(label)}`);
    return [`create type ${nameOf(fact)} as enum (${labels.join(",")}${labels.length === 0 ? "" : "\n"})`];
  },
  drop: (fact) => [`drop type ${nameOf(fact)}`],
  alter: (from, to) => (keepsOrder(labelsOf(from), labelsOf(to)) ? additions(from, to) : "rebuild"),
  aside: {
    fact: (fact) => ({ ...fact, name: asideName(fact.name) }),
    statements: (fact) => [`alter type ${nameOf(fact)} rename to ${ident(asideName(fact.name))}`],
    losses: (from, to, context) => removed(from, to, context).map((label) => lossOf(from, label, context)),
    probes: (from, to, context) => probesOf(from, removed(from, to, context), context),
  },
  slots: (fact) => [`type ${nameOf(fact)}`],
  rename: (from, to) => moveStatements(typeNoun, from, to),
};

/** `alter type … rename value`, for a label that a hint says is the same. */
export function renameLabel(type: Fact, from: string, to: string): string {
  return `alter type ${nameOf(type)} rename value ${literal(from)} to ${literal(to)}`;
}

/** `label public.mood.sad`: how hints name a label; `context.using` holds the label that takes its place. */
export function labelKey(type: Fact, label: string): string {
  const { schema, name } = type;
  return keyOf({ kind: "enum", schema, relation: name, name: label, args: null }).replace("enum", "label");
}

/**
 * A value of an enum's old type as one of the new type, for the USING of a column: by way of text, labels that are gone
 * replaced by those that `context.using` names. `type` is the enum as it is wanted, `expression` the old value.
 */
export function enumCast(context: Context, type: Fact, expression: string, isArray: boolean): string {
  const before = context.from.facts.get(type.key) ?? type;
  const mapped = gone(before, type).flatMap((label): [string, string][] => {
    const replacement = context.using.get(labelKey(type, label));
    return replacement === undefined ? [] : [[literal(label), literal(replacement)]];
  });
  if (isArray) {
    const array = mapped.reduce((text, pair) => `array_replace(${text}, ${pair.join(", ")})`, `${expression}::text[]`);
    return `${array}::${nameOf(type)}[]`;
  }
  if (mapped.length === 0) return `${expression}::text::${nameOf(type)}`;
  const cases = mapped.map(([label, replacement]) => ` when ${label} then ${replacement}`);
  return `(case ${expression}::text${cases.join("")} else ${expression}::text end)::${nameOf(type)}`;
}

/** True when the labels that there are come in the same order among those that are wanted. */
function keepsOrder(from: readonly string[], to: readonly string[]): boolean {
  const known = new Set(from);
  const kept = to.filter((label) => known.has(label));
  return kept.length === from.length && kept.every((label, index) => label === from[index]);
}

/** One step a label, each behind the one before it, which stands by then. */
function additions(from: Fact, to: Fact): readonly Step[] {
  const before = labelsOf(from);
  const labels = labelsOf(to);
  return labels.flatMap((label, index) => {
    if (before.includes(label)) return [];
    const statement = `alter type ${nameOf(to)} add value ${literal(label)}${placeOfLabel(before, labels, index)}`;
    return [{ aspect: "label", statements: [statement] }];
  });
}

function placeOfLabel(before: readonly string[], labels: readonly string[], index: number): string {
  const [previous, first] = [labels[index - 1], before[0]];
  const isLast = labels.slice(index).every((label) => !before.includes(label));
  if (isLast) return "";
  if (previous !== undefined) return ` after ${literal(previous)}`;
  return first === undefined ? "" : ` before ${literal(first)}`;
}

/** Labels that go without a successor. */
function removed(from: Fact, to: Fact, { using }: Context): readonly string[] {
  return gone(from, to).filter((label) => !using.has(labelKey(to, label)));
}

function gone(from: Fact, to: Fact): readonly string[] {
  const kept = new Set(labelsOf(to));
  return labelsOf(from).filter((label) => !kept.has(label));
}

function lossOf(type: Fact, label: string, { from }: Context): Loss {
  const counts = usesOf(from, type.key).map((use) => {
    const { table } = placeOf(use);
    return `select count(*) from ${table} where ${isAmong(use, [label])}`;
  });
  return { what: "label", name: labelKey(type, label).replace("label ", ""), count: sumOf(counts) };
}

/** Rows that the new type has no place for: casting them would fail, but late, and without saying which. */
function probesOf(type: Fact, labels: readonly string[], { from }: Context): readonly Probe[] {
  if (labels.length === 0) return [];
  return usesOf(from, type.key).map((use) => {
    const { table, name } = placeOf(use);
    return {
      what: "label",
      sql: `select each::text as row from ${table} as each where ${isAmong(use, labels, "each.")} limit 1`,
      message: `column ${name} of ${relationOf(use.column)} holds labels that ${nameOf(type)} is to lose: ${labels.join(", ")}`,
    };
  });
}

function isAmong(use: TypeUse, labels: readonly string[], prefix = ""): string {
  const { name } = placeOf(use);
  const list = `array[${labels.map(literal).join(", ")}]`;
  return use.isArray ? `${prefix}${name}::text[] && ${list}` : `${prefix}${name}::text = any (${list})`;
}

function typeNoun(fact: Fact): string {
  return `type ${nameOf(fact)}`;
}

function labelsOf(fact: Fact): readonly string[] {
  return (fact.props as unknown as EnumProps).labels;
}
