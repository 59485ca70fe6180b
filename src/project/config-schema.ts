import { configKeys } from "./config-keys.ts";
import type { TableKeys, TableKeySpec } from "./table-keys.ts";
import { byteUnits, timeUnits } from "./unit.ts";

type Schema = Readonly<Record<string, unknown>>;

const reference: Schema = { $ref: "#/definitions/fromEnvironment" };

/**
 * The JSON Schema (draft-07) of howdah.toml for editors: written from the same keys that the checks use.
 *
 * `tables` are those of capabilities, by name; any other table is accepted, because capabilities from npm bring theirs.
 */
export function configSchema(tables: Readonly<Record<string, TableKeys>> = {}): Schema {
  const properties = {
    ...propertiesOf(configKeys),
    ...Object.fromEntries(Object.entries(tables).map(([name, keys]) => [name, tableSchema(keys)])),
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $comment: "generated from src/project/config-keys.ts: node scripts/write-schema.ts",
    title: "howdah.toml",
    description: "Configuration of a howdah project.",
    type: "object",
    properties: {
      ...properties,
      environments: {
        type: "object",
        description: "Overrides by environment: [environments.production] applies where HOWDAH_ENV=production.",
        additionalProperties: { type: "object", properties, additionalProperties: { type: "object" } },
      },
    },
    additionalProperties: { type: "object", description: "Settings of a capability that `capabilities` names." },
    definitions: {
      fromEnvironment: {
        type: "object",
        description: "The value of an environment variable: keeps secrets out of version control.",
        properties: { env: { type: "string", minLength: 1 } },
        required: ["env"],
        additionalProperties: false,
      },
    },
  };
}

function propertiesOf(keys: TableKeys): Schema {
  return Object.fromEntries(
    Object.entries(keys).map(([name, key]) => [
      name,
      { description: key.describe, ...typeSchema(key), ...("default" in key ? { default: key.default } : {}) },
    ]),
  );
}

function tableSchema(keys: TableKeys): Schema {
  const required = Object.entries(keys)
    .filter(([, key]) => key.required === true)
    .map(([name]) => name);
  return {
    type: "object",
    properties: propertiesOf(keys),
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
  };
}

function typeSchema(key: TableKeySpec): Schema {
  switch (key.type) {
    case "string":
      return { anyOf: [stringSchema(key), reference] };
    case "integer":
      return {
        type: "integer",
        ...(key.min === undefined ? {} : { minimum: key.min }),
        ...(key.max === undefined ? {} : { maximum: key.max }),
      };
    case "boolean":
      return { type: "boolean" };
    case "bytes":
      return { anyOf: [quantity(byteUnits), { type: "integer", minimum: 0 }, reference] };
    case "milliseconds":
      return { anyOf: [quantity(timeUnits), reference] };
    case "strings":
      return { type: "array", items: { anyOf: [{ type: "string" }, reference] } };
    case "map":
      return {
        type: "object",
        additionalProperties: { anyOf: [{ type: ["string", "number", "boolean"] }, reference] },
      };
    case "tables":
      return { type: "object", additionalProperties: tableSchema(key.keys) };
    case "table":
      return tableOrShort(key);
  }
}

function tableOrShort(key: TableKeySpec & { readonly type: "table" }): Schema {
  const short = key.short === undefined ? undefined : key.keys[key.short];
  return short === undefined ? tableSchema(key.keys) : { anyOf: [typeSchema(short), tableSchema(key.keys)] };
}

function stringSchema(key: TableKeySpec & { readonly type: "string" }): Schema {
  return {
    type: "string",
    ...(key.choices === undefined ? {} : { enum: key.choices }),
    ...(key.pattern === undefined ? {} : { pattern: key.pattern }),
  };
}

function quantity(units: Readonly<Record<string, number>>): Schema {
  return { type: "string", pattern: `^[0-9]+(\\.[0-9]+)?\\s*(${Object.keys(units).join("|")})$` };
}
