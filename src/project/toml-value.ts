/** Plain data that TOML can hold. */
export type TomlData = string | number | boolean | Date | readonly TomlData[] | { readonly [key: string]: TomlData };

/** A value as TOML writes it on one line; objects as inline tables. */
export function writeValue(value: TomlData): string {
  if (typeof value === "string") return writeString(value);
  if (typeof value === "number") return writeNumber(value);
  if (typeof value === "boolean") return String(value);
  if (value instanceof Date) return value.toISOString();
  if (isList(value)) return `[${value.map(writeValue).join(", ")}]`;
  const members = Object.entries(value).map(([key, inner]) => `${writeKey(key)} = ${writeValue(inner)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** A key as TOML writes it: bare where that is possible. */
export function writeKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : writeString(key);
}

function writeString(value: string): string {
  // JSON's escapes are TOML's, but for the delete character, which TOML wants escaped as well.
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}

function writeNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? "-0.0" : String(value);
  // 1e21 is a float of TOML as it is; 1e+21 too.
  return String(value);
}

function isList(value: TomlData): value is readonly TomlData[] {
  return Array.isArray(value);
}
