import type { Fact } from "../fact.ts";
import type { Context } from "../kind.ts";
import type { Model } from "../model.ts";
import { asideName } from "../move.ts";
import { ident, nameOf, qualified } from "../name.ts";
import { usesOf } from "../type-use.ts";
import { converted, throughText } from "./value-cast.ts";

/**
 * A value of a composite type's old type as one of the new type, for the USING of a column: attribute by attribute, or by way
 * of text where arrays and other types hold it: old and new then have the same attributes in the same order.
 */
export function compositeCast(context: Context, type: Fact, expression: string, isArray: boolean): string {
  const old = context.from.facts.get(type.key);
  if (old === undefined || !isPutOverByRow(old, context)) {
    const brackets = isArray ? "[]" : "";
    return `${expression}::text${brackets}::${nameOf(type)}${brackets}`;
  }
  return isArray ? `${asideOf(type)}(${expression})` : rowCast({ old, type, expression }, context);
}

/** True where nothing but columns holds values of the type. */
export function isPutOverByRow(type: Fact, { from }: Context): boolean {
  const users = [...(from.neededBy.get(type.key) ?? [])].flatMap((key) => from.facts.get(key) ?? []);
  return !users.some((user) => holders.has(user.kind) && user.parent !== type.key);
}

/** The function that arrays of the old type are put over by: USING takes no subquery. */
export function arrayCast(type: Fact, context: Context): readonly string[] {
  const old = context.from.facts.get(type.key);
  if (old === undefined || !hasArrayCast(old, context)) return [];
  const item = rowCast({ old, type, expression: "($1)[n]" }, context);
  return [
    `create function ${asideOf(type)}(${asideOf(type)}[]) returns ${nameOf(type)}[] immutable strict language plpgsql as $function$
begin
  if pg_catalog.array_ndims($1) > 1 then
    raise exception 'arrays of several dimensions can''t be put over to another ${nameOf(type).replaceAll("'", "''")}';
  end if;
  return (
    select coalesce(pg_catalog.array_agg(${item} order by n), '{}')
    from pg_catalog.generate_subscripts($1, 1) as n
  );
end
$function$`,
  ];
}

/** True where there are arrays to be put over item by item. */
export function hasArrayCast(type: Fact, context: Context): boolean {
  const isUsed = usesOf(context.from, type.key).some((use) => use.isArray);
  return context.to.facts.has(type.key) && isUsed && isPutOverByRow(type, context);
}

/** Of the old type, and of the function. */
function asideOf(type: Fact): string {
  return qualified(type.schema, asideName(type.name));
}

const holders = new Set<Fact["kind"]>(["attribute", "domain", "range", "table"]);

/** The attributes of a composite type, in their order. */
export function attributesOf(type: Fact, model: Model): readonly Fact[] {
  const parts = (model.parts.get(type.key) ?? []).flatMap((key) => model.facts.get(key) ?? []);
  return parts.filter(({ kind }) => kind === "attribute");
}

/** A value of one composite type as one of another: attributes go by their names. */
export function rowCast(
  { old, type, expression }: { readonly old: Fact; readonly type: Fact; readonly expression: string },
  context: Context,
): string {
  const before = attributesOf(old, context.from);
  const values = attributesOf(type, context.to).map((attribute) => {
    const from = before.find(({ name }) => name === attribute.name);
    return from === undefined ? "null" : attributeCast(from, attribute, expression, context);
  });
  // IS NULL is true of a row of nulls as well.
  return `case when ${expression} is distinct from null then row(${values.join(", ")})::${nameOf(type)} end`;
}

function attributeCast(from: Fact, to: Fact, expression: string, context: Context): string {
  const value = `(${expression}).${ident(from.name)}`;
  const [old, now] = [String(from.props["type"]), String(to.props["type"])];
  if (old !== now) return converted({ value, from: old, to: now, context });
  const isAgain = [...(context.to.needs.get(to.key) ?? [])].some((need) => need !== to.parent && context.isMade(need));
  return isAgain ? throughText(value, now) : value;
}
