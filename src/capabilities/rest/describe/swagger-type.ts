/** A Swagger 2.0 type of a Postgres type; null for any JSON. */
export type SwaggerType = "string" | "boolean" | "integer" | "number" | "array" | null;

const types: ReadonlyMap<string, SwaggerType> = new Map<string, SwaggerType>([
  ["boolean", "boolean"],
  ["smallint", "integer"],
  ["integer", "integer"],
  ["bigint", "integer"],
  ["numeric", "number"],
  ["real", "number"],
  ["double precision", "number"],
  ["json", null],
  ["jsonb", null],
]);

export function swaggerType(type: string): SwaggerType {
  const known = types.get(type);
  if (known !== undefined) return known;
  return type.endsWith("[]") ? "array" : "string";
}

const formats: ReadonlyMap<string, string> = new Map([
  ["smallint", "int32"],
  ["integer", "int32"],
  ["bigint", "int64"],
]);

/** The format: a number's width, else the name of the type. */
export function swaggerFormat(type: string): string {
  return formats.get(type) ?? type;
}

/** The type of an array's elements. */
export function elementType(type: string): string {
  return type.slice(0, -2);
}

/** Type, format and elements of a value, as a schema has them. */
export function typeSchema(type: string): Readonly<Record<string, unknown>> {
  const kind = swaggerType(type);
  const element = kind === "array" ? swaggerType(elementType(type)) : null;
  return {
    format: swaggerFormat(type),
    ...(kind === null ? {} : { type: kind }),
    ...(kind === "array" ? { items: element === null ? {} : { type: element } } : {}),
  };
}
