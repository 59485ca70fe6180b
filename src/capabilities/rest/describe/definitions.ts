import { nameKey, type Column, type Relation, type Relationship, type SchemaCache } from "../../../catalog/index.ts";
import { swaggerType, typeSchema } from "./swagger-type.ts";

type Json = Readonly<Record<string, unknown>>;

/** The schema of a relation's rows. */
export function relationDefinition(relation: Relation, cache: SchemaCache): Json {
  const columns = [...relation.columns.values()];
  const required = columns.filter(({ nullable }) => !nullable).map(({ name }) => name);
  const relationships = cache.relationships.get(nameKey(relation)) ?? [];
  return {
    ...(relation.description === null ? {} : { description: relation.description }),
    type: "object",
    ...(columns.length === 0
      ? {}
      : {
          properties: Object.fromEntries(
            columns.map((column) => [column.name, property(column, relation, relationships)]),
          ),
        }),
    ...(required.length === 0 ? {} : { required }),
  };
}

function property(column: Column, relation: Relation, relationships: readonly Relationship[]): Json {
  const value = defaultOf(column);
  const description = describe(column, relation, relationships);
  return {
    ...(value === undefined ? {} : { default: value }),
    ...(description === null ? {} : { description }),
    ...(column.enumLabels.length === 0 ? {} : { enum: column.enumLabels }),
    ...(column.maxLength === null ? {} : { maxLength: column.maxLength }),
    ...typeSchema(column.type),
  };
}

/** The comment, with notes on keys that tools for PostgREST look for. */
function describe(column: Column, relation: Relation, relationships: readonly Relationship[]): string | null {
  const notes = [
    ...(relation.primaryKey.includes(column.name) ? ["This is a Primary Key.<pk/>"] : []),
    ...foreignKeyNote(column.name, relationships),
  ];
  if (notes.length === 0) return column.description;
  const comment = column.description === null ? "" : `${column.description}\n\n`;
  return `${comment}Note:\n${notes.join("\n")}`;
}

function foreignKeyNote(column: string, relationships: readonly Relationship[]): readonly string[] {
  const key = foreignKeyOf(column, relationships);
  if (key === null) return [];
  const { table, column: target } = key;
  return [`This is a Foreign Key to \`${table}.${target}\`.<fk table='${table}' column='${target}'/>`];
}

/** What a key of this one column leads to; one that leads to a table comes before those that lead to views. */
export function foreignKeyOf(
  column: string,
  relationships: readonly Relationship[],
): { readonly table: string; readonly column: string } | null {
  const keys = relationships.flatMap((relationship) => {
    if (relationship.kind !== "foreign key") return [];
    const { cardinality, to, toIsView } = relationship;
    const holds =
      cardinality.kind === "many to one" || (cardinality.kind === "one to one" && !cardinality.fromIsReferenced);
    const [pair, ...others] = holds ? cardinality.columns : [];
    return pair?.from === column && others.length === 0 ? [{ table: to.name, column: pair.to, toIsView }] : [];
  });
  return keys.find(({ toIsView }) => !toIsView) ?? keys[0] ?? null;
}

/** A default that is a constant, as JSON; of a text its expression, undefined for others. */
function defaultOf({ type, default: expression }: Column): unknown {
  if (expression === null) return undefined;
  const isText = swaggerType(type) === "string";
  const suffix = `::${type}`;
  const constant = expression.endsWith(suffix)
    ? expression.slice(0, -suffix.length).replace(/^'+|'+$/g, "")
    : expression;
  try {
    const value: unknown = JSON.parse(isText ? `"${constant}"` : expression);
    return value;
  } catch {
    // An expression that only the database can compute.
    return undefined;
  }
}
