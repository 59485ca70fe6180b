import { quoteLiteral, sql, type Transaction } from "../postgres/index.ts";

type Query = Pick<Transaction, "query" | "execute">;

/** Joins in the order in which the queries name them: trying out others costs half as much as the work, and finds nothing. */
const settings: Readonly<Record<string, string>> = {
  enable_nestloop: "off",
  jit: "off",
  work_mem: "32MB",
  join_collapse_limit: "1",
  from_collapse_limit: "1",
};

/**
 * Catalogs of a database that was just made bear no statistics: Postgres would look up each of a hundred thousand rows
 * by itself, which takes twice the time; compiling takes longer than what is compiled. Answers with what undoes it.
 */
export async function planForCatalogs(tx: Query): Promise<() => Promise<void>> {
  const names = Object.keys(settings);
  const before = await tx.query<{ name: string; value: string }>(sql`
    select name, pg_catalog.current_setting(name) as value
    from pg_catalog.unnest(${names}::text[]) as name
  `);
  await set(tx, Object.entries(settings));
  return async () =>
    set(
      tx,
      before.map(({ name, value }) => [name, value]),
    );
}

async function set(tx: Query, values: readonly (readonly [string, string])[]): Promise<void> {
  await tx.execute(values.map(([name, value]) => `set local ${name} = ${quoteLiteral(value)}`).join(";\n"));
}
