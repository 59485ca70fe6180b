import { quoteLiteral, sql, type Transaction } from "../postgres/index.ts";

type Query = Pick<Transaction, "query" | "execute">;

/**
 * Catalogs of a database that was just made bear no statistics: Postgres would look up each of a hundred thousand rows
 * by itself, which takes twice the time; compiling takes longer than what is compiled. Answers with what undoes it.
 */
export async function planForCatalogs(tx: Query): Promise<() => Promise<void>> {
  const [before] = await tx.query<{ nestloop: string; jit: string; memory: string }>(sql`
    select
      pg_catalog.current_setting('enable_nestloop') as nestloop,
      pg_catalog.current_setting('jit') as jit,
      pg_catalog.current_setting('work_mem') as memory
  `);
  const set = async (nestloop: string, jit: string, memory: string): Promise<void> =>
    tx.execute(`
      set local enable_nestloop = ${nestloop};
      set local jit = ${jit};
      set local work_mem = ${quoteLiteral(memory)};
    `);
  await set("off", "off", "32MB");
  return async () => set(before?.nestloop ?? "on", before?.jit ?? "on", before?.memory ?? "4MB");
}
