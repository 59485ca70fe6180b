import type { QualifiedName } from "../../../catalog/index.ts";
import type { Aggregate, JsonStep, Operation, OrderTerm } from "../request/syntax.ts";
import type { RowRange } from "../request/rest-request.ts";

/** One resource of a request and those embedded in it: one `select` of the statement. */
export interface ReadNode {
  readonly from: ReadSource;
  /** What columns are qualified by in SQL: the relation's own name, or its alias, whose schema is "". */
  readonly qualifier: QualifiedName;
  readonly select: readonly SelectColumn[];
  readonly embeds: readonly Embed[];
  /** All of them hold. */
  readonly conditions: readonly Condition[];
  readonly joins: readonly JoinCondition[];
  readonly order: readonly OrderColumn[];
  readonly range: RowRange;
  /** Rows that are equal in all that is selected are one, or one row for each of these values. */
  readonly distinct: "all" | readonly FieldPlan[] | null;
  /** Columns that only the order of a spread needs, from the resource itself or from one embedded in it. */
  readonly orderColumns: readonly { readonly from: string | null; readonly column: SelectColumn }[];
}

/** What a resource is read from. */
export type ReadSource =
  /** `alias`: null where it goes by its own name. */
  | { readonly kind: "relation"; readonly relation: QualifiedName; readonly alias: string | null }
  /** Beside the relation its junction, without an alias. */
  | { readonly kind: "junction"; readonly relation: QualifiedName; readonly junction: QualifiedName }
  /** The rows that the request wrote, or that its function returned. */
  | { readonly kind: "result"; readonly alias: string }
  /** A function of the parent's row: `argument` is what that goes by, `type` its relation. */
  | {
      readonly kind: "computed";
      readonly routine: QualifiedName;
      readonly argument: string;
      readonly type: QualifiedName;
      readonly alias: string;
    };

/** A column, a computed field, or a path into one. */
export interface FieldPlan {
  /** "*" for all. */
  readonly name: string;
  readonly path: readonly JsonStep[];
  /** The column is no json or jsonb: a path leads into its to_jsonb. */
  readonly toJson: boolean;
  /** The function that shows or reads a value of its domain. */
  readonly transform: QualifiedName | null;
  /** to_tsvector is applied, in this language, or in the default one. */
  readonly textSearch: { readonly language: string | null } | null;
  /** The row as one value, for count() in a spread. */
  readonly wholeRow: boolean;
}

/** One column of the result. */
export interface SelectColumn {
  readonly field: FieldPlan;
  readonly cast: string | null;
  readonly aggregate: Aggregate | null;
  readonly aggregateCast: string | null;
  readonly alias: string | null;
}

/** A resource within another: a lateral join. */
export interface Embed {
  readonly node: ReadNode;
  /** What the joined rows go by. */
  readonly lateral: string;
  /** Rows without it are left out. */
  readonly isInner: boolean;
  readonly isToOne: boolean;
  readonly output: EmbedOutput;
}

export type EmbedOutput =
  /** One value; not shown where it asks for nothing: `clients()`. */
  | { readonly kind: "json"; readonly name: string; readonly isShown: boolean }
  /** Columns of its own; to-many ones are arrays, in this order. */
  | { readonly kind: "spread"; readonly columns: readonly SpreadColumn[]; readonly order: readonly OrderColumn[] };

/** A column that a spread lifts to the resource around it. */
export interface SpreadColumn {
  readonly name: string;
  readonly aggregate: Aggregate | null;
  readonly aggregateCast: string | null;
  readonly alias: string | null;
}

export type Condition =
  | {
      readonly kind: "logic";
      readonly negated: boolean;
      readonly operator: "and" | "or";
      readonly operands: readonly Condition[];
    }
  | {
      readonly kind: "filter";
      readonly field: FieldPlan;
      readonly negated: boolean;
      readonly operation: Operation;
    }
  /** An embedded resource is there, or is not. */
  | { readonly kind: "embedded"; readonly lateral: string; readonly isThere: boolean };

/** `left = right`, each a column of a relation or of an alias, whose schema is "". */
export interface JoinCondition {
  readonly left: { readonly qualifier: QualifiedName; readonly column: string };
  readonly right: { readonly qualifier: QualifiedName; readonly column: string };
}

/** How far a field is from a value. */
export interface DistancePlan {
  readonly operator: QualifiedName;
  /** What the value is read as. */
  readonly type: string;
  readonly value: string;
}

export interface OrderColumn {
  readonly field: FieldPlan;
  readonly distance?: DistancePlan | undefined;
  /** Of an embedded resource: what its rows go by. */
  readonly lateral: string | null;
  readonly direction: OrderTerm["direction"];
  readonly nulls: OrderTerm["nulls"];
}
