import type { TypeFact } from "../../catalog/index.ts";

/** Types of a database as TypeScript writes them. */
export interface TypeNames {
  /** The type of a value that is not null, e.g. `number`, `string[]`, `Database["public"]["Enums"]["mood"]`. */
  of(oid: string): string;
  /** True for a domain that allows no null, or one over such a domain. */
  isNotNull(oid: string): boolean;
  /** True for a domain with a default. */
  hasDefault(oid: string): boolean;
}

const numbers = "int2 int4 int8 float4 float8 numeric oid";
const builtIn: ReadonlyMap<string, string> = new Map([
  ...numbers.split(" ").map((name) => [name, "number"] as const),
  ["bool", "boolean"],
  ["json", "Json"],
  ["jsonb", "Json"],
  ["void", "undefined"],
  ["record", "Record<string, unknown>"],
  ["anyelement", "unknown"],
  ["anycompatible", "unknown"],
  ["any", "unknown"],
  ["anyarray", "unknown[]"],
  ["anycompatiblearray", "unknown[]"],
]);

/**
 * The names of types as a JSON client sees their values (int8 and numeric are numbers, dates and ranges are strings); a
 * type of a schema that is not described is spelled out where it can be.
 *
 * What an extension brings is known by its category; where that says nothing it is `unknown`: its cast to JSON decides.
 */
export function typeNames(types: readonly TypeFact[], schemas: ReadonlySet<string>): TypeNames {
  const byOid = new Map(types.map((type) => [type.props.oid, type]));
  const domains = (oid: string): readonly TypeFact[] => {
    const type = byOid.get(oid);
    if (type?.props.kind !== "d" || type.props.base === null) return [];
    return [type, ...domains(type.props.base)];
  };
  const of = (oid: string): string => {
    const type = byOid.get(oid);
    if (type === undefined) return "unknown";
    const { kind, element, base, labels } = type.props;
    if (element !== null) return arrayOf(of(element));
    if (kind === "d" && base !== null) return of(base);
    if (kind === "e") return schemas.has(type.schema) ? reference(type, "Enums") : union(labels ?? []);
    if (kind === "c") return schemas.has(type.schema) ? compositeName(type) : "Record<string, unknown>";
    return kind === "r" || kind === "m" ? "string" : plainType(type);
  };
  return {
    of,
    isNotNull: (oid) => domains(oid).some(({ props }) => props.not_null),
    hasDefault: (oid) => domains(oid).some(({ props }) => props.default),
  };
}

/** "a" | "b"; never for an enum without labels. */
export function union(labels: readonly string[]): string {
  return labels.length === 0 ? "never" : labels.map((label) => JSON.stringify(label)).join(" | ");
}

function compositeName(type: TypeFact): string {
  switch (type.props.relkind) {
    case "c":
      return reference(type, "CompositeTypes");
    case "v":
    case "m":
      return `${reference(type, "Views")}["Row"]`;
    default:
      return `${reference(type, "Tables")}["Row"]`;
  }
}

function reference({ schema, name }: TypeFact, group: string): string {
  return `Database[${JSON.stringify(schema)}]["${group}"][${JSON.stringify(name)}]`;
}

function arrayOf(element: string): string {
  return element.includes("|") ? `(${element})[]` : `${element}[]`;
}

function plainType({ schema, name, props }: TypeFact): string {
  const known = schema === "pg_catalog" ? builtIn.get(name) : undefined;
  if (known !== undefined) return known;
  if (schema === "pg_catalog") return props.kind === "p" ? "unknown" : "string";
  return categories[props.category] ?? "unknown";
}

const categories: Readonly<Record<string, string>> = {
  B: "boolean",
  D: "string",
  N: "number",
  S: "string",
  T: "string",
};
