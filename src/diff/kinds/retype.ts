import type { Loss, Probe } from "../action.ts";
import { isEqual } from "../equal.ts";
import type { Fact, FactKind } from "../fact.ts";
import type { Context, Step } from "../kind.ts";
import { ident, relationOf } from "../name.ts";
import { alterRelation, columnProps } from "./column-props.ts";
import { columnSettings, retyped } from "./column-settings.ts";
import { compositeCast, rowCast } from "./composite-cast.ts";
import { enumCast } from "./enum.ts";
import { columnHeirs } from "./lineage.ts";
import { parseType } from "./type-name.ts";
import { narrowingOf } from "./narrowing.ts";
import {
  baseOf,
  converted,
  cutToFit,
  failing,
  isComparable,
  throughText,
  typeFact,
  type ValueCast,
} from "./value-cast.ts";

/** Gives a column another type or collation. Values are cast; where `@using` says how, the user answers for them. */
export function retypeStep(from: Fact, to: Fact, context: Context): Step {
  const cast = castOf(from, to, context);
  const using = context.using.get(to.key);
  const text = from.props["type"] === to.props["type"] ? ident(to.name) : convertedOf(cast);
  return {
    ...step(from, to, context, using ?? (text === ident(to.name) ? undefined : text)),
    disturbs: disturbance(from, to, context),
    loss: using === undefined ? narrowingOf(to, cast)[0] : undefined,
    probes: using === undefined ? castProbes(to, cast) : [],
  };
}

/** One composite type as another goes by attributes. */
function convertedOf(cast: ValueCast): string {
  const { value: expression, from, to, context } = cast;
  const [old, type] = [typeFact(from, "composite type", context.from), typeFact(to, "composite type", context.to)];
  return old === undefined || type === undefined ? converted(cast) : rowCast({ old, type, expression }, context);
}

/** Puts a column over to a type that was made again under its old name: the two know each other's texts alone. */
export function followType(from: Fact, to: Fact, on: Fact, context: Context): Step {
  const disturbs = disturbance(from, to, context);
  // Columns that inherit it are reached by its own step; the two ends of a foreign key move one after the other.
  const needsIt = (fact: Fact): boolean =>
    fact.kind !== "column" && context.from.needs.get(fact.key)?.has(on.key) === true;
  const isForeignKey = (fact: Fact): boolean => fact.kind === "constraint" && fact.props["type"] === "foreign key";
  // Where the column leaves the old type for another one, it is a change of type like any.
  const change = isSameType(from, to) ? undefined : retypeStep(from, to, context);
  const using = context.using.get(to.key) ?? (on.kind === "collation" ? undefined : byText(to, on, context));
  const { statements, ...rest } = change ?? step(from, to, context, using);
  return {
    ...rest,
    statements: [...statements, ...columnSettings(to, context, retyped(from))],
    disturbs: (fact) => fact.kind === "default" || needsIt(fact) || isForeignKey(fact) || disturbs(fact),
  };
}

/** A value of a type that is made again, by its text; a domain over an enum takes the enum's value. */
export function byText(to: Fact, on: Fact, context: Context): string {
  const { type = "" } = columnProps(to);
  const { base, array } = parseType(type);
  // Something of another kind has taken its name.
  if (typeFact(base, on.kind, context.to)?.key !== on.key) return throughText(ident(to.name), type);
  const below =
    on.kind === "domain"
      ? typeFact(String(typeFact(base, "domain", context.to)?.props["type"]), "enum", context.to)
      : on;
  if (below?.kind === "enum") return enumCast(context, below, ident(to.name), array);
  if (on.kind === "composite type") return compositeCast(context, on, ident(to.name), array);
  const cast = { value: ident(to.name), from: type, to: type, context };
  if (on.kind === "domain" && isRebased(base, context)) return cutToFit(cast);
  return throughText(ident(to.name), type);
}

/** True for a domain that is based on another type than before. */
function isRebased(domain: string, { from, to }: Context): boolean {
  return baseOf(domain, from) !== baseOf(domain, to);
}

function step(from: Fact, to: Fact, context: Context, using: string | undefined): Step {
  const { type = "", collation } = columnProps(to);
  const collate = collation === undefined ? "" : ` collate ${collation}`;
  // A foreign table has no rows of its own.
  const cast = using === undefined || columnProps(to).of === "foreign table" ? "" : ` using ${using}`;
  const alter = `${alterRelation(to)} alter column ${ident(to.name)} type ${type}${collate}${cast}`;
  return { aspect: "type", statements: [alter], reaches: columnHeirs(from, context.from).map((heir) => heir.key) };
}

function castOf(from: Fact, to: Fact, context: Context): ValueCast {
  const [source, target] = [columnProps(from).type ?? "", columnProps(to).type ?? ""];
  return { value: ident(to.name), from: source, to: target, context };
}

/**
 * What can't stand while the type changes. Postgres itself makes indexes, constraints, defaults and statistics again from their own
 * text, so those may stay whose text is the same afterwards; all else that reads the column it refuses.
 */
function disturbance(from: Fact, to: Fact, context: Context): (dependent: Fact) => boolean {
  const type = columnProps(to).type ?? "";
  const isSameFamily = isComparable(columnProps(from).type ?? "", type);
  return (dependent) => {
    if (refused.has(dependent.kind)) return true;
    // Only whole numbers have an identity: one that goes has to be gone.
    if (dependent.kind === "identity") return !context.to.facts.has(dependent.key);
    if (dependent.kind === "column")
      return columnProps(dependent).generated !== undefined && dependent.name !== to.name;
    if (dependent.kind === "constraint" && dependent.props["type"] === "foreign key" && !isSameFamily) return true;
    if (!remade.has(dependent.kind)) return false;
    const after = context.to.facts.get(dependent.key);
    return after === undefined || !isEqual(after.props, dependent.props);
  };
}

const refused: ReadonlySet<FactKind> = new Set([
  ...(["view", "materialized view", "rule", "policy", "trigger"] as const),
  ...(["function", "procedure", "publication table"] as const),
]);

const remade: ReadonlySet<FactKind> = new Set(["default", "constraint", "index", "statistics"]);

/** What its values lose where they are put into a new table. */
export function movedLosses(from: Fact, to: Fact, context: Context): readonly Loss[] {
  return context.using.has(to.key) || isSameType(from, to) ? [] : narrowingOf(to, castOf(from, to, context));
}

/** What must hold of its values for them to be put into a new table. */
export function movedProbes(from: Fact, to: Fact, context: Context): readonly Probe[] {
  return context.using.has(to.key) || isSameType(from, to) ? [] : castProbes(to, castOf(from, to, context));
}

function isSameType(from: Fact, to: Fact): boolean {
  return columnProps(from).type === columnProps(to).type;
}

/** Values that Postgres would refuse; those that it would silently change are the loss. */
function castProbes(to: Fact, cast: ValueCast): readonly Probe[] {
  const lost = failing(cast);
  if (lost === undefined) return [];
  const sql = `select (candidate.*)::text as row from ${relationOf(to)} as candidate where ${lost} limit 1`;
  const message = `column ${to.name} of ${relationOf(to)} has values that can't become ${cast.to}`;
  return [{ what: "cast", sql, message }];
}
