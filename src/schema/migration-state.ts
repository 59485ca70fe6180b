import { quoteIdentifier, sql, type Connection } from "../postgres/index.ts";
import type { Tree } from "../project/index.ts";
import { readCoreVersion } from "./core.ts";
import { readAppliedMigrations, type AppliedMigration } from "./ledger.ts";

/** Which migrations a database has run. */
export interface MigrationState {
  /** How many have run. */
  readonly applied: number;
  /** Files of migrations/ that have not, by name; two of one number (WD402) are told apart. */
  readonly pending: readonly string[];
  /** The file of the highest number that has run; undefined when none has. */
  readonly newest: string | undefined;
}

/** Compares the names in migrations/ with the ledger; reads only, and takes files as they are, faulty ones too. */
export async function readMigrationState(connection: Connection, tree: Tree): Promise<MigrationState> {
  const applied = await connection.transaction(async (tx) => {
    await tx.execute("set transaction read only");
    const [schema] = await tx.query<{ owner: string }>(sql`
      select pg_catalog.pg_get_userbyid(nspowner) as owner
      from pg_catalog.pg_namespace
      where nspname = 'howdah'
    `);
    // The ledger is its owner's, whom the connected role may become.
    if (schema !== undefined) await tx.execute(`set local role ${quoteIdentifier(schema.owner)}`);
    return (await readCoreVersion(tx)) === 0 ? [] : await readAppliedMigrations(tx);
  });
  const entries = await tree.list("migrations/*.sql");
  const files = entries.map(({ path }) => path);
  return { applied: applied.length, pending: pendingOf(files, applied), newest: applied.at(-1)?.file };
}

/** A file whose name the ledger does not have may be one that has run and was renamed since: then the number counts. */
function pendingOf(files: readonly string[], applied: readonly AppliedMigration[]): readonly string[] {
  const names = new Set(applied.map(({ file }) => file));
  const listed = new Set(files);
  const renamed = new Set(applied.filter(({ file }) => !listed.has(file)).map(({ version }) => version));
  const pending = files.filter((file) => !names.has(file) && !renamed.has(versionOf(file) ?? -1n));
  return pending.toSorted((one, other) => Number((versionOf(one) ?? 0n) - (versionOf(other) ?? 0n)));
}

function versionOf(file: string): bigint | undefined {
  const digits = /^migrations\/(\d+)_/.exec(file)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}
