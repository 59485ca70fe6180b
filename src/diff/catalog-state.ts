import { createHash } from "node:crypto";
import type { Transaction } from "../postgres/index.ts";
import { kinds } from "./kinds.ts";
import { staticSql } from "./static-sql.ts";

/**
 * A text that changes with everything that is made, altered or dropped in the database, and with the role that asks: as
 * long as it is the same, a model that was read behind it holds. Undefined where it can't be told.
 *
 * Costs some 15 ms, and 25 ms more for each thousand tables: a fiftieth of reading the model.
 */
export async function readCatalogState(tx: Pick<Transaction, "query">): Promise<string | undefined> {
  const [row] = await tx.query<{ state: string }>({ text: staticSql("catalog-state"), values: [] });
  return row?.state;
}

/** Tells models of one version of howdah from those of another: what they are read by. */
export function modelVersion(): string {
  const hash = createHash("sha256");
  const queries = new Set(Object.values(kinds).map((kind) => kind.query));
  for (const query of [...queries, "absent", "dependence", "unmodelled"]) hash.update(`${staticSql(query)}\0`);
  return hash.digest("hex");
}
