import { quoteIdentifier, sql, type Transaction } from "../../postgres/index.ts";

/**
 * Does the work as the superuser who has connected, where it is one: the owner is not shown the options of user mappings
 * on servers that are not its own.
 */
export async function asAdmin<T>(tx: Pick<Transaction, "query" | "execute">, work: () => Promise<T>): Promise<T> {
  const [row] = await tx.query<{ role: string; superuser: boolean }>(sql`
    select current_user as role, rolsuper as superuser
    from pg_catalog.pg_roles
    where rolname = session_user
  `);
  if (row?.superuser !== true) return await work();
  await tx.execute("set local role none");
  const result = await work();
  await tx.execute(`set local role ${quoteIdentifier(row.role)}`);
  return result;
}
