import type { ProjectDatabase } from "../application/index.ts";
import { AppError } from "../errors/index.ts";
import { connect, sql } from "../postgres/index.ts";

/** A database under another name, until what takes its place is known to be good. */
export interface SetAside {
  /** The new one is good: the old one goes. */
  drop(): Promise<void>;
  /** The new one is not: it goes, and the old one has its name back. */
  putBack(): Promise<void>;
}

/**
 * Renames the project's database out of the way, so that its name is free.
 *
 * Throws WD015 when an interrupted restore has left one there: it may be the only copy, so nobody but its owner decides.
 */
export async function setAside(database: ProjectDatabase): Promise<SetAside> {
  const { admin } = database;
  const name = admin.database;
  const aside = `${name}_before_restore`;
  const maintenance = () => connect({ ...admin, database: "postgres" });
  await using connection = await maintenance();
  const [left] = await connection.query(sql`select 1 from pg_catalog.pg_database where datname = ${aside}`);
  if (left !== undefined) throw leftBehind(name, aside);
  await connection.query(sql`alter database ${sql.ref(name)} rename to ${sql.ref(aside)}`);
  return {
    async drop() {
      await using again = await maintenance();
      await again.query(sql`drop database ${sql.ref(aside)}`);
    },
    async putBack() {
      await using again = await maintenance();
      await again.query(sql`drop database if exists ${sql.ref(name)} with (force)`);
      await again.query(sql`alter database ${sql.ref(aside)} rename to ${sql.ref(name)}`);
    },
  };
}

function leftBehind(name: string, aside: string): AppError {
  return new AppError("WD015", `an interrupted restore left the database "${aside}"`, {
    detail: `it holds what "${name}" held before`,
    hint: `look at it, then drop it: howdah psql -c 'drop database ${aside}'`,
  });
}
