import type { Fact } from "../fact.ts";
import type { Context } from "../kind.ts";
import type { Model } from "../model.ts";
import { ident, relationOf } from "../name.ts";
import { columnProps } from "./column-props.ts";
import { heirsOf, inheritanceProps, parentKey } from "./lineage.ts";

/*
 * Rows whose partition is another one once bounds have moved: they go from table to table while one of the two is detached.
 * Where triggers or foreign keys would take that for a loss, they stay, and a probe says so.
 */

/** Statements that take from the default partition what belongs into a new one. */
export function fromDefault(fact: Fact, context: Context): readonly string[] {
  const fallback = standingDefault(fact, context);
  return fallback !== undefined && canMove(fact, fallback, context) ? [moving(fallback, fact, context)] : [];
}

/** Statements that give what the bounds of a partition no longer take to those that do. */
export function intoOthers(fact: Fact, context: Context): readonly string[] {
  if (inheritanceProps(fact).bound === "DEFAULT") return [];
  return takersOf(fact, context)
    .filter((taker) => canMove(fact, taker, context))
    .map((taker) => moving(fact, taker, context));
}

/** The default partition of the same table, where it stands before and after. */
export function standingDefault(fact: Fact, { from, to }: Context): Fact | undefined {
  const fallback = siblingsOf(fact, to).find((heir) => inheritanceProps(heir).bound === "DEFAULT");
  return fallback !== undefined && from.facts.has(fallback.key) && from.facts.has(fallback.parent ?? "")
    ? fallback
    : undefined;
}

/** Conditions of which a row fulfils one that finds another place than the partition where it is. */
export function placesElsewhere(fact: Fact, context: Context): readonly string[] {
  return takersOf(fact, context)
    .filter((taker) => canMove(fact, taker, context))
    .flatMap((taker) => inheritanceProps(taker).constraint ?? []);
}

/** Partitions whose bounds are new, and the default one: rows of one that stands fit into no other. */
function takersOf(fact: Fact, context: Context): readonly Fact[] {
  const { from, to } = context;
  return siblingsOf(fact, to).filter((heir) => {
    const { bound, constraint } = inheritanceProps(heir);
    const before = from.facts.get(heir.key);
    const isNew = before === undefined || inheritanceProps(before).bound !== bound;
    return constraint !== undefined && (isNew || bound === "DEFAULT");
  });
}

function siblingsOf(fact: Fact, model: Model): readonly Fact[] {
  return heirsOf(parentKey(fact), model).filter(({ key }) => key !== fact.key);
}

function canMove(fact: Fact, other: Fact, { from }: Context): boolean {
  const whole = parentKey(fact);
  const tables = [whole, fact.parent ?? "", other.parent ?? ""];
  const isWatched = tables.some((table) => (from.parts.get(table) ?? []).some((part) => isWatch(from.facts.get(part))));
  return inheritanceProps(fact).constraint !== undefined && !isWatched && !isReferredTo(whole, from);
}

function isWatch(fact: Fact | undefined): boolean {
  return fact?.kind === "trigger" || fact?.kind === "rule";
}

function isReferredTo(table: string, model: Model): boolean {
  const parts = model.parts.get(table) ?? [];
  return parts.some((part) =>
    [...(model.neededBy.get(part) ?? [])].some((user) => {
      const fact = model.facts.get(user);
      return fact?.props["type"] === "foreign key" && fact.props["attached"] !== true && fact.parent !== table;
    }),
  );
}

function moving(source: Fact, target: Fact, context: Context): string {
  const columns = columnsOf(source, context).join(", ");
  const condition = inheritanceProps(target).constraint ?? "";
  return [
    `with moved as (\n  delete from only ${relationOf(source)} where ${condition}\n  returning ${columns}\n)`,
    `insert into ${relationOf(target)} (${columns})\noverriding system value\nselect ${columns}\nfrom moved`,
  ].join("\n");
}

/** What both have: partitions have the columns of the whole. */
function columnsOf(source: Fact, { from, to }: Context): readonly string[] {
  const table = source.parent ?? "";
  return (from.parts.get(table) ?? []).flatMap((key) => {
    const [before, after] = [from.facts.get(key), to.facts.get(key)];
    if (before?.kind !== "column" || after === undefined) return [];
    return columnProps(after).generated === undefined ? [ident(after.name)] : [];
  });
}
