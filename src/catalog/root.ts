import type { Transaction } from "../postgres/index.ts";
import type { DependencyRoot } from "./dependent.ts";
import { staticSql } from "./static-sql.ts";

/** A name as SQL text gives it: what it is, its schema where one stands, one column of a relation. */
export interface ObjectName {
  readonly kind: "relation" | "type" | "routine" | "schema" | "any";
  readonly schema?: string | undefined;
  readonly name: string;
  readonly column?: string | undefined;
}

/** The addresses behind names; names that nothing bears are left out. */
export async function resolveNames(
  tx: Pick<Transaction, "query">,
  names: readonly ObjectName[],
): Promise<readonly DependencyRoot[]> {
  if (names.length === 0) return [];
  return await tx.query<DependencyRoot>({ text: staticSql("root"), values: [JSON.stringify(names)] });
}
