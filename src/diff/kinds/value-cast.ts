import type { Fact, FactKind } from "../fact.ts";
import type { Context } from "../kind.ts";
import { keyOf } from "../fact.ts";
import type { Model } from "../model.ts";
import { literal } from "../move.ts";
import { parseType, type TypeName } from "./type-name.ts";
import {
  isAssignable,
  isCoarser,
  isExplicit,
  isInteger,
  isNumber,
  isText,
  isWidened,
  type Ends,
} from "./type-relation.ts";

/** Values of one type that shall become values of another. */
export interface ValueCast {
  /** What gives the value: a column's name. */
  readonly value: string;
  readonly from: string;
  readonly to: string;
  readonly context: Context;
}

/** The value as the other type: as it stands where assigning does it, by a cast, by way of its text. */
export function converted(cast: ValueCast): string {
  const { value, to } = cast;
  const [source, target] = endsOf(cast);
  if (isAssignable(source, target)) return value;
  if (isText(source) || isExplicit(source, target)) return `${value}::${to}`;
  return throughText(value, to, source.array);
}

/** The value as the other type, cut or rounded where assigning would refuse; both ends may be domains. */
export function cutToFit(cast: ValueCast): string {
  const { value, to } = cast;
  const [source, target] = endsOf(cast);
  const isCast = isAssignable(source, target) || isText(source) || isExplicit(source, target);
  return isCast ? `${value}::${to}` : throughText(value, to, source.array);
}

/** By way of its text, which any two types have in common. */
export function throughText(value: string, to: string, array = parseType(to).array): string {
  return `${value}::text${array && parseType(to).array ? "[]" : ""}::${to}`;
}

/**
 * A condition that is true of values which can't become the other type; undefined where all can, or where the database
 * has no way to say (before 16 for most that come from text).
 */
export function failing(cast: ValueCast): string | undefined {
  const [source, target] = endsOf(cast);
  if (source.array || target.array) return byInput(cast, source, target);
  const range = ranges[target.base];
  if (range !== undefined && isNumber(source)) return isWidened(source, target) ? undefined : outside(cast, range);
  if (target.base === "numeric" && isNumber(source)) return overflowing(cast, source, target);
  if (isLimited(target) && isAssignable(source, target))
    return isLimitedBelow(source, target) ? undefined : overlong(cast, target);
  return byInput(cast, source, target);
}

/** A condition that is true of values which come out as others: rounded, cut; undefined where none does. */
export function changing(cast: ValueCast): string | undefined {
  const [source, target] = endsOf(cast);
  if (!isCoarserInside(source, target)) return undefined;
  if (source.base === "json") return source.array ? "true" : repeating(cast);
  const { value, from, to } = cast;
  const changed = `${value}::${to}::${from} is distinct from ${value}`;
  const fails = failing(cast);
  return fails === undefined ? changed : `case when ${fails} then true else ${changed} end`;
}

/** Objects with a key twice: jsonb keeps the last. Before 16 only the outermost object can be asked. */
function repeating({ value, context }: ValueCast): string {
  if (context.from.major >= 16) return `${value} is not json with unique keys`;
  const repeats = `select pg_catalog.count(*) > pg_catalog.count(distinct key) from pg_catalog.json_object_keys(${value}) as key`;
  return `case when pg_catalog.json_typeof(${value}) = 'object' then (${repeats}) else false end`;
}

/** True for types of one family, of which the other holds less: what does not fit there is lost. */
export function isNarrower(cast: ValueCast): boolean {
  const [source, target] = endsOf(cast);
  if (isCoarserInside(source, target)) return true;
  if (source.array || target.array) return false;
  const isFamily = (isNumber(source) && isNumber(target)) || (isText(source) && isText(target));
  return isFamily && failing(cast) !== undefined;
}

function isCoarserInside(source: TypeName, target: TypeName): boolean {
  return source.array === target.array && isCoarser({ ...source, array: false }, { ...target, array: false });
}

/** True where = compares the two as it compares each with itself: a foreign key between them can stand. */
export function isComparable(from: string, to: string): boolean {
  const [source, target] = [parseType(from), parseType(to)];
  if (source.array !== target.array) return false;
  if (source.base === target.base) return true;
  return (isInteger(source) && isInteger(target)) || (isText(source) && isText(target));
}

/** The types without domains around them. */
function endsOf({ from, to, context }: ValueCast): Ends {
  return [parseType(baseOf(from, context.from)), parseType(baseOf(to, context.to))];
}

/** The type that a domain is based on in the end; any other is its own. */
export function baseOf(type: string, model: Model): string {
  const { base, array } = parseType(type);
  const below = typeFact(base, "domain", model)?.props["type"];
  return typeof below === "string" && !array ? baseOf(below, model) : type;
}

/** The fact of a type that format_type has written. */
export function typeFact(type: string, kind: FactKind, model: Model): Fact | undefined {
  const match = /^("(?:[^"]|"")*"|[^".]+)\.("(?:[^"]|"")*"|[^".]+)$/.exec(type);
  if (match === null) return undefined;
  const [schema = "", name = ""] = match.slice(1).map(unquoted);
  return model.facts.get(keyOf({ kind, schema, relation: null, name, args: null }));
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function outside({ value }: ValueCast, [least, greatest]: readonly [string, string]): string {
  return `pg_catalog.round(${value}::numeric) not between ${least} and ${greatest}`;
}

function overflowing({ value }: ValueCast, source: TypeName, target: TypeName): string | undefined {
  const [precision, scale = 0] = target.modifiers;
  if (precision === undefined || digitsOf(source) <= precision - scale) return undefined;
  return `pg_catalog.abs(pg_catalog.round(${value}::numeric, ${scale})) >= 10::numeric ^ ${precision - scale}`;
}

/** Digits before the point. */
function digitsOf({ base, modifiers: [precision, scale = 0] }: TypeName): number {
  const known: Readonly<Record<string, number>> = { smallint: 5, integer: 10, bigint: 19 };
  if (base === "numeric" && precision !== undefined) return precision - scale;
  return known[base] ?? Number.POSITIVE_INFINITY;
}

function isLimited({ base, modifiers }: TypeName): boolean {
  return ["character varying", "character"].includes(base) && modifiers.length > 0;
}

function isLimitedBelow(source: TypeName, target: TypeName): boolean {
  return isLimited(source) && (source.modifiers[0] ?? 0) <= (target.modifiers[0] ?? 0);
}

/** Assigning cuts off spaces alone. */
function overlong({ value }: ValueCast, { modifiers: [length = 0] }: TypeName): string {
  return `pg_catalog.rtrim(pg_catalog.substr(${value}::text, ${length + 1}), ' ') <> ''`;
}

/** Asks the type's own input function, or its labels. */
function byInput({ value, to, context }: ValueCast, source: TypeName, target: TypeName): string | undefined {
  if (isAssignable(source, target) || (isExplicit(source, target) && source.base !== "jsonb")) return undefined;
  const labels = typeFact(target.base, "enum", context.to)?.props["labels"];
  if (Array.isArray(labels) && !source.array && !target.array) {
    const list = labels.map((label) => literal(String(label))).join(", ");
    return list === "" ? `${value} is not null` : `${value}::text not in (${list})`;
  }
  // A type that is only being made can't be asked yet.
  if (to.includes(".")) return undefined;
  if (context.from.major >= 16) return `not pg_catalog.pg_input_is_valid(${value}::text, ${literal(to)})`;
  const pattern = target.array ? undefined : patterns[target.base];
  return pattern === undefined ? undefined : `${value}::text !~ '${pattern}'`;
}

const ranges: Readonly<Record<string, readonly [string, string]>> = {
  smallint: ["-32768", "32767"],
  integer: ["-2147483648", "2147483647"],
  bigint: ["-9223372036854775808", "9223372036854775807"],
};

const whole = String.raw`^\s*[+-]?\d+\s*$`;

/** What of texts is surely refused otherwise, for servers that can't be asked. */
const patterns: Readonly<Record<string, string>> = {
  smallint: whole,
  integer: whole,
  bigint: whole,
  numeric: String.raw`^\s*([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[Nn][Aa][Nn]|[+-]?[Ii]nfinity)\s*$`,
  uuid: "^[{]?[0-9a-fA-F-]{32,39}[}]?$",
};
