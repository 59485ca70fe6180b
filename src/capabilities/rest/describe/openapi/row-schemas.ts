import {
  castKey,
  nameKey,
  type Column,
  type Relation,
  type Relationship,
  type SchemaCache,
} from "../../../../catalog/index.ts";
import { foreignKeyOf } from "../definitions.ts";
import { componentKey, given, type Json } from "./json.ts";
import { orNull, valueSchema } from "./value-schema.ts";

/** Keys of a relation's schemas: its rows as they are read, inserted and updated. */
export function schemaKeys(relation: string): Readonly<Record<"row" | "insert" | "update", string>> {
  const key = componentKey(relation);
  return { row: key, insert: `${key}.insert`, update: `${key}.update` };
}

/** A row has all its columns, unless `select` says otherwise; a body only those that somebody can write. */
export function rowSchemas(relation: Relation, cache: SchemaCache): Json {
  const columns = [...relation.columns.values()];
  const relationships = cache.relationships.get(nameKey(relation)) ?? [];
  const property = (column: Column): readonly [string, Json] => [
    column.name,
    columnSchema(column, { relation, relationships, cache }),
  ];
  const properties = Object.fromEntries(columns.map(property));
  const written = columns.filter(({ generated, identity }) => !generated && identity !== "always");
  const needed = written.filter((column) => !column.nullable && column.default === null && column.identity === null);
  const writable = { type: "object", properties: Object.fromEntries(written.map(property)) };
  const keys = schemaKeys(relation.name);
  return {
    [keys.row]: {
      type: "object",
      ...given("description", relation.description),
      properties,
      ...requiring(columns.map(({ name }) => name)),
    },
    ...(relation.insertable ? { [keys.insert]: { ...writable, ...requiring(needed.map(({ name }) => name)) } } : {}),
    ...(relation.updatable ? { [keys.update]: writable } : {}),
  };
}

function requiring(names: readonly string[]): Json {
  return names.length === 0 ? {} : { required: names };
}

interface Around {
  readonly relation: Relation;
  readonly relationships: readonly Relationship[];
  readonly cache: SchemaCache;
}

function columnSchema(column: Column, { relation, relationships, cache }: Around): Json {
  const isShownOtherwise = cache.representations.has(castKey(column.declaredType, "json"));
  const plain = column.enumLabels.length > 0 ? { type: "string", enum: column.enumLabels } : valueSchema(column.type);
  const schema = isShownOtherwise ? {} : { ...plain, ...given("maxLength", column.maxLength) };
  const value = constantOf(column);
  return {
    ...(column.nullable ? orNull(schema) : schema),
    ...given("description", describe(column, relation, relationships)),
    ...(value === undefined ? {} : { default: value }),
    ...(column.generated || column.identity === "always" ? { readOnly: true } : {}),
  };
}

function describe(column: Column, relation: Relation, relationships: readonly Relationship[]): string | null {
  const key = foreignKeyOf(column.name, relationships);
  const notes = [
    ...(column.description === null ? [] : [column.description]),
    ...(relation.primaryKey.includes(column.name) ? ["Primary key."] : []),
    ...(key === null ? [] : [`References \`${key.table}.${key.column}\`.`]),
  ];
  return notes.length === 0 ? null : notes.join("\n\n");
}

const constant = /^(?:'((?:[^']|'')*)'::[\w\s."()]+|(-?\d+(?:\.\d+)?)|(true|false))$/;

/** A default that is a constant; undefined for an expression that only the database can compute. */
function constantOf({ type, default: expression }: Column): unknown {
  const found = expression === null ? null : constant.exec(expression);
  if (found === null) return undefined;
  const [, text, number, truth] = found;
  if (truth !== undefined) return truth === "true";
  if (number !== undefined) return Number(number);
  const { type: kind, format } = valueSchema(type);
  return kind === "string" && format === undefined ? text?.replaceAll("''", "'") : undefined;
}
