import type { Fact } from "../fact.ts";
import type { IndexSettings } from "./index-settings.ts";

/** What sql/constraint.sql reads; what is absent is as usual. */
export interface ConstraintProps {
  readonly type: "primary key" | "unique" | "exclusion" | "check" | "foreign key" | "not null";
  /** pg_get_constraintdef without what stands at its end and can be altered; not of NOT NULL. */
  readonly definition?: string;
  /** Of NOT NULL, which is told apart by its column. */
  readonly name?: string;
  /** Of NOT NULL: inherited, and its table's own as well. */
  readonly merged?: true;
  /** In the order of the key; absent for checks. */
  readonly columns?: readonly string[];
  /** Of NOT NULL; that of a check is part of its definition. */
  readonly noInherit?: true;
  readonly deferrable?: true;
  readonly deferred?: true;
  readonly notEnforced?: true;
  readonly notValid?: true;
  /** Where it comes from another table and its own does not say it as well: what that is to it. */
  readonly inherited?: "partition" | "child";
  /** A share of a constraint (or of an index) of the table that its own is a partition of. */
  readonly attached?: true;
  readonly partitioned?: true;
  /** WITHOUT OVERLAPS, PERIOD. */
  readonly temporal?: true;
  /** What a foreign key refers to. */
  readonly references?: {
    readonly schema: string;
    readonly relation: string;
    readonly columns: readonly string[];
    readonly full?: true;
  };
  /** What must not be true of any two rows (exclusion), or must be of one (foreign key): by column. */
  readonly operators?: readonly string[];
  /** What the operators of an exclusion compare, and of which rows. */
  readonly expressions?: readonly string[];
  readonly predicate?: string;
  readonly index?: IndexSettings;
}

/** What the constraint is called. */
export function constraintName(fact: Fact): string {
  return constraintProps(fact).name ?? fact.name;
}

/** The props of a constraint's fact. */
export function constraintProps(fact: Fact): ConstraintProps {
  return fact.props as unknown as ConstraintProps;
}
