import type { QualifiedName } from "./name.ts";

/** A function of an exposed schema that can be called over HTTP; overloads are routines of their own. */
export interface Routine {
  readonly schema: string;
  readonly name: string;
  /** Its comment. */
  readonly description: string | null;
  /** Those that a caller gives: IN, INOUT and VARIADIC. */
  readonly parameters: readonly RoutineParameter[];
  readonly returns: RoutineResult;
  readonly volatility: "immutable" | "stable" | "volatile";
  readonly isVariadic: boolean;
  /** E.g. "sql", "plpgsql". */
  readonly language: string;
  /** What its default_transaction_isolation says, in lower case. */
  readonly isolationLevel: IsolationLevel | null;
  /** Its settings that are raised to the transaction, in the order of its definition. */
  readonly settings: readonly (readonly [name: string, value: string])[];
}

export type IsolationLevel = "read uncommitted" | "read committed" | "repeatable read" | "serializable";

export interface RoutineParameter {
  /** "" where it has none. */
  readonly name: string;
  readonly type: string;
  /** The type that holds any length, for values that come in as JSON: "character varying" for character. */
  readonly unboundedType: string;
  readonly required: boolean;
  readonly variadic: boolean;
}

export interface RoutineResult {
  /** SETOF or TABLE. */
  readonly isSet: boolean;
  /** Rows: of a relation, a composite type, OUT parameters or TABLE; otherwise one value, or nothing ("void"). */
  readonly kind: "composite" | "scalar" | "void";
  /** Below all domains; pg_catalog.record for OUT parameters and TABLE. */
  readonly type: QualifiedName;
  /** True where it is declared as a domain over the composite type. */
  readonly isDomain: boolean;
}
