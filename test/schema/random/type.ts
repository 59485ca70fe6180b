import type { Family, Typed } from "./item.ts";

/** Types of Postgres by family; the first is what an own one gives way to. */
export const baseTypes: Readonly<Record<Family, readonly string[]>> = {
  number: ["integer", "bigint", "smallint", "numeric", "numeric(10,2)", "text", "varchar(20)", "double precision"],
  label: ["text", "varchar(20)", "varchar"],
  moment: ["date", "timestamp", "timestamptz", "timestamp(3)"],
  flag: ["boolean"],
  json: ["jsonb", "json"],
  uuid: ["uuid", "text"],
  numbers: ["integer[]", "bigint[]", "text[]", "numeric[]"],
  labels: ["text[]", "varchar(20)[]"],
  pair: [],
  span: ["int4range", "numrange"],
};

export const wholeNumbers: readonly string[] = ["integer", "bigint", "smallint"];

const texts: ReadonlySet<string> = new Set(["text", "varchar(20)", "varchar"]);

export function isText(type: Typed): boolean {
  return type.base !== undefined && texts.has(type.base);
}

export function isWhole(type: Typed): boolean {
  return type.base !== undefined && wholeNumbers.includes(type.base);
}

/** Numbers as numbers: some columns hold them as text. */
export function asNumber(expression: string, type: Typed): string {
  const isNumber = type.family === "number" && type.base !== undefined && !isText(type);
  return isNumber ? expression : `(${expression})::numeric`;
}

/** `row` counts from 1, so that keys match from table to table. */
export function literal(family: Family, row: number): string {
  switch (family) {
    case "number":
      return String(row);
    case "label":
      return "'a'";
    case "moment":
      return `'2025-01-0${row}'`;
    case "flag":
      return row % 2 === 0 ? "false" : "true";
    case "json":
      return `'{"a": ${row}}'`;
    case "uuid":
      return `'00000000-0000-0000-0000-00000000000${row}'`;
    case "numbers":
      return `'{${row},2}'`;
    case "labels":
      return "'{a}'";
    case "pair":
      return "null";
    case "span":
      return `'[${row},9)'`;
  }
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function text(value: string): string {
  return value.includes("\\")
    ? `E'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`
    : `'${value.replaceAll("'", "''")}'`;
}
