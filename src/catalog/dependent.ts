import type { Transaction } from "../postgres/index.ts";
import type { ObjectAddress, ObjectKind } from "./object.ts";
import { staticSql } from "./static-sql.ts";

/** Where a search for dependents starts: an object, or one column of a relation. */
export interface DependencyRoot extends ObjectAddress {
  /** pg_attribute.attnum; 0 for the whole object. */
  readonly column: number;
}

/** One dependence: the object at (class, oid) needs the one at (on_class, on_oid). */
export interface Dependence extends ObjectAddress {
  readonly on_class: string;
  readonly on_oid: string;
  /** True when it is a part of the other (a row type, a view's own rule) and goes with it. */
  readonly part: boolean;
  readonly kind: ObjectKind | null;
  readonly identity: string | null;
  /** pg_describe_object: "default value for column code of table orders". */
  readonly description: string;
}

/** Everything that depends on the roots, directly or through others. */
export async function readDependents(
  tx: Pick<Transaction, "query">,
  roots: readonly DependencyRoot[],
): Promise<readonly Dependence[]> {
  if (roots.length === 0) return [];
  return await tx.query<Dependence>({ text: staticSql("dependent"), values: [JSON.stringify(roots)] });
}
