import { sql, type Transaction } from "../postgres/index.ts";

/**
 * Runs work that has to reach all rows of a table, as its owner: where row security is forced on it, it would reach but what
 * the policies show. `table`: its quoted name.
 */
export async function withAllRows<T>(tx: Transaction, table: string, work: () => Promise<T>): Promise<T> {
  const [row] = await tx.query<{ forced: boolean }>(sql`
    select relforcerowsecurity as forced
    from pg_catalog.pg_class
    where oid = ${table}::pg_catalog.regclass
  `);
  if (row?.forced !== true) return await work();
  await tx.execute(`alter table ${table} no force row level security`);
  const done = await work();
  await tx.execute(`alter table ${table} force row level security`);
  return done;
}
