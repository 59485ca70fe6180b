/** A table, view, materialized view, foreign or partitioned table of an exposed schema. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
  /** Its comment. */
  readonly description: string | null;
  readonly kind: "table" | "view" | "materialized view" | "foreign table" | "partitioned table";
  /** True of views and materialized views. */
  readonly isView: boolean;
  /** What can be done to its rows: by its kind, by being an updatable view, or by triggers; privileges play no part. */
  readonly insertable: boolean;
  readonly updatable: boolean;
  readonly deletable: boolean;
  /** Columns of the primary key in the order of the names; of a view those that show the key of a table below it. */
  readonly primaryKey: readonly string[];
  /** By name, in the order of the relation. */
  readonly columns: ReadonlyMap<string, Column>;
}

/** A column, with what the API needs to know of its type. */
export interface Column {
  readonly name: string;
  /** Its comment. */
  readonly description: string | null;
  readonly nullable: boolean;
  /** The type below all domains, without modifiers where it is one of pg_catalog: "character varying", "integer[]". */
  readonly type: string;
  /** The type as it was declared, with modifiers; a domain by its own name: "character varying(20)", "public.color". */
  readonly declaredType: string;
  readonly maxLength: number | null;
  /** The default's expression, also of its domain; nextval(…) of an identity column; null for none. */
  readonly default: string | null;
  /** Labels of an enum in their order, [] for other types. */
  readonly enumLabels: readonly string[];
  /** Computed by the database, so that nothing can be written to it. */
  readonly generated: boolean;
  readonly identity: "always" | "by default" | null;
}
