import { sqlFiles, type Transaction } from "../../postgres/index.ts";

const text = sqlFiles(new URL("./sql/", import.meta.url));

/** The rows of sql/NAME.sql. */
export async function queryCatalog<Row extends object>(
  tx: Pick<Transaction, "query">,
  name: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  return await tx.query<Row>({ text: text(name), values });
}
