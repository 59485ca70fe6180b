import { AppError } from "../errors/index.ts";
import { connect, parseUrl, type Target } from "../postgres/index.ts";
import { readLock } from "../project/index.ts";
import { clusterState, runningTarget, type ClusterState } from "../provision/index.ts";
import { readMigrationState, type MigrationState } from "../schema/index.ts";
import type { Project } from "./application.ts";
import { servedAddress, type ServedAddress } from "./address.ts";
import { homeOf } from "./home.ts";

/** What goes on with a project, seen from outside: nothing is started for it. */
export interface ProjectStatus {
  readonly name: string;
  readonly root: string;
  readonly environment: string;
  readonly postgres: {
    readonly provider: string;
    /** As howdah.toml asks; "" with a url. */
    readonly requested: string;
    /** As howdah.lock says, where it answers the request. */
    readonly locked: string | undefined;
    /** Undefined with a url: somebody else runs it. */
    readonly cluster: ClusterState | undefined;
  };
  /** What the database has run; undefined where it can't be asked, because Postgres is not running or not reached. */
  readonly migrations: MigrationState | undefined;
  readonly server: ServedAddress | undefined;
  readonly capabilities: readonly string[];
}

/** Reads the status; starts nothing: a database that can't be reached as it is says nothing. */
export async function projectStatus(project: Project): Promise<ProjectStatus> {
  const { config, root, capabilities } = project;
  const { provider, version } = config.postgres;
  const lock = await readLock(root);
  return {
    name: config.name,
    root,
    environment: config.environment ?? "development",
    postgres: {
      provider,
      requested: version ?? "",
      locked: lock?.postgres?.request === version ? lock.postgres.version : undefined,
      cluster: provider === "url" ? undefined : await clusterState(homeOf(project)),
    },
    migrations: await migrationsOf(project),
    server: await servedAddress(homeOf(project)),
    capabilities: capabilities.map(({ capability }) => capability.name),
  };
}

const connectTimeoutMs = 5000;

async function migrationsOf(project: Project): Promise<MigrationState | undefined> {
  const target = await reachable(project);
  if (target === undefined) return undefined;
  try {
    await using connection = await connect(target, { applicationName: "howdah status", connectTimeoutMs });
    return await readMigrationState(connection, project.tree);
  } catch (error) {
    // Away, without the database yet, or of a newer howdah: what is wrong is said by who needs the database.
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

async function reachable(project: Project): Promise<Target | undefined> {
  const { provider, url = "" } = project.config.postgres;
  if (provider === "url") return parseUrl(url);
  const admin = await runningTarget(homeOf(project));
  return admin && { ...admin, database: project.config.name };
}
