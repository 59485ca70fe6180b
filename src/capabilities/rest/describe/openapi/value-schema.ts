import type { Json } from "./json.ts";

/** JSON Schema of a value as `row_to_json` writes it; types that are not here are texts in Postgres's own notation. */
const schemas: ReadonlyMap<string, Json> = new Map<string, Json>([
  ["boolean", { type: "boolean" }],
  ["smallint", { type: "integer", minimum: -32_768, maximum: 32_767 }],
  ["integer", { type: "integer", format: "int32" }],
  ["bigint", { type: "integer", format: "int64" }],
  ["numeric", { type: "number" }],
  ["real", { type: "number", format: "float" }],
  ["double precision", { type: "number", format: "double" }],
  ["text", { type: "string" }],
  ["character varying", { type: "string" }],
  ["character", { type: "string" }],
  ["name", { type: "string" }],
  ["uuid", { type: "string", format: "uuid" }],
  ["date", { type: "string", format: "date" }],
  ["timestamp with time zone", { type: "string", format: "date-time" }],
  ["json", {}],
  ["jsonb", {}],
]);

/** What pg_type calls the types that have another name in SQL. */
const sqlNames: ReadonlyMap<string, string> = new Map([
  ["bool", "boolean"],
  ["int2", "smallint"],
  ["int4", "integer"],
  ["int8", "bigint"],
  ["float4", "real"],
  ["float8", "double precision"],
  ["varchar", "character varying"],
  ["bpchar", "character"],
  ["timestamptz", "timestamp with time zone"],
]);

/** The schema of a type by its name in SQL, or in pg_type where it is one of Postgres's own. */
export function valueSchema(written: string): Json {
  const type = sqlNames.get(written) ?? written;
  const known = schemas.get(type);
  if (known !== undefined) return known;
  if (type.endsWith("[]")) return { type: "array", items: valueSchema(type.slice(0, -2)) };
  // An enum is a text, a composite type an object, and an extension's type whatever its cast to json makes of it.
  return type.includes(".") ? {} : { type: "string", format: type };
}

/** The schema, or null. */
export function orNull(schema: Json): Json {
  const { type, enum: values } = schema;
  return {
    ...schema,
    ...(typeof type === "string" ? { type: [type, "null"] } : {}),
    ...(Array.isArray(values) ? { enum: [...(values as readonly unknown[]), null] } : {}),
  };
}
