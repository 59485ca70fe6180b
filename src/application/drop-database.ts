import { AppError } from "../errors/index.ts";
import { connect, sql } from "../postgres/index.ts";
import { clusterData, destroyCluster, type ClusterData } from "../provision/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";
import { homeOf } from "./home.ts";

/** What `howdah reset` would drop: shown before it is asked for. */
export interface DatabaseContents {
  readonly database: string;
  readonly relations: number;
  /** Rows as the statistics estimate them. */
  readonly rows: number;
  readonly bytes: number;
}

/** What the project's database holds now, howdah's own schema left out. */
export async function databaseContents(database: ProjectDatabase): Promise<DatabaseContents> {
  await using connection = await connect(database.admin);
  const [row] = await connection.query<{ relations: string; rows: string; bytes: string }>(sql`
    select
      count(*)::text as relations,
      coalesce(sum(greatest(c.reltuples, s.n_live_tup, 0)), 0)::bigint::text as rows,
      pg_catalog.pg_database_size(pg_catalog.current_database())::text as bytes
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    left join pg_catalog.pg_stat_user_tables as s on s.relid = c.oid
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and n.nspname !~ '^pg_'
      and n.nspname not in ('information_schema', 'howdah')`);
  return {
    database: database.admin.database,
    relations: Number(row?.relations ?? 0),
    rows: Number(row?.rows ?? 0),
    bytes: Number(row?.bytes ?? 0),
  };
}

/**
 * Drops the project's database with everything in it; the roles stay. The next `openDatabase` makes it anew.
 *
 * @throws AppError WD043 for a database that is reached by a url, or in production
 */
export async function dropProjectDatabase(project: Project, database: ProjectDatabase): Promise<void> {
  refuseOutsideDevelopment(project, database);
  await using connection = await connect({ ...database.admin, database: "postgres" });
  await connection.query(sql`drop database if exists ${sql.ref(database.admin.database)} with (force)`);
}

/** The data directory of the project's cluster, whichever major wrote it; undefined where there is none. */
export function clusterContents(project: Project): Promise<ClusterData | undefined> {
  return clusterData(homeOf(project));
}

/**
 * Drops the project's whole cluster with all its databases, for one whose data directory can't be opened: another major
 * wrote it. The next `openDatabase` makes it anew.
 *
 * @throws AppError WD043 for a database that is reached by a url, or in production
 */
export async function dropProjectCluster(project: Project): Promise<void> {
  const { provider } = project.config.postgres;
  refuseOutsideDevelopment(project, { provider, admin: { database: project.config.name } });
  await destroyCluster(homeOf(project));
}

function refuseOutsideDevelopment(
  project: Project,
  database: { readonly provider: string; readonly admin: { readonly database: string } },
): void {
  if (database.provider !== "url" && project.config.environment !== "production") return;
  const reason = database.provider === "url" ? "it is reached by a url" : "the environment is production";
  throw new AppError("WD043", `the database "${database.admin.database}" is not howdah's to drop`, {
    detail: reason,
    hint: "reset works on a cluster that howdah provisioned, in development",
  });
}
