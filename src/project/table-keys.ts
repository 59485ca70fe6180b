import type { ErrorCode } from "../errors/index.ts";

/** What a value breaks beyond its type. */
export interface ValueProblem {
  /** What is expected, e.g. `expected a postgres:// URL`. */
  readonly problem: string;
  readonly hint?: string | undefined;
  readonly code?: ErrorCode | undefined;
}

interface KeyBase {
  /** One sentence for editors (the JSON Schema) and the manual. */
  readonly describe: string;
  /** True when the table is not complete without it. */
  readonly required?: true;
}

export interface StringKey extends KeyBase {
  readonly type: "string";
  readonly default?: string;
  readonly choices?: readonly string[];
  /** Never quoted in errors, never printed. */
  readonly secret?: true;
  /** For editors: a regular expression that every good value matches. */
  readonly pattern?: string;
  readonly check?: (value: string) => ValueProblem | undefined;
}

export interface IntegerKey extends KeyBase {
  readonly type: "integer";
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
}

export interface BooleanKey extends KeyBase {
  readonly type: "boolean";
  readonly default?: boolean;
}

/** A size: "1 MiB" or a number of bytes; checked to a number of bytes. */
export interface BytesKey extends KeyBase {
  readonly type: "bytes";
  readonly default?: string;
}

/** A duration: "500 ms"; checked to a number of milliseconds. */
export interface MillisecondsKey extends KeyBase {
  readonly type: "milliseconds";
  readonly default?: string;
}

export interface StringsKey extends KeyBase {
  readonly type: "strings";
  readonly default?: readonly string[];
  readonly check?: (value: string) => ValueProblem | undefined;
}

/** A table of free names; numbers and booleans become text. */
export interface MapKey extends KeyBase {
  readonly type: "map";
}

export interface TableKey extends KeyBase {
  readonly type: "table";
  readonly keys: TableKeys;
  /** `postgres = "18"` in place of `[postgres]` with `version = "18"`. */
  readonly short?: string;
  /** Absent means undefined, instead of a table of defaults. */
  readonly optional?: true;
}

/** A table of tables with free names, each with the same keys. */
export interface TablesKey extends KeyBase {
  readonly type: "tables";
  readonly keys: TableKeys;
}

/** One key of a table of howdah.toml, as plain data: checked by `checkTable`, shown to editors by the JSON Schema. */
export type TableKeySpec =
  | StringKey
  | IntegerKey
  | BooleanKey
  | BytesKey
  | MillisecondsKey
  | StringsKey
  | MapKey
  | TableKey
  | TablesKey;

/** The keys of a table of howdah.toml, by name. */
export type TableKeys = Readonly<Record<string, TableKeySpec>>;

type ValueOf<Key extends TableKeySpec> = Key extends { type: "string"; choices: readonly (infer Choice)[] }
  ? Choice
  : Key extends { type: "string" }
    ? string
    : Key extends { type: "boolean" }
      ? boolean
      : Key extends { type: "strings" }
        ? readonly string[]
        : Key extends { type: "map" }
          ? Readonly<Record<string, string>>
          : Key extends { type: "tables"; keys: infer Keys extends TableKeys }
            ? Readonly<Record<string, Checked<Keys>>>
            : Key extends { type: "table"; keys: infer Keys extends TableKeys }
              ? Checked<Keys>
              : number;

type IsCertain<Key extends TableKeySpec> = Key extends
  | { default: unknown }
  | { required: true }
  | { type: "map" | "tables" }
  ? true
  : Key extends { type: "table" }
    ? Key extends { optional: true }
      ? false
      : true
    : false;

/** A checked table: each value in its own type, undefined where an optional key is absent. */
export type Checked<Keys extends TableKeys> = {
  readonly [Name in keyof Keys]: IsCertain<Keys[Name]> extends true
    ? ValueOf<Keys[Name]>
    : ValueOf<Keys[Name]> | undefined;
};
