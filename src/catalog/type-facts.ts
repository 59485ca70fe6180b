import { sql, type Transaction } from "../postgres/index.ts";
import { staticSql } from "./static-sql.ts";

/** A column as types in another language need it. */
export interface ColumnFact {
  readonly name: string;
  /** Oid of its type. */
  readonly type: string;
  readonly not_null: boolean;
  readonly default: boolean;
  readonly identity: boolean;
  /** True where nothing may be written: identity "always", generated, columns of views that can't be updated. */
  readonly fixed: boolean;
  readonly comment: string | null;
}

export interface ForeignKeyFact {
  readonly name: string;
  readonly columns: readonly string[];
  readonly one_to_one: boolean;
  readonly schema: string;
  readonly relation: string;
  readonly referenced: readonly string[];
}

interface Described<Kind extends string, Props> {
  readonly kind: Kind;
  readonly schema: string;
  readonly name: string;
  readonly comment: string | null;
  readonly props: Props;
}

export type RelationFact = Described<
  "relation",
  {
    readonly view: boolean;
    readonly insertable: boolean;
    readonly updatable: boolean;
    readonly columns: readonly ColumnFact[];
    readonly foreign_keys: readonly ForeignKeyFact[];
  }
>;

export type RoutineFact = Described<
  "routine",
  {
    readonly names: readonly string[] | null;
    /** i in, o out, b both, v variadic, t column of a table; null where all are in. */
    readonly modes: readonly ("i" | "o" | "b" | "v" | "t")[] | null;
    readonly types: readonly string[];
    /** How many of the last arguments that go in have a default. */
    readonly defaults: number;
    readonly returns: string;
    readonly set: boolean;
  }
>;

export type TypeFact = Described<
  "type",
  {
    readonly oid: string;
    /** pg_type.typtype: b base, c composite, d domain, e enum, m multirange, p pseudo, r range. */
    readonly kind: "b" | "c" | "d" | "e" | "m" | "p" | "r";
    readonly category: string;
    readonly element: string | null;
    readonly base: string | null;
    readonly not_null: boolean;
    readonly default: boolean;
    readonly relkind: string | null;
    readonly columns: readonly ColumnFact[] | null;
    readonly labels: readonly string[] | null;
  }
>;

/** One relation, routine or type. */
export type TypeRow = RelationFact | RoutineFact | TypeFact;

/** Schemas that are neither Postgres's nor howdah's, by name. */
export async function readSchemas(tx: Pick<Transaction, "query">): Promise<readonly string[]> {
  const rows = await tx.query<{ name: string }>(sql`
    select nspname as name
    from pg_catalog.pg_namespace
    where nspname !~ '^pg_'
      and nspname not in ('information_schema', 'howdah')
    order by nspname
  `);
  return rows.map(({ name }) => name);
}

/** Relations and routines of these schemas, and all types; in the order of their names. */
export async function readTypeRows(
  tx: Pick<Transaction, "query">,
  schemas: readonly string[],
): Promise<readonly TypeRow[]> {
  return await tx.query<TypeRow>({ text: staticSql("types"), values: [schemas] });
}
