import type { Loss } from "../action.ts";
import type { Fact } from "../fact.ts";
import type { Context, Kind, Step } from "../kind.ts";
import { asideName, moveStatements } from "../move.ts";
import { ident, nameOf, relationOf } from "../name.ts";
import { isEqual } from "../equal.ts";
import { isStored, placeOf, sumOf, usesOf } from "../type-use.ts";
import { arrayCast, attributesOf, hasArrayCast, isPutOverByRow } from "./composite-cast.ts";
import { followersOf, narrowingOf } from "./narrowing.ts";

interface AttributeProps {
  readonly type: string;
  /** Null: that of the type. */
  readonly collation: string | null;
}

/** Composite types that stand for themselves; row types belong to their tables. */
export const compositeType: Kind = {
  kind: "composite type",
  query: "type",
  noun: typeNoun,
  grantNoun: typeNoun,
  create: (fact, context) => {
    const attributes = ordered(fact, context).map((attribute) => `\n  ${definitionOf(attribute)}`);
    return [
      `create type ${nameOf(fact)} as (${attributes.join(",")}${attributes.length === 0 ? "" : "\n"})`,
      ...arrayCast(fact, context),
    ];
  },
  drop: (fact, context) => [
    ...(hasArrayCast(fact, context) ? [`drop function ${nameOf(fact)}(${nameOf(fact)}[])`] : []),
    `drop type ${nameOf(fact)}`,
  ],
  alter: (from, to, context) => (isInOrder(from, to, context) || !canReorder(from, context) ? [] : "rebuild"),
  aside: {
    fact: (fact) => ({ ...fact, name: asideName(fact.name) }),
    statements: asideStatements,
    losses: (from, _to, context) =>
      attributesOf(from, context.from).flatMap((attribute) => {
        const to = context.to.facts.get(attribute.key);
        return to === undefined ? (lossOf(attribute, context) ?? []) : narrowings(attribute, to, context);
      }),
  },
  slots: (fact) => [`type ${nameOf(fact)}`, `relation ${nameOf(fact)}`],
  rename: (from, to) => moveStatements(typeNoun, from, to),
};

/** Attributes of composite types; Postgres changes the type of one only while no column uses the composite type. */
export const attribute: Kind = {
  kind: "attribute",
  query: "attribute",
  noun: (fact) => `column ${relationOf(fact)}.${ident(fact.name)}`,
  inline: () => "always",
  create: (fact, context) => [
    `alter type ${relationOf(fact)} add attribute ${definitionOf(fact)}${cascade(fact, context)}`,
  ],
  drop: (fact, context) => [
    `alter type ${relationOf(fact)} drop attribute ${ident(fact.name)}${cascade(fact, context)}`,
  ],
  alter: (_from, to, context) => retype(to, context),
  follow: ({ to }, context) => retype(to, context),
  rename: (from, to, context) => [
    `alter type ${relationOf(from)} rename attribute ${ident(from.name)} to ${ident(to.name)}${cascade(to, context)}`,
  ],
  loss: lossOf,
};

/** An array's values would have to be taken apart to be counted. */
function narrowings(from: Fact, to: Fact, context: Context): readonly Loss[] {
  const [old, now] = [String(from.props["type"]), String(to.props["type"])];
  if (old === now) return [];
  return followersOf(from.parent ?? "", context).flatMap(({ column, isArray }) => {
    const value = `(${ident(column.name)}).${ident(from.name)}`;
    const found = narrowingOf(column, { value, from: old, to: now, context });
    return isArray ? found.map((loss) => ({ ...loss, count: undefined })) : found;
  });
}

function retype(fact: Fact, context: Context): readonly Step[] | "rebuild" {
  if (fact.parent === null || isStored(context.from, fact.parent)) return "rebuild";
  const change = `alter attribute ${ident(fact.name)} type ${typeOf(fact)}${cascade(fact, context)}`;
  return [
    {
      aspect: "type",
      statements: [`alter type ${relationOf(fact)} ${change}`],
      disturbs: (dependent) => dependent.key !== fact.parent,
    },
  ];
}

/** True where dropping and adding attributes leaves them in the order that is wanted. */
function isInOrder(from: Fact, to: Fact, context: Context): boolean {
  const [before, after] = [attributesOf(from, context.from), attributesOf(to, context.to)];
  return isEqual(inOldOrder(after, before).map(nameIn), after.map(nameIn));
}

function nameIn({ name }: Fact): string {
  return name;
}

function canReorder(from: Fact, context: Context): boolean {
  return !isStored(context.from, from.key) || isPutOverByRow(from, context);
}

/** Values that are put over by way of text need an old one of the shape of the new: what goes is dropped, what comes is null. */
function asideStatements(fact: Fact, context: Context): readonly string[] {
  const rename = `alter type ${nameOf(fact)} rename to ${ident(asideName(fact.name))}`;
  const to = context.to.facts.get(fact.key);
  if (to === undefined || !isStored(context.from, fact.key) || isPutOverByRow(fact, context)) return [rename];
  const name = nameOf({ ...fact, name: asideName(fact.name) });
  const dropped = attributesOf(fact, context.from).filter((one) => !context.to.facts.has(one.key));
  const added = attributesOf(to, context.to).filter((one) => !context.from.facts.has(one.key));
  return [
    rename,
    ...dropped.map((one) => `alter type ${name} drop attribute ${ident(one.name)}`),
    ...added.map((one) => `alter type ${name} add attribute ${ident(one.name)} text`),
  ];
}

/** As they are wanted, or where text must find its place as ALTER TYPE would leave them. */
function ordered(type: Fact, context: Context): readonly Fact[] {
  const [wanted, old] = [context.inlined(type), context.from.facts.get(type.key)];
  const isFree = old === undefined || canReorder(old, context);
  return isFree ? wanted : inOldOrder(wanted, attributesOf(old, context.from));
}

/** What there was first, then what comes. */
function inOldOrder(wanted: readonly Fact[], before: readonly Fact[]): readonly Fact[] {
  const keys = before.map((one) => one.key);
  const kept = keys.flatMap((key) => wanted.find((one) => one.key === key) ?? []);
  return [...kept, ...wanted.filter((one) => !keys.includes(one.key))];
}

/** Tables of the type (`create table … of`) change along with it. */
function cascade(fact: Fact, { from }: Context): string {
  const dependents = [...(from.neededBy.get(fact.parent ?? "") ?? [])];
  return dependents.some((key) => from.facts.get(key)?.kind === "table") ? " cascade" : "";
}

function lossOf(fact: Fact, { from }: Context): Loss | undefined {
  const uses = usesOf(from, fact.parent ?? "");
  if (uses.length === 0) return undefined;
  const counts = uses.map((use) => {
    const { table, name } = placeOf(use);
    return use.isArray
      ? `select count(*) from ${table} cross join unnest(${name}) as item where (item).${ident(fact.name)} is not null`
      : `select count(*) from ${table} where (${name}).${ident(fact.name)} is not null`;
  });
  return { what: "column", name: `${relationOf(fact)}.${ident(fact.name)}`, count: sumOf(counts) };
}

function definitionOf(fact: Fact): string {
  return `${ident(fact.name)} ${typeOf(fact)}`;
}

function typeOf(fact: Fact): string {
  const { type, collation } = fact.props as unknown as AttributeProps;
  return collation === null ? type : `${type} collate ${collation}`;
}

function typeNoun(fact: Fact): string {
  return `type ${nameOf(fact)}`;
}
