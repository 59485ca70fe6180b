import { resolve } from "node:path";
import { AppError } from "../errors/index.ts";
import {
  connect,
  keepConnections,
  parseUrl,
  quoteIdentifier,
  sql,
  type Connection,
  type KeptConnections,
  type OpenedConnection,
  type Target,
} from "../postgres/index.ts";
import { providerFor, restartCluster, startCluster, type Cluster, type Provider } from "../provision/index.ts";
import { servedMajors, type PostgresConfig } from "../project/index.ts";
import { cacheRoot } from "../resolve/index.ts";
import { prepareDatabase, type DatabaseRoles } from "../schema/index.ts";
import type { Generation } from "../capabilities/index.ts";
import type { OpenDatabaseOptions, Project, ProjectDatabase } from "./application.ts";
import { equip } from "./extensions/equip.ts";
import { inEffect } from "./extensions/in-effect.ts";
import { homeOf } from "./home.ts";
import { ensureInstallation } from "./installation.ts";
import { startScratchAhead } from "./scratch-ahead.ts";
import { derivedPasswords, localPasswords, type RolePasswords } from "./secrets.ts";
import { clusterSettings } from "./settings.ts";

/**
 * Makes the project's database reachable: provisions and starts its cluster, or joins the one that runs, or connects
 * to the url; then sees to it that database and roles exist.
 *
 * The caller closes it; the cluster stops when nobody holds it any more.
 */
export async function openDatabase(project: Project, options: OpenDatabaseOptions = {}): Promise<ProjectDatabase> {
  const provider = providerFor(fromRoot(project));
  return provider === undefined ? openUrl(project, options) : openCluster(project, provider, options);
}

/** What howdah.toml says of Postgres, with paths from the project's folder on. */
function fromRoot({ root, config: { postgres } }: Project): PostgresConfig {
  if (postgres.deb?.keyring === undefined) return postgres;
  return { ...postgres, deb: { ...postgres.deb, keyring: resolve(root, postgres.deb.keyring) } };
}

async function openCluster(
  project: Project,
  provider: Provider,
  options: OpenDatabaseOptions,
): Promise<ProjectDatabase> {
  const { installation: server, lock } = await ensureInstallation(project, provider, options);
  const frozen = project.config.environment === "production";
  const { generation, lock: lockExtensions } = await equip(project, server, { ...options, frozen });
  const { installation } = generation;
  options.onStep?.(`starting PostgreSQL ${installation.version}`);
  await using ahead = new AsyncDisposableStack();
  ahead.use(await startScratchAhead(project, server, options));
  const cluster = await startCluster({
    home: homeOf(project),
    installation,
    settings: clusterSettings(project, generation),
    cache: cacheRoot(),
    signal: options.signal,
  });
  try {
    await lock();
    await lockExtensions();
    if (cluster.joined) await bringIntoEffect(project, cluster, generation, options);
    const place = { admin: cluster.admin, database: project.config.name, createDatabase: true, ownCluster: true };
    return {
      ...(await openProjectDatabase(project, place)),
      version: installation.version,
      provider: installation.provider,
      installation,
      joined: cluster.joined,
      ...closing(() => cluster.release(), ahead.move()),
    };
  } catch (error) {
    await cluster.release();
    throw error;
  }
}

/** A cluster that ran before is restarted where nothing else helps: in production that is left to whoever runs it. */
async function bringIntoEffect(
  project: Project,
  cluster: Cluster,
  generation: Generation,
  options: OpenDatabaseOptions,
): Promise<void> {
  if (generation.preload.length === 0 && generation.folder === undefined) return;
  if ((await inEffect(cluster.admin, generation)) === "nothing" || project.config.environment === "production") return;
  options.onStep?.("restarting PostgreSQL for its extensions");
  await restartCluster(homeOf(project));
}

async function openUrl(project: Project, options: OpenDatabaseOptions): Promise<ProjectDatabase> {
  const target = parseUrl(project.config.postgres.url ?? "");
  options.onStep?.(`connecting to ${target.host}`);
  const version = await serverVersion(target);
  refuseVersion(version, project.config.postgres.version);
  return {
    ...(await openProjectDatabase(project, { admin: target, database: target.database, createDatabase: false })),
    version,
    provider: "url",
    joined: true,
    ...closing(async () => {}),
  };
}

/** Nobody here can provision what a url leads to: it has to be of a version that is served, and of the one asked for. */
function refuseVersion(version: string, wanted: string): void {
  const isWanted = wanted === "" || version === wanted || version.startsWith(`${wanted}.`);
  if (isWanted && servedMajors.includes(Number.parseInt(version, 10))) return;
  throw new AppError("WD108", `the url leads to PostgreSQL ${version}`, {
    detail: isWanted ? `served are ${servedMajors.join(", ")}` : `howdah.toml asks for ${wanted}`,
    hint: isWanted ? undefined : "change postgres.version in howdah.toml, or leave it out",
  });
}

/** A database on a server that runs already, before its roles are known. */
export interface DatabasePlace {
  /** Any database of the server, as the role that prepares. */
  readonly admin: Target;
  readonly database: string;
  readonly createDatabase: boolean;
  readonly ownCluster?: boolean;
  /** Roles that exist already, in place of the ones of howdah.toml. */
  readonly roles?: DatabaseRoles | undefined;
}

type Opened = Pick<
  ProjectDatabase,
  "roles" | "admin" | "authenticator" | "service" | "roleSettings" | "warnings" | "connectOwner"
>;

/** Sees to it that database and roles exist, and returns how each of them connects. */
export async function openProjectDatabase(project: Project, place: DatabasePlace): Promise<Opened> {
  const { admin, database, createDatabase, ownCluster } = place;
  const { roles, authenticator, service, roleSettings, warnings } = await prepareDatabase(admin, {
    database,
    createDatabase,
    ownCluster,
    names: place.roles ?? project.config.roles,
    passwords: await passwordsOf(project, admin),
  });
  const target = { ...admin, database };
  return {
    ...{ roles, authenticator, service, roleSettings, warnings },
    admin: target,
    connectOwner: () => connectAs(target, roles.owner),
  };
}

async function connectAs(target: Target, owner: string): Promise<Connection> {
  const connection = await connectToAssemble(target);
  try {
    await becomeOwner(connection, owner);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function connectToAssemble(target: Target): Promise<OpenedConnection> {
  return connect(target, { applicationName: "howdah assembly" });
}

/** A role without superuser has what belongs to the owner only by becoming it. */
async function becomeOwner(connection: Connection, owner: string): Promise<void> {
  await connection.execute(`set role ${quoteIdentifier(owner)}; set search_path = public; set time zone 'UTC'`);
}

/** The same database with sessions that are kept from one assembly to the next, for one who watches. */
export function keepingSessions(database: ProjectDatabase): {
  readonly database: ProjectDatabase;
  readonly kept: KeptConnections;
} {
  const { admin, roles } = database;
  const kept = keepConnections({
    open: () => connectToAssemble(admin),
    prepare: (connection) => becomeOwner(connection, roles.owner),
    most: 2,
  });
  return { kept, database: { ...database, connectOwner: () => kept.take() } };
}

function passwordsOf(project: Project, admin: Target): Promise<RolePasswords> {
  return project.config.postgres.provider === "url"
    ? derivedPasswords(homeOf(project), admin)
    : localPasswords(homeOf(project));
}

async function serverVersion(target: Target): Promise<string> {
  await using connection = await connect(target);
  const [row] = await connection.query<{ version: string }>(
    sql`select split_part(current_setting('server_version'), ' ', 1) as version`,
  );
  return row?.version ?? "";
}

function closing(
  release: () => Promise<void>,
  ahead?: AsyncDisposable,
): Pick<ProjectDatabase, "heldBeside" | "close" | typeof Symbol.asyncDispose> {
  const heldBeside = new AsyncDisposableStack();
  heldBeside.defer(release);
  if (ahead !== undefined) heldBeside.use(ahead);
  const close = (): Promise<void> => heldBeside.disposeAsync();
  return { heldBeside, close, [Symbol.asyncDispose]: close };
}
