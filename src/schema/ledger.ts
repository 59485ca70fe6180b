import { sql, type Transaction } from "../postgres/index.ts";
import type { DeclaredKind } from "./declaration.ts";

/** One row of howdah.migration, its source by hash. */
export interface AppliedMigration {
  readonly version: bigint;
  readonly name: string;
  readonly file: string;
  readonly checksum: string;
  /** SHA-256 of the whole recorded file. */
  readonly sourceHash: string;
}

/** One row of howdah.object, without its definition. */
export interface LedgerObject {
  readonly key: string;
  readonly kind: DeclaredKind;
  readonly file: string;
  readonly line: number;
  readonly column_number: number;
  readonly hash: string;
  readonly body_hash: string | null;
  readonly parents: readonly string[];
  readonly undo: string | null;
}

/** What is to stand in howdah.object. */
export interface LedgerEntry extends LedgerObject {
  readonly definition: string;
}

type Query = Pick<Transaction, "query">;

/** The migrations that have run, lowest number first. */
export async function readAppliedMigrations(tx: Query): Promise<readonly AppliedMigration[]> {
  const rows = await tx.query<Omit<AppliedMigration, "version"> & { version: string }>(sql`
    select
      version::text as version,
      name,
      file,
      checksum,
      pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(source, 'UTF8')), 'hex') as "sourceHash"
    from howdah.migration
    order by howdah.migration.version
  `);
  return rows.map((row) => ({ ...row, version: BigInt(row.version) }));
}

/** The whole recorded file of one applied migration. */
export async function readMigrationSource(tx: Query, version: bigint): Promise<string> {
  const [row] = await tx.query<{ source: string }>(sql`
    select source
    from howdah.migration
    where version = ${version.toString()}::numeric
  `);
  return row?.source ?? "";
}

/** What files of functions/ have made, by key. */
export async function readLedger(tx: Query): Promise<ReadonlyMap<string, LedgerObject>> {
  const rows = await tx.query<LedgerObject>(sql`
    select key, kind, file, line, column_number, hash, body_hash, parents, undo
    from howdah.object
  `);
  return new Map(rows.map((row) => [row.key, row]));
}

/** Files of seeds/ that have run, with their checksums. */
export async function readSeeds(tx: Query): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<{ file: string; checksum: string }>(sql`select file, checksum from howdah.seed`);
  return new Map(rows.map((row) => [row.file, row.checksum]));
}

/** Writes what changed of the ledger of objects, and forgets what is gone. */
export async function writeLedger(
  tx: Query,
  entries: readonly LedgerEntry[],
  removed: readonly string[],
): Promise<void> {
  if (removed.length > 0) {
    await tx.query(sql`delete from howdah.object where key = any (${[...removed]}::text[])`);
  }
  if (entries.length === 0) return;
  await tx.query(sql`
    insert into howdah.object (key, kind, file, line, column_number, hash, definition, body_hash, parents, undo)
    select key, kind, file, line, column_number, hash, definition, body_hash, parents, undo
    from pg_catalog.jsonb_to_recordset(${JSON.stringify(entries)}::pg_catalog.jsonb) as entry(
      key text, kind text, file text, line integer, column_number integer, hash text, definition text,
      body_hash text, parents text[], undo text
    )
    on conflict (key) do update set
      kind = excluded.kind,
      file = excluded.file,
      line = excluded.line,
      column_number = excluded.column_number,
      hash = excluded.hash,
      definition = excluded.definition,
      body_hash = excluded.body_hash,
      parents = excluded.parents,
      undo = excluded.undo,
      changed_at = pg_catalog.now()
  `);
}
