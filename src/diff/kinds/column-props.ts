import type { Fact } from "../fact.ts";
import type { ForeignOptions } from "../foreign-options.ts";
import { relationOf } from "../name.ts";
import type { RelationOptions } from "../relation-options.ts";

/** What sql/column.sql reads; what is absent is as usual. */
export interface ColumnProps {
  /** Whose column it is, unless it is a table's. */
  readonly of?: "foreign table" | "view" | "materialized view";
  /** format_type, with its schema outside pg_catalog; absent for columns of views. */
  readonly type?: string;
  /** Other than that of the type. */
  readonly collation?: string;
  /** What more a NOT NULL constraint says (18) is a fact of its own. */
  readonly notNull?: true;
  readonly generated?: Generated;
  /** Other than that of the type. */
  readonly storage?: string;
  /** That of the type; there where the column has another. */
  readonly usualStorage?: string;
  readonly compression?: string;
  readonly statistics?: number;
  readonly options?: RelationOptions;
  readonly foreignOptions?: ForeignOptions;
  readonly inherited?: true;
  /** Of an inherited column: declared by its table as well. No statement changes it, so it is never a difference. */
  readonly local?: boolean;
}

/** GENERATED ALWAYS AS (expression). */
export interface Generated {
  readonly expression: string;
  readonly kind: "stored" | "virtual";
}

/** The props of a column's fact. */
export function columnProps(fact: Fact): ColumnProps {
  return fact.props;
}

/** True for columns that are there because of a view's query: they only carry settings. */
export function isOfView(column: Fact): boolean {
  const { of } = columnProps(column);
  return of === "view" || of === "materialized view";
}

/** `alter table public.account`, `alter foreign table …`, `alter view …`: what changes one of its columns. */
export function alterRelation(column: Fact, only = false): string {
  return `alter ${columnProps(column).of ?? "table"} ${only ? "only " : ""}${relationOf(column)}`;
}
