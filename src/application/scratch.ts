import { join } from "node:path";
import { AppError, toAppError } from "../errors/index.ts";
import { connect, parseUrl, sql, type Target } from "../postgres/index.ts";
import {
  clusterMajor,
  destroyCluster,
  providerFor,
  restartCluster,
  startCluster,
  type Installation,
} from "../provision/index.ts";
import { cacheRoot } from "../resolve/index.ts";
import type { OpenDatabaseOptions, Project } from "./application.ts";
import { ensureInstallation } from "./installation.ts";
import { equip } from "./extensions/equip.ts";
import { inEffect } from "./extensions/in-effect.ts";
import { extensionsForScratch, scratchGeneration, withPreload } from "./extensions/for-scratch.ts";
import { homeOf } from "./home.ts";

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

/** What a scratch server is to be like, and unlike. */
export interface ScratchOptions extends OpenDatabaseOptions {
  readonly major: number;
  /** The project's own database: its server is never the scratch server. */
  readonly live: Target;
  readonly installation?: Installation | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Starts (or joins) the scratch server of a project, of the same Postgres as its database; HOWDAH_SCRATCH_URL names one
 * that runs already. Throws WD469 where neither is possible, and where it is the server of the database itself.
 */
export async function openScratch(project: Project, options: ScratchOptions): Promise<Scratch> {
  const url = scratchUrl(options.env);
  return url === undefined ? await startScratch(project, options) : await joinScratch(parseUrl(url), options);
}

/** The url of a scratch server that runs already, where one is named. */
export function scratchUrl(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const url = env["HOWDAH_SCRATCH_URL"];
  return url === "" ? undefined : url;
}

/** Starts (or joins) the project's own; throws WD469. */
export async function startScratch(
  project: Project,
  { major, ...options }: Omit<ScratchOptions, "live" | "env">,
): Promise<Scratch> {
  try {
    const installation = options.installation ?? (await localInstallation(project, major, options));
    const home = join(homeOf(project), "scratch");
    const written = await clusterMajor(home);
    // Of a major that the project has left: nothing in it is worth keeping, and this one could not read it.
    if (written !== undefined && written !== major) await destroyCluster(home);
    const equipped = await equip(project, installation, { ...options, settings: extensionsForScratch(project) });
    const generation = scratchGeneration(equipped.generation);
    const cluster = await startCluster({
      home,
      installation: generation.installation,
      settings: { ...withPreload(generation), ...settings },
      cache: cacheRoot(),
      signal: options.signal,
    });
    if (cluster.joined && (await inEffect(cluster.admin, generation)) === "restart") {
      await restartCluster(home);
    }
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

/** Another major would read the files in its own way; on the live server a role of schema/ would be made while planning. */
async function joinScratch(target: Target, { major, live }: ScratchOptions): Promise<Scratch> {
  const [found, own] = await Promise.all([readServer(target), readServer(live)]);
  const reason = reasonAgainst(found, own, major);
  if (reason === undefined) return { target, [Symbol.asyncDispose]: async () => {} };
  throw new AppError("WD469", "HOWDAH_SCRATCH_URL does not lead to a server that will do", {
    detail: reason,
    hint: "name another server of the same version with its superuser, or unset it: howdah then starts one of its own",
  });
}

interface Server {
  readonly major: number;
  readonly superuser: boolean;
  readonly startedAt: string;
}

async function readServer(target: Target): Promise<Server> {
  await using connection = await connect(target, { applicationName: "howdah scratch" });
  const [row] = await connection.query<Server>(sql`
    select
      pg_catalog.current_setting('server_version_num')::integer / 10000 as major,
      rolsuper as superuser,
      extract(epoch from pg_catalog.pg_postmaster_start_time())::text as "startedAt"
    from pg_catalog.pg_roles
    where rolname = current_user
  `);
  return row ?? { major: 0, superuser: false, startedAt: "" };
}

/**
 * A server is known by the microsecond in which it was started, which every role may read. Its system identifier would not
 * do: clusters that are copies of one template, as howdah's own are, have the same.
 */
function reasonAgainst(found: Server, own: Server, major: number): string | undefined {
  if (found.startedAt === own.startedAt) {
    return "it is the server of the project's own database: roles that schema/ creates would be made there by a plan";
  }
  if (!found.superuser) return "its role is no superuser";
  return found.major === major ? undefined : `it is PostgreSQL ${found.major}, the database is ${major}`;
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
