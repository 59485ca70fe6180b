import { join } from "node:path";
import { AppError, toAppError } from "../errors/index.ts";
import { connect, parseUrl, sql, type Target } from "../postgres/index.ts";
import { providerFor, startCluster, type Installation } from "../provision/index.ts";
import { cacheRoot } from "../resolve/index.ts";
import type { OpenDatabaseOptions, Project } from "./application.ts";
import { ensureInstallation } from "./installation.ts";
import { homeOf } from "./open-database.ts";

/** A server whose databases nobody needs: the files of schema/ are tried out there. */
export interface Scratch extends AsyncDisposable {
  /** Its superuser. */
  readonly target: Target;
}

/** Nothing in it is worth keeping: what makes a commit safe is off. */
const settings: Readonly<Record<string, string>> = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  autovacuum: "off",
  shared_buffers: "32MB",
  max_connections: "20",
  max_locks_per_transaction: "1024",
};

/**
 * Starts (or joins) the scratch server of a project, of the same Postgres as its database; HOWDAH_SCRATCH_URL names one
 * that runs already. Throws WD469 where neither is possible.
 */
export async function openScratch(
  project: Project,
  major: number,
  options: OpenDatabaseOptions & { readonly installation?: Installation | undefined; readonly env?: NodeJS.ProcessEnv },
): Promise<Scratch> {
  const url = (options.env ?? process.env)["HOWDAH_SCRATCH_URL"];
  if (url !== undefined && url !== "") return await joinScratch(parseUrl(url), major);
  try {
    const installation = options.installation ?? (await localInstallation(project, major, options));
    const home = join(homeOf(project), "scratch");
    const cluster = await startCluster({ home, installation, settings, cache: cacheRoot(), signal: options.signal });
    return { target: cluster.admin, [Symbol.asyncDispose]: () => cluster.release() };
  } catch (thrown) {
    const cause = toAppError(thrown);
    throw new AppError("WD469", "there is no server to try schema/ out on", {
      detail: cause.message,
      hint: "set HOWDAH_SCRATCH_URL to a server of the same version whose superuser may make and drop databases",
      cause,
    });
  }
}

/** Another major would read the files in its own way. */
async function joinScratch(target: Target, major: number): Promise<Scratch> {
  await using connection = await connect(target, { applicationName: "howdah scratch" });
  const [row] = await connection.query<{ major: number; superuser: boolean }>(sql`
    select
      pg_catalog.current_setting('server_version_num')::integer / 10000 as major,
      rolsuper as superuser
    from pg_catalog.pg_roles
    where rolname = current_user
  `);
  if (row?.major === major && row.superuser) return { target, [Symbol.asyncDispose]: async () => {} };
  throw new AppError("WD469", "HOWDAH_SCRATCH_URL does not lead to a server that will do", {
    detail:
      row?.superuser === true ? `it is PostgreSQL ${row.major}, the database is ${major}` : "its role is no superuser",
    hint: "name a server of the same version with its superuser, or unset it: howdah then starts one of its own",
  });
}

/** The database is elsewhere: a Postgres of its version is provisioned here. */
async function localInstallation(project: Project, major: number, options: OpenDatabaseOptions): Promise<Installation> {
  const { postgres } = project.config;
  const local = { ...postgres, provider: "embedded" as const, version: String(major) };
  const provider = providerFor(local);
  if (provider === undefined) throw new AppError("WD469", "no provider of Postgres");
  const config = { ...project.config, postgres: local };
  // The version of a database that is elsewhere is not this project's to lock.
  return (await ensureInstallation({ ...project, config }, provider, options)).installation;
}
