import type { ValueForm, ValueType } from "./signature.ts";

/**
 * SQL types by name, with the form that their values take in JavaScript and Python.
 *
 * What is not here is text (enums, domains, ranges) or an object (composite types), as to_jsonb has it.
 */
const forms: Readonly<Record<string, ValueForm>> = {
  smallint: "number",
  int2: "number",
  integer: "number",
  int: "number",
  int4: "number",
  bigint: "bigint",
  int8: "bigint",
  real: "number",
  float4: "number",
  "double precision": "number",
  float8: "number",
  boolean: "boolean",
  bool: "boolean",
  timestamptz: "date",
  "timestamp with time zone": "date",
  bytea: "bytes",
  json: "json",
  jsonb: "json",
  record: "json",
};

/** The type of a SQL name, "text" or "bigint[]", as a header or an explicit annotation writes it. */
export function namedType(name: string): ValueType {
  const element = name.replace(/(?:\s*\[\s*\d*\s*\])+$/, "").trim();
  const array = element !== name.trim();
  const bare = element.toLowerCase().replace(/^pg_catalog\./, "");
  return { sql: array ? `${element}[]` : element, form: forms[bare] ?? "string", array };
}

/** The array of a type; undefined for an array of arrays. */
export function arrayOf(type: ValueType): ValueType | undefined {
  return type.array ? undefined : { ...type, sql: `${type.sql}[]`, array: true };
}
