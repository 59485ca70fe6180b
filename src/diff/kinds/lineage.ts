import { keyOf, type Fact } from "../fact.ts";
import type { Context } from "../kind.ts";
import type { Model } from "../model.ts";

/** What sql/inheritance.sql reads. */
export interface InheritanceProps {
  readonly kind: "table" | "foreign table";
  /** Of the parent. */
  readonly schema: string;
  readonly name: string;
  /** `FOR VALUES …` or `DEFAULT`; absent for what is no partition. */
  readonly bound?: string;
  /** The bound as a condition; absent for hashes and for the default partition of an otherwise empty table. */
  readonly constraint?: string;
  /** DETACH CONCURRENTLY was interrupted: it can only be detached to its end. */
  readonly pending?: boolean;
}

/** The props of an inheritance's fact. */
export function inheritanceProps(fact: Fact): InheritanceProps {
  return fact.props as unknown as InheritanceProps;
}

/** Key of the relation that is inherited from. */
export function parentKey(inheritance: Fact): string {
  const { kind, schema, name } = inheritanceProps(inheritance);
  return keyOf({ kind, schema, relation: null, name, args: null });
}

/** What the relation inherits from, nearest first as it was declared. */
export function inheritancesOf(relation: string, model: Model): readonly Fact[] {
  return (model.parts.get(relation) ?? []).flatMap((key) => {
    const fact = key.startsWith("inheritance ") ? model.facts.get(key) : undefined;
    return fact === undefined ? [] : [fact];
  });
}

/** Who inherits from the relation. */
export function heirsOf(relation: string, model: Model): readonly Fact[] {
  return [...(model.neededBy.get(relation) ?? [])].flatMap((key) => {
    const fact = key.startsWith("inheritance ") ? model.facts.get(key) : undefined;
    return fact === undefined || parentKey(fact) !== relation ? [] : [fact];
  });
}

/** True where ALTER TABLE without ONLY would reach others. */
export function hasHeirs(relation: string | null, { from, to }: Context): boolean {
  return relation !== null && (heirsOf(relation, from).length > 0 || heirsOf(relation, to).length > 0);
}

/** A column before and after, on a relation that its own inherits from all the while. */
export interface StandingParent {
  readonly from: Fact | undefined;
  readonly to: Fact | undefined;
}

/** The columns above one, along inheritance that is not touched: what is done to them is done to it. */
export function standingParents(column: Fact, { from, to }: Context): readonly StandingParent[] {
  if (column.parent === null) return [];
  const stands = new Set(inheritancesOf(column.parent, to).map(parentKey));
  return inheritancesOf(column.parent, from)
    .map(parentKey)
    .filter((key) => stands.has(key))
    .map((key) => ({ from: columnOf(key, column.name, from), to: columnOf(key, column.name, to) }));
}

function columnOf(relation: string, name: string, model: Model): Fact | undefined {
  const fact = model.facts.get(relation);
  return fact && model.facts.get(keyOf({ kind: "column", schema: fact.schema, relation: fact.name, name, args: null }));
}

/** The columns below one, in all generations. */
export function columnHeirs(column: Fact, model: Model): readonly Fact[] {
  return [...(model.neededBy.get(column.key) ?? [])].flatMap((key) => {
    const fact = model.facts.get(key);
    const isHeir = fact?.kind === "column" && fact.name === column.name && fact.parent !== column.parent;
    return isHeir ? [fact, ...columnHeirs(fact, model)] : [];
  });
}
