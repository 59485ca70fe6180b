import type { Relation } from "../../../../catalog/index.ts";
import { componentKey, given, refer, type Json } from "./json.ts";

/** The parameter by which a relation's rows are filtered by a column. */
export function filterKey(relation: string, column: string): string {
  return `filter.${componentKey(relation)}.${componentKey(column)}`;
}

/** Parameters that operations refer to: those that all share, and the filters of each relation. */
export function sharedParameters(
  relations: readonly Relation[],
  schemas: readonly string[],
  schema: string,
): Readonly<Record<string, Json>> {
  const profile = { type: "string", enum: schemas, default: schema };
  return {
    ...shared,
    ...(schemas.length < 2
      ? {}
      : {
          acceptProfile: header("Accept-Profile", "The schema that is spoken to.", profile),
          contentProfile: header("Content-Profile", "The schema that is spoken to.", profile),
        }),
    ...Object.fromEntries(relations.flatMap(filtersOf)),
  };
}

/** The reference to a parameter. */
export function parameter(key: string): Json {
  return refer("parameters", key);
}

/** The header that names the schema, where there are several. */
export function profileParameters(
  kind: "acceptProfile" | "contentProfile",
  schemas: readonly string[],
): readonly Json[] {
  return schemas.length < 2 ? [] : [parameter(kind)];
}

function filtersOf({ name, columns }: Relation): readonly (readonly [string, Json])[] {
  return [...columns.values()].map((column) => [
    filterKey(name, column.name),
    query(column.name, column.description ?? undefined, { type: "string" }),
  ]);
}

function query(name: string, description: string | undefined, schema: Json): Json {
  return { name, in: "query", required: false, ...given("description", description), schema };
}

function header(name: string, description: string, schema: Json): Json {
  return { name, in: "header", required: false, description, schema };
}

function prefer(description: string, values: readonly string[]): Json {
  return header("Prefer", description, { type: "string", enum: values });
}

const returns = ["return=minimal", "return=representation"];

const shared = {
  select: query("select", "Columns, and rows of related tables: `id,name,client(name)`.", { type: "string" }),
  order: query("order", "`name.asc,id.desc.nullslast`.", { type: "string" }),
  limit: query("limit", "Rows at most.", { type: "integer", minimum: 0 }),
  offset: query("offset", "Rows to leave out.", { type: "integer", minimum: 0 }),
  columns: query("columns", "Keys of the body that are written; the others are left out.", { type: "string" }),
  onConflict: query("on_conflict", "Columns of the key by which a row is there already.", { type: "string" }),
  range: header("Range", "The first and the last row, from 0: `0-24`.", { type: "string" }),
  preferCount: prefer("How all rows are counted, for Content-Range.", [
    "count=exact",
    "count=planned",
    "count=estimated",
  ]),
  preferReturn: prefer("Whether the rows that were written come back.", returns),
  preferPost: prefer("Whether the rows that were written come back, and what becomes of those that are there.", [
    "return=minimal",
    "return=headers-only",
    "return=representation",
    "resolution=merge-duplicates",
    "resolution=ignore-duplicates",
    "return=representation,resolution=merge-duplicates",
    "return=representation,resolution=ignore-duplicates",
  ]),
} as const;
