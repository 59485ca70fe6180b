/**
 * What a schema consists of, as data. A fact is one thing that the catalog says and that statements can create, alter
 * or drop by itself: a table, one of its columns, that column's default, a constraint, a routine, a role's membership.
 */
export interface Fact {
  readonly kind: FactKind;
  /** Unique within a model and equal in two databases that both have it; see `keyOf`. */
  readonly key: string;
  /** Null for what lives in no schema: schemas, extensions, roles, event triggers, publications, casts … */
  readonly schema: string | null;
  /** For what belongs to a relation or a type: its name, in the same schema. */
  readonly relation: string | null;
  readonly name: string;
  /** What else tells it from others of its name: identity arguments of a routine, operand types of an operator. */
  readonly args: string | null;
  /** Key of the fact whose `drop` takes this one along: the table of a column, the column of an owned sequence. */
  readonly parent: string | null;
  /** Where its catalog keeps it: `class/oid/column`, as pg_depend addresses objects; equal before and after a rename within one database. */
  readonly address: string;
  /** Null where the kind has none of its own (columns, constraints, triggers). */
  readonly owner: string | null;
  readonly comment: string | null;
  /** Privileges with the implied ones written out; null where the kind has none. */
  readonly acl: readonly Privilege[] | null;
  /** All else that defines it, as its kind's query reads it: deparsed with an empty search_path, so names are whole. */
  readonly props: Readonly<Record<string, unknown>>;
}

/** One privilege of one role on one fact. */
export interface Privilege {
  /** A role's name, "" for PUBLIC. */
  readonly grantee: string;
  /** As GRANT writes it, in capitals: SELECT, EXECUTE … */
  readonly privilege: string;
  readonly grantable: boolean;
}

/** In the order in which facts without dependences between them are made. */
export const factKinds = [
  "role",
  "membership",
  "role setting",
  "database setting",
  "schema",
  "extension",
  "language",
  "collation",
  "foreign data wrapper",
  "server",
  "user mapping",
  "access method",
  "enum",
  "domain",
  "domain constraint",
  "composite type",
  "attribute",
  "range",
  "shell type",
  "base type",
  "sequence",
  "function",
  "procedure",
  "aggregate",
  "operator",
  "operator family",
  "operator class",
  "cast",
  "conversion",
  "transform",
  "text search parser",
  "text search template",
  "text search dictionary",
  "text search configuration",
  "table",
  "foreign table",
  "column",
  "default",
  "identity",
  "ownership",
  "inheritance",
  "constraint",
  "index",
  "statistics",
  "view",
  "materialized view",
  "rule",
  "trigger",
  "event trigger",
  "policy",
  "publication",
  "publication table",
  "publication schema",
  "subscription",
  "default privileges",
  "security label",
] as const;

export type FactKind = (typeof factKinds)[number];

/** What makes a key; see `keyOf`. */
export type Identity = Pick<Fact, "kind" | "schema" | "relation" | "name" | "args">;

/** `table public.account`, `column public.account.email`, `function public.f(integer, text)`. */
export function keyOf({ kind, schema, relation, name, args }: Identity): string {
  const place = `${schema === null ? "" : `${plain(schema)}.`}${relation === null ? "" : `${plain(relation)}.`}`;
  return `${kind} ${place}${plain(name)}${args === null ? "" : `(${args})`}`;
}

/** In quotes where it is not plain lower case: the same on every major, unlike quote_ident, so never SQL. */
function plain(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** True for kinds of which several may bear one name: a call finds the one that it means by its arguments. */
export function isOverloaded({ kind }: Pick<Fact, "kind">): boolean {
  return kind === "function" || kind === "procedure" || kind === "aggregate" || kind === "operator";
}
