import type { Fact } from "./fact.ts";

/** One thing to be done, in its place in the order; statements have no closing semicolon. */
export interface Action {
  /** Unique within a plan. */
  readonly id: string;
  /** Ids of the actions that must be done before it; renames come before everything. */
  readonly after: readonly string[];
  readonly verb: "create" | "alter" | "drop" | "rename";
  /** What of the fact: "" for all of it; "type", "not null", "owner", "comment", "privileges" … for an alteration. */
  readonly aspect: string;
  /** In the database that is changed; undefined for `create`. With the names it has once all renames are done. */
  readonly from: Fact | undefined;
  /** In the database that is wanted; undefined for `drop`. */
  readonly to: Fact | undefined;
  readonly statements: readonly string[];
  /** Facts whose creation is part of these statements: columns and constraints of a new table. */
  readonly inlined: readonly Fact[];
  /** Why it is done although nobody changed it: the key of the fact that it stood in the way of. */
  readonly because: string | undefined;
  readonly loss: Loss | undefined;
  readonly probes: readonly Probe[];
  /** True where the statements refuse to run inside a transaction block. */
  readonly outside: boolean;
}

/** Data that an action throws away: it needs somebody's word. */
export interface Loss {
  readonly what: "table" | "column" | "partition" | "label" | "type" | "sequence" | "materialized view" | "narrowing";
  /** As a hint names it: `public.account.email`, `public.mood.sad`. */
  readonly name: string;
  /** One row, one column `count`: how many rows or values would go. Undefined where nothing can be counted. */
  readonly count: string | undefined;
}

/** A question to the live data, asked by a read-only query before anything runs. */
export interface Probe {
  readonly what: "null" | "duplicate" | "orphan" | "check" | "cast" | "label" | "overlap" | "partition";
  /**
   * At most one row comes back: the first that is in the way, as `row` (text, shown to people); none: all is well. Names
   * are those of the wanted schema.
   */
  readonly sql: string;
  /** What is wrong when a row comes back: `column email contains null values`. */
  readonly message: string;
}
