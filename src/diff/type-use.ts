import type { Fact } from "./fact.ts";
import { columnProps, isOfView } from "./kinds/column-props.ts";
import type { Model } from "./model.ts";
import { ident, relationOf } from "./name.ts";

/** A column that holds values of a type. */
export interface TypeUse {
  readonly column: Fact;
  readonly isArray: boolean;
}

/** The columns of a type, of its array and of domains over either. */
export function usesOf(model: Model, type: string): readonly TypeUse[] {
  return [...(model.neededBy.get(type) ?? [])].flatMap((key) => {
    const fact = model.facts.get(key);
    if (fact?.kind === "column") return holdsRows(fact) ? [{ column: fact, isArray: isArray(fact) }] : [];
    if (fact?.kind !== "domain") return [];
    return usesOf(model, key).map((use) => ({ ...use, isArray: use.isArray || isArray(fact) }));
  });
}

/**
 * Whether values of the type may be stored, directly or inside of others: Postgres then changes no attribute's type.
 * Columns of materialized views and expressions of indexes hold values as well.
 */
export function isStored(model: Model, type: string, seen: ReadonlySet<string> = new Set()): boolean {
  if (seen.has(type)) return false;
  const now = new Set([...seen, type]);
  return [...(model.neededBy.get(type) ?? [])].some((key) => {
    const fact = model.facts.get(key);
    if (fact === undefined) return false;
    if (fact.kind === "attribute") return fact.parent !== type && isStored(model, fact.parent ?? key, now);
    if (fact.kind === "domain" || fact.kind === "range") return isStored(model, key, now);
    if (fact.kind === "column") return !isOfView(fact);
    return fact.kind === "materialized view" || fact.kind === "index";
  });
}

/** `only public.diary`, `mood`: the table of a use and the column in it; tables below it have columns of their own. */
export function placeOf({ column }: TypeUse): { readonly table: string; readonly name: string } {
  return { table: `only ${relationOf(column)}`, name: ident(column.name) };
}

/** How many there are in all: one number from several queries. */
export function sumOf(counts: readonly string[]): string | undefined {
  if (counts.length === 0) return undefined;
  return `select ${counts.map((count) => `(\n  ${count}\n)`).join(" + ")} as count`;
}

function holdsRows(column: Fact): boolean {
  return columnProps(column).of === undefined;
}

function isArray(fact: Fact): boolean {
  return String(fact.props["type"]).endsWith("[]");
}
