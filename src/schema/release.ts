import { sql, type Connection, type Transaction } from "../postgres/index.ts";
import { coreVersion, readCoreVersion, releaseChannel } from "./core.ts";
import type { ProjectSql } from "./project-sql.ts";

/** What a database was assembled to last. */
export interface Release {
  /** Fingerprint of all that it was made of. */
  readonly hash: string;
  readonly at: Date;
  /** Fingerprint of the seeds that are loaded; null where they are not. */
  readonly seeds: string | null;
  /** Fingerprint of all but functions/: where it is the same, routines and views alone have changed. */
  readonly declared: string | null;
  /** Who assembled it: the role that had connected. */
  readonly by: string;
  /** Version of howdah's own schema. */
  readonly core: number;
}

/**
 * The newest release, or undefined where nothing was assembled yet; `howdah serve` asks before it serves.
 *
 * Throws WD430 for a schema howdah that is not ours, WD431 for a database of a newer howdah. A `core` below
 * `coreVersion()` means that this howdah has not assembled it yet.
 */
export async function readRelease(connection: Pick<Connection, "query">): Promise<Release | undefined> {
  if ((await readCoreVersion(connection)) === 0) return undefined;
  const [row] = await connection.query<Release>(sql`
    select hash, seeds, at, by, core, pg_catalog.to_jsonb(release) ->> 'declared' as declared
    from howdah.release
    order by id desc
    limit 1
  `);
  return row;
}

/** True when nothing has to be done: the newest release was made of the same files by the same howdah. */
export function isReleased(release: Release | undefined, of: Pick<ProjectSql, "hash" | "seedHash">): boolean {
  return release?.hash === of.hash && (of.seedHash === null || release.seeds === of.seedHash);
}

/** Records a release and tells everyone who listens, when the transaction commits. */
export async function writeRelease(
  tx: Transaction,
  of: Pick<ProjectSql, "hash" | "seedHash" | "declaredHash">,
): Promise<void> {
  await tx.query(sql`
    insert into howdah.release (hash, seeds, core, declared)
    values (${of.hash}, ${of.seedHash}, ${coreVersion()}, ${of.declaredHash})
  `);
  await tx.query(sql`select pg_catalog.pg_notify(${releaseChannel}, ${of.hash})`);
}
