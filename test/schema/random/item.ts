/**
 * A schema as data: items in an order in which each needs only those before it. What one refers to, it refers to by
 * id, so that a new name reaches all who use it.
 */
export type Schema = readonly Item[];

export type Item =
  | SchemaItem
  | EnumItem
  | DomainItem
  | CompositeItem
  | RangeItem
  | SequenceItem
  | FunctionItem
  | TableItem
  | ColumnItem
  | ConstraintItem
  | IndexItem
  | ViewItem
  | TriggerItem
  | PolicyItem
  | StatisticsItem
  | RuleItem
  | GrantItem
  | OwnerItem
  | CommentItem;

export type ItemKind = Item["kind"];

interface Base {
  readonly id: string;
  readonly name: string;
}

/** What lives in a schema, by that item's id. */
interface InSchema extends Base {
  readonly schema: string;
}

/** What a column holds: the types of one family take each other's values. */
export const families = [
  ...["number", "label", "moment", "flag", "json", "uuid", "numbers", "labels", "pair", "span"],
] as const satisfies readonly string[] as readonly Family[];

export type Family = "number" | "label" | "moment" | "flag" | "json" | "uuid" | "numbers" | "labels" | "pair" | "span";

/** A type of Postgres by its name, or one of the schema's own by its id. */
export interface Typed {
  readonly family: Family;
  readonly base?: string | undefined;
  readonly own?: string | undefined;
}

export interface SchemaItem extends Base {
  readonly kind: "schema";
}

/** The label `a` is always one of them: rows hold it. */
export interface EnumItem extends InSchema {
  readonly kind: "enum";
  readonly labels: readonly string[];
}

export interface DomainItem extends InSchema {
  readonly kind: "domain";
  readonly over: Typed;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  readonly checks: readonly Condition[];
}

export interface CompositeItem extends InSchema {
  readonly kind: "composite";
  readonly attributes: readonly (Typed & { readonly name: string })[];
}

export interface RangeItem extends InSchema {
  readonly kind: "range";
  readonly subtype: string;
}

export interface SequenceItem extends InSchema {
  readonly kind: "sequence";
  readonly type: string;
  readonly increment: number;
  readonly cycle: boolean;
}

/** A condition on one column (or on the value of a domain): true of every row there is. */
export interface Condition {
  readonly column: string;
  readonly form: number;
  /** A function that is asked. */
  readonly via?: string | undefined;
}

export interface FunctionItem extends InSchema {
  readonly kind: "function";
  readonly language: "sql" | "plpgsql";
  /** A body without quotes. */
  readonly atomic: boolean;
  readonly isProcedure: boolean;
  readonly isTrigger: boolean;
  readonly isStrict: boolean;
  readonly isDefiner: boolean;
  readonly param?: Typed | undefined;
  readonly paramDefault: boolean;
  /** The relation whose rows it takes, or reads. */
  readonly row?: string | undefined;
  readonly reads?: string | undefined;
  readonly isSet: boolean;
  readonly returns: Typed;
  readonly calls?: string | undefined;
  readonly form: number;
}

export interface TableItem extends InSchema {
  readonly kind: "table";
  /** The column that it is made with: what it can be partitioned by. */
  readonly key?: { readonly name: string; readonly type: string; readonly value: KeyValue } | undefined;
  readonly partitioned?: "list" | "range" | "hash" | undefined;
  readonly partitionOf?: string | undefined;
  readonly inherits?: string | undefined;
  readonly unlogged: boolean;
  readonly rowSecurity: boolean;
  readonly fillfactor?: number | undefined;
}

export type KeyValue = "none" | "always" | "by default" | "serial";

export interface ColumnItem extends Base {
  readonly kind: "column";
  readonly table: string;
  readonly type: Typed;
  readonly notNull: boolean;
  readonly value: ColumnValue;
  readonly storage?: string | undefined;
  readonly collation?: string | undefined;
}

export type ColumnValue =
  | { readonly kind: "none" }
  | { readonly kind: "default"; readonly form: number; readonly via?: string | undefined }
  | { readonly kind: "sequence"; readonly sequence: string }
  | { readonly kind: "identity"; readonly always: boolean }
  | { readonly kind: "serial" }
  | { readonly kind: "generated"; readonly virtual: boolean; readonly from: Condition };

export interface ConstraintItem extends Base {
  readonly kind: "constraint";
  readonly table: string;
  readonly rule:
    | { readonly kind: "check"; readonly condition: Condition; readonly noInherit: boolean; readonly notValid: boolean }
    | { readonly kind: "unique" | "primary" | "exclude"; readonly columns: readonly string[]; readonly form: number }
    | { readonly kind: "foreign"; readonly column: string; readonly target: string; readonly form: number };
}

export interface IndexItem extends InSchema {
  readonly kind: "index";
  readonly table: string;
  readonly columns: readonly string[];
  readonly expression?: Condition | undefined;
  readonly where?: Condition | undefined;
  readonly include?: string | undefined;
  readonly unique: boolean;
  readonly form: number;
}

export interface ViewItem extends InSchema {
  readonly kind: "view";
  readonly materialized: boolean;
  readonly source: string;
  readonly columns: readonly { readonly name: string; readonly of: string; readonly via?: string | undefined }[];
  readonly where?: Condition | undefined;
  /** The primary key by which it groups. */
  readonly grouped?: string | undefined;
  readonly joined?: string | undefined;
  readonly form: number;
}

export interface TriggerItem extends Base {
  readonly kind: "trigger";
  readonly table: string;
  readonly routine: string;
  readonly form: number;
  readonly of?: string | undefined;
  readonly when?: Condition | undefined;
}

export interface PolicyItem extends Base {
  readonly kind: "policy";
  readonly table: string;
  readonly condition: Condition;
  readonly form: number;
}

export interface StatisticsItem extends InSchema {
  readonly kind: "statistics";
  readonly table: string;
  readonly columns: readonly string[];
}

export interface RuleItem extends Base {
  readonly kind: "rule";
  readonly table: string;
  readonly condition?: Condition | undefined;
  readonly form: number;
}

export interface GrantItem extends Base {
  readonly kind: "grant";
  readonly target: string;
  readonly form: number;
}

export interface OwnerItem extends Base {
  readonly kind: "owner";
  readonly target: string;
}

export interface CommentItem extends Base {
  readonly kind: "comment";
  readonly target: string;
  readonly text: string;
}
