import { AppError } from "../errors/index.ts";
import { sql, type Connection, type Transaction } from "../postgres/index.ts";
import { coreVersion, readCoreVersion, releaseChannel } from "./core.ts";
import type { AssemblyInput } from "./assembly.ts";
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
  /** Name of the project; null where the howdah that assembled it wrote none down. */
  readonly project: string | null;
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
    select
      hash, seeds, at, by, core,
      pg_catalog.to_jsonb(release) ->> 'declared' as declared,
      pg_catalog.to_jsonb(release) ->> 'project' as project
    from howdah.release
    order by id desc
    limit 1
  `);
  return row;
}

/** The project that assembles, as far as releases know it. */
export type ReleasedProject = Pick<AssemblyInput, "project" | "takeOver">;

/**
 * True when nothing has to be done: the newest release was made of the same files by the same howdah.
 *
 * Throws WD433 where another project made it: its tables would be dropped as if their files had been removed.
 */
export function isReleased(
  release: Release | undefined,
  of: Pick<ProjectSql, "hash" | "seedHash">,
  by: ReleasedProject,
): boolean {
  if (isOfAnother(release, by) && by.takeOver !== true) throw ofAnother(release?.project, by.project);
  const isSame = release?.hash === of.hash && !isOfAnother(release, by);
  return isSame && (of.seedHash === null || release.seeds === of.seedHash);
}

function isOfAnother(release: Release | undefined, { project }: ReleasedProject): boolean {
  return project !== undefined && typeof release?.project === "string" && release.project !== project;
}

function ofAnother(found: string | null | undefined, own: string | undefined): AppError {
  return new AppError("WD433", `the database holds another project: ${found}`, {
    detail: `the name in howdah.toml is ${own}`,
    hint: `use another database; if ${found} was renamed to ${own}: howdah migrate --take-over`,
  });
}

/** Records a release and tells everyone who listens, when the transaction commits. */
export async function writeRelease(
  tx: Transaction,
  of: Pick<ProjectSql, "hash" | "seedHash" | "declaredHash">,
  { project = null }: { readonly project?: string | null | undefined },
): Promise<void> {
  await tx.query(sql`
    insert into howdah.release (hash, seeds, core, declared, project)
    values (${of.hash}, ${of.seedHash}, ${coreVersion()}, ${of.declaredHash}, ${project})
  `);
  await tx.query(sql`select pg_catalog.pg_notify(${releaseChannel}, ${of.hash})`);
}
