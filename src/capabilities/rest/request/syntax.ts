/** The syntax tree of the query string: PostgREST's URL grammar, without any knowledge of the catalog. */

/** One step of a JSON path: `->key`, `->>key`, `->0`. */
export interface JsonStep {
  readonly arrow: "->" | "->>";
  readonly operand: { readonly kind: "key"; readonly key: string } | { readonly kind: "index"; readonly index: string };
}

/** A column, or a computed field, with a path into its JSON; the name "*" stands for all columns in a select. */
export interface Field {
  readonly name: string;
  readonly path: readonly JsonStep[];
}

export type Aggregate = "avg" | "count" | "max" | "min" | "sum";

/** One item of ?select=. */
export type SelectItem = SelectField | SelectRelation | SpreadRelation;

/** `alias:field::cast.aggregate()::aggregateCast`; `count()` alone is the field "*" with the aggregate count. */
export interface SelectField {
  readonly kind: "field";
  readonly field: Field;
  readonly aggregate: Aggregate | null;
  readonly aggregateCast: string | null;
  readonly cast: string | null;
  readonly alias: string | null;
}

/** `alias:relation!hint!inner(items)`. */
export interface SelectRelation {
  readonly kind: "relation";
  readonly relation: string;
  readonly alias: string | null;
  readonly hint: string | null;
  readonly join: "inner" | "left" | null;
  readonly items: readonly SelectItem[];
}

/** `...relation!hint!inner(items)`. */
export interface SpreadRelation {
  readonly kind: "spread";
  readonly relation: string;
  readonly hint: string | null;
  readonly join: "inner" | "left" | null;
  readonly items: readonly SelectItem[];
}

/** Operators that take one value and no quantifier. */
export type SimpleOperator = "neq" | "cs" | "cd" | "ov" | "sl" | "sr" | "nxr" | "nxl" | "adj";
/** Operators that may be followed by (any) or (all). */
export type QuantifiableOperator = "eq" | "gte" | "gt" | "lte" | "lt" | "like" | "ilike" | "match" | "imatch";
export type TextSearchOperator = "fts" | "plfts" | "phfts" | "wfts";

export type Operation =
  | { readonly kind: "simple"; readonly operator: SimpleOperator; readonly value: string }
  | {
      readonly kind: "quantifiable";
      readonly operator: QuantifiableOperator;
      readonly quantifier: "any" | "all" | null;
      readonly value: string;
    }
  | { readonly kind: "in"; readonly values: readonly string[] }
  | { readonly kind: "is"; readonly value: "null" | "not_null" | "true" | "false" | "unknown" }
  | { readonly kind: "isdistinct"; readonly value: string }
  | {
      readonly kind: "textSearch";
      readonly operator: TextSearchOperator;
      readonly language: string | null;
      readonly value: string;
    };

/** `field=not.operator.value`. */
export interface Filter {
  readonly field: Field;
  readonly negated: boolean;
  readonly operation: Operation;
}

/** and(…), or(…) and their filters. */
export type LogicTree =
  | {
      readonly kind: "expression";
      readonly negated: boolean;
      readonly operator: "and" | "or";
      readonly operands: readonly LogicTree[];
    }
  | { readonly kind: "filter"; readonly filter: Filter };

/** `.op(<->)."(1,2)"::point`: how far the field is from a value, by an operator of the database. */
export interface DistanceTo {
  readonly operator: string;
  readonly value: string;
  /** What the value is read as; null: as the operator has it. */
  readonly type: string | null;
}

/** One term of ?order=. */
export interface OrderTerm {
  readonly field: Field;
  readonly distance?: DistanceTo | undefined;
  /** Of an embedded to-one resource: `order=relation(field)`; null for the resource's own. */
  readonly relation: string | null;
  readonly direction: "asc" | "desc" | null;
  readonly nulls: "first" | "last" | null;
}
