import type { Transaction } from "../postgres/index.ts";
import { staticSql } from "./static-sql.ts";

/** Column names by the oid of their relation. */
export async function readColumns(
  tx: Pick<Transaction, "query">,
  relations: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (relations.length === 0) return new Map();
  const rows = await tx.query<{ oid: string; columns: readonly string[] }>({
    text: staticSql("column"),
    values: [relations],
  });
  return new Map(rows.map((row) => [row.oid, row.columns]));
}
