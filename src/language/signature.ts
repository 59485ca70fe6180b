/** How a value travels between Postgres and the language: as what the function sees it. */
export type ValueForm = "string" | "number" | "bigint" | "boolean" | "date" | "bytes" | "json";

/** A SQL type, and the form that its values have inside the function. */
export interface ValueType {
  /** As it stands in `create function`, arrays included: "text", "bigint[]", "public.entry". */
  readonly sql: string;
  /** Of the value, or of an array's elements. */
  readonly form: ValueForm;
  readonly array: boolean;
}

/** One parameter of a routine. */
export interface Parameter {
  /** As SQL knows it: snake_case. */
  readonly name: string;
  readonly type: ValueType;
  /** False where a null would break the function's own types. */
  readonly nullable: boolean;
  readonly variadic: boolean;
  /** SQL text; undefined for a parameter that must be given. */
  readonly default?: string | undefined;
}

/** One column of a table-returning routine. */
export interface ResultColumn {
  /** The column, and the key of the objects that the function returns. */
  readonly name: string;
  readonly key: string;
  readonly sql: string;
}

/** What a routine returns. */
export type Result =
  | { readonly kind: "void" }
  | { readonly kind: "trigger" }
  | { readonly kind: "value"; readonly type: ValueType }
  | { readonly kind: "set"; readonly type: ValueType }
  | { readonly kind: "table"; readonly columns: readonly ResultColumn[] };

/** What `create function` says of one routine, and where it is written. */
export interface Signature {
  /** As SQL text, qualified where the file says so: slug, shop.slug. */
  readonly name: string;
  /** Its name in the language. */
  readonly local: string;
  readonly parameters: readonly Parameter[];
  readonly result: Result;
  readonly volatility: "volatile" | "stable" | "immutable";
  readonly definer: boolean;
  /** Names of roles that may execute it. */
  readonly grants: readonly string[];
  /** The first sentence of its documentation. */
  readonly comment?: string | undefined;
  /** Index into the file's text. */
  readonly index: number;
}

/** The types of the parameters, as identities have them: (text, bigint[]). */
export function argumentTypes({ parameters }: Pick<Signature, "parameters">): string {
  return `(${parameters.map((parameter) => parameter.type.sql).join(", ")})`;
}

/** recentEntries → recent_entries: names of SQL are not quoted. */
export function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/** How a function's value becomes rows. */
export function resultKind({ kind }: Result): "void" | "trigger" | "value" | "set" {
  return kind === "table" ? "set" : kind;
}
