import type { Loss } from "../action.ts";
import type { Fact } from "../fact.ts";
import type { Context, Kind, Step } from "../kind.ts";
import { asideName, moveStatements } from "../move.ts";
import { ident, nameOf, relationOf } from "../name.ts";
import { isStored, placeOf, sumOf, usesOf } from "../type-use.ts";
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
    const attributes = inOldOrder(fact, context).map((attribute) => `\n  ${definitionOf(attribute)}`);
    return [`create type ${nameOf(fact)} as (${attributes.join(",")}${attributes.length === 0 ? "" : "\n"})`];
  },
  drop: (fact) => [`drop type ${nameOf(fact)}`],
  // All that there is to it are its attributes.
  alter: () => [],
  aside: {
    fact: (fact) => ({ ...fact, name: asideName(fact.name) }),
    statements: asideStatements,
    losses: (from, _to, context) =>
      attributesOf(from, context, "from").flatMap((attribute) => {
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

/**
 * A value of a composite type's old type as one of the new type, for the USING of a column: by way of text, since old
 * and new have the same attributes in the same order once the old one stands aside.
 */
export function compositeCast(_context: Context, type: Fact, expression: string, isArray: boolean): string {
  const brackets = isArray ? "[]" : "";
  return `${expression}::text${brackets}::${nameOf(type)}${brackets}`;
}

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

/** The old one gets the shape of the new: what goes is dropped, what comes is null. */
function asideStatements(fact: Fact, context: Context): readonly string[] {
  const name = nameOf({ ...fact, name: asideName(fact.name) });
  const before = context.to.facts.has(fact.key) ? attributesOf(fact, context, "from") : [];
  const after = attributesOf(fact, context, "to");
  const dropped = before.filter((one) => !context.to.facts.has(one.key));
  const added = after.filter((one) => !context.from.facts.has(one.key));
  return [
    `alter type ${nameOf(fact)} rename to ${ident(asideName(fact.name))}`,
    ...dropped.map((one) => `alter type ${name} drop attribute ${ident(one.name)}`),
    ...added.map((one) => `alter type ${name} add attribute ${ident(one.name)} text`),
  ];
}

/** As ALTER TYPE would leave them: values put over by way of text must find their places. */
function inOldOrder(type: Fact, context: Context): readonly Fact[] {
  const wanted = context.inlined(type);
  const before = attributesOf(type, context, "from").map((one) => one.key);
  const kept = before.flatMap((key) => wanted.find((one) => one.key === key) ?? []);
  return [...kept, ...wanted.filter((one) => !before.includes(one.key))];
}

function attributesOf(type: Fact, context: Context, side: "from" | "to"): readonly Fact[] {
  const model = context[side];
  return (model.parts.get(type.key) ?? []).flatMap((key) => model.facts.get(key) ?? []);
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
