import type { Relation } from "../../../catalog/index.ts";

type Json = Readonly<Record<string, unknown>>;

/** Parameters that paths refer to: those that all have, then the body and the filters of each relation. */
export function parameterDefinitions(relations: readonly Relation[]): Json {
  return { ...shared, ...Object.fromEntries(relations.flatMap(ofRelation)) };
}

function ofRelation({ name, columns }: Relation): readonly (readonly [string, Json])[] {
  const body = { name, description: name, required: false, in: "body", schema: { $ref: `#/definitions/${name}` } };
  const filters = [...columns.values()].map((column): readonly [string, Json] => [
    `rowFilter.${name}.${column.name}`,
    parameter(column.name, "query", column.description),
  ]);
  return [[`body.${name}`, body], ...filters];
}

function parameter(name: string, place: "query" | "header", description: string | null): Json {
  return { name, ...(description === null ? {} : { description }), required: false, in: place, type: "string" };
}

function prefer(...values: readonly string[]): Json {
  return { ...parameter("Prefer", "header", "Preference"), ...(values.length === 0 ? {} : { enum: values }) };
}

const returns = ["return=representation", "return=minimal", "return=none"];

const shared: Json = {
  preferParams: prefer(),
  preferReturn: prefer(...returns),
  preferCount: prefer("count=none"),
  preferPost: prefer(...returns, "resolution=ignore-duplicates", "resolution=merge-duplicates"),
  select: parameter("select", "query", "Filtering Columns"),
  on_conflict: parameter("on_conflict", "query", "On Conflict"),
  order: parameter("order", "query", "Ordering"),
  range: parameter("Range", "header", "Limiting and Pagination"),
  rangeUnit: { ...parameter("Range-Unit", "header", "Limiting and Pagination"), default: "items" },
  offset: parameter("offset", "query", "Limiting and Pagination"),
  limit: parameter("limit", "query", "Limiting and Pagination"),
};
