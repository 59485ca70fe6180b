import type { QualifiedName } from "./name.ts";

/** How rows of one relation lead to rows of another; each direction is a relationship of its own. */
export type Relationship = ForeignKeyRelationship | ComputedRelationship;

/** By one foreign key, or by two of a junction. */
export interface ForeignKeyRelationship {
  readonly kind: "foreign key";
  readonly from: QualifiedName;
  readonly to: QualifiedName;
  /** Both are the same relation. */
  readonly isSelf: boolean;
  readonly cardinality: Cardinality;
  readonly fromIsView: boolean;
  readonly toIsView: boolean;
}

/** A function that takes a row of `from` and returns rows of `to`. */
export interface ComputedRelationship {
  readonly kind: "computed";
  readonly from: QualifiedName;
  readonly to: QualifiedName;
  readonly isSelf: boolean;
  readonly routine: QualifiedName;
  /** Not a set, or a set that is declared to have one row. */
  readonly toOne: boolean;
}

export type Cardinality =
  | {
      readonly kind: "many to one" | "one to many";
      readonly constraint: string;
      readonly columns: readonly ColumnPair[];
    }
  | {
      readonly kind: "one to one";
      readonly constraint: string;
      readonly columns: readonly ColumnPair[];
      /** `from` is the side that is referenced. */
      readonly fromIsReferenced: boolean;
    }
  | { readonly kind: "many to many"; readonly junction: Junction };

/** A column of `from` and the column of `to` that it equals. */
export interface ColumnPair {
  readonly from: string;
  readonly to: string;
}

/** A relation whose foreign keys lead to both sides, and whose primary key holds their columns. */
export interface Junction {
  readonly relation: QualifiedName;
  readonly fromConstraint: string;
  readonly toConstraint: string;
  /** `from`: of the relationship's source; `to`: of the junction. */
  readonly fromColumns: readonly ColumnPair[];
  /** `from`: of the relationship's target; `to`: of the junction. */
  readonly toColumns: readonly ColumnPair[];
}
