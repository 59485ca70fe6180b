/**
 * What functions of functions/**.ts and .js import: queries in the transaction of their caller, and types of SQL for
 * their signatures.
 *
 * @example
 * import { sql, type integer, type SetOf } from "howdah/sql";
 *
 * export function titles(least: integer): SetOf<{ id: integer; title: string }> {
 *   return sql<{ id: number; title: string }>`select id, title from public.note where id >= ${least}`;
 * }
 *
 * @module
 */

/* The names are SQL's own. */
export type smallint = number;
export type integer = number;
export type real = number;
/** Exact: its digits as text. */
export type numeric = string;
export type text = string;
export type varchar = string;
export type uuid = string;
/** "2026-02-03" */
export type date = string;
export type time = string;
export type timestamp = string;
export type timestamptz = Date;
export type interval = string;
export type bytea = Uint8Array;
export type json = unknown;
export type jsonb = unknown;
export type inet = string;

/** Any type of SQL by its name, and what its values are in JavaScript: `Sql<"public.mood", "sad" | "glad">`. */
export type Sql<Name extends string, Value = string> = Name extends never ? never : Value;

/** A row of a relation, or a value of a composite type, by its name: `Row<"public.note", { id: number }>`. */
export type Row<Name extends string, Columns = Record<string, unknown>> = Name extends never ? never : Columns;

/** Rows, one after the other: an array, or a generator's. */
export type SetOf<Item> = Iterable<Item>;

/** What a trigger function receives; its result, or `new` as it was changed, is the row that is stored. */
// oxlint-disable-next-line typescript/no-explicit-any -- columns are whatever the table has
export interface Trigger<Columns = Record<string, any>> {
  readonly name: string;
  readonly when: "before" | "after" | "instead of";
  readonly level: "row" | "statement";
  readonly operation: "insert" | "update" | "delete" | "truncate";
  readonly schema: string;
  readonly table: string;
  readonly arguments: readonly string[];
  new: Columns;
  readonly old: Columns;
}

/** Rows of a query; `count` is how many it affected or returned. */
export type Rows<Item> = Item[] & { readonly count: number };

/** A name inside a query, quoted: made by `sql.ref`. */
export interface Reference {
  readonly text: string;
}

/**
 * Runs a query as whoever called the function, in the same transaction, and waits for its rows.
 *
 * Values become parameters, never text. A number that JavaScript can't hold is a bigint where it is whole, its text
 * otherwise; times and dates are text. Throws SqlError.
 */
export function sql<Item = Record<string, unknown>>(
  _strings: TemplateStringsArray,
  ..._values: readonly unknown[]
): Rows<Item> {
  throw outside();
}

/** A name, qualified by those before it: `sql.ref("public", "note")`. */
sql.ref = (..._names: readonly [string, ...string[]]): Reference => {
  throw outside();
};

/** The same for a text with $1, $2, … and their values. */
export function query<Item = Record<string, unknown>>(_text: string, _values?: readonly unknown[]): Rows<Item> {
  throw outside();
}

/** A failed query, with Postgres's fields; what a function does not catch reaches its caller as it was. */
export class SqlError extends Error {
  /** SQLSTATE, e.g. "23505". */
  declare readonly code: string;
  declare readonly detail: string | undefined;
  declare readonly hint: string | undefined;
  declare readonly constraint: string | undefined;
  declare readonly table: string | undefined;
}

function outside(): Error {
  return new Error("howdah/sql works inside functions that the database calls: in server.ts, use a connection");
}
