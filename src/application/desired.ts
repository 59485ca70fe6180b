import { createHash } from "node:crypto";
import { join } from "node:path";
import { AppError, toAppError } from "../errors/index.ts";
import {
  connect,
  keepConnections,
  quoteIdentifier,
  sql,
  type KeptConnections,
  type Transaction,
} from "../postgres/index.ts";
import { loadDesired, type Desired, type MirrorRole, type Translate } from "../schema/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";
import { homeOf } from "./home.ts";
import { openScratch, type Scratch } from "./scratch.ts";
import { takeScratchAhead } from "./scratch-ahead.ts";

/** What the scratch database is to hold beside the project's own SQL. */
export interface DesiredBasis {
  /** Installs the capabilities. */
  readonly before: (tx: Transaction) => Promise<void>;
  readonly cacheKey: readonly string[];
  /** Procedural languages that functions need and no file installs. */
  readonly installedByHand: () => Promise<readonly string[]>;
  /** Reads functions/ in other languages than SQL. */
  readonly translate?: Translate | undefined;
}

interface Server {
  readonly scratch: Promise<Scratch>;
  /** Of its superuser. */
  readonly sessions: KeptConnections;
  /** Resolved when the databases of older states are tidied up. */
  settled: Promise<void>;
}

/** One scratch server a database: it stops when the database is closed. */
const servers = new WeakMap<object, Server>();

/** Finds out what the project's files mean; see `loadDesired`. */
export async function desiredOf(project: Project, database: ProjectDatabase, basis: DesiredBasis): Promise<Desired> {
  const server = serverOf(project, database);
  const scratch = await server.scratch;
  const languages = await basis.installedByHand();
  const desired = await loadDesired({
    tree: project.tree,
    scratch: scratch.target,
    session: () => server.sessions.take(),
    roles: database.roles,
    mirrorRoles: await readRoles(database),
    leaveOut: leftOut(project),
    translate: basis.translate,
    before: async (tx) => {
      await basis.before(tx);
      await installLanguages(tx, languages, database.roles.owner);
    },
    cacheKey: [...basis.cacheKey, ...languages],
    cacheFolder: join(homeOf(project), "scratch-models"),
    database: database.admin.database,
    // A scratch server that several projects share tidies up after each of them alone.
    prefix: prefixOf(project),
  });
  server.settled = Promise.all([server.settled, desired.settled]).then(() => {});
  return desired;
}

/** As in the database itself, where an administrator did it. */
async function installLanguages(tx: Transaction, languages: readonly string[], owner: string): Promise<void> {
  if (languages.length === 0) return;
  await tx.execute("set local role none");
  for (const language of languages) await installLanguage(tx, language);
  await tx.execute(`set local role ${quoteIdentifier(owner)}`);
}

async function installLanguage(tx: Transaction, language: string): Promise<void> {
  try {
    await tx.execute(`create extension if not exists ${quoteIdentifier(language)}`);
  } catch (cause) {
    throw new AppError(
      "WD469",
      `the scratch server has no ${language}, which functions of the project are written in`,
      {
        detail: toAppError(cause).message,
        hint: "set HOWDAH_SCRATCH_URL to a server of the same version that has it, with a superuser",
        cause,
      },
    );
  }
}

/** How names of the project's databases begin on a scratch server. */
export function prefixOf({ root }: Pick<Project, "root">): string {
  return `howdah_${createHash("sha256").update(root).digest("hex").slice(0, 8)}`;
}

/** Schemas that are howdah's own and those of its capabilities. */
export function leftOut({ capabilities }: Project): readonly string[] {
  return ["howdah", "howdah_worker", ...capabilities.flatMap(({ capability }) => capability.schema ?? [])];
}

/** The scratch server of a project's database, started when it is first asked for. */
export async function scratchOf(project: Project, database: ProjectDatabase): Promise<Scratch> {
  return await serverOf(project, database).scratch;
}

function serverOf(project: Project, database: ProjectDatabase): Server {
  const holder = database.heldBeside ?? database;
  const known = servers.get(holder);
  if (known !== undefined) return known;
  const major = Number.parseInt(database.version, 10);
  const scratch =
    takeScratchAhead(project) ??
    openScratch(project, { major, live: database.admin, installation: database.installation });
  const sessions = keepConnections({
    open: async () => connect((await scratch).target, { applicationName: "howdah scratch" }),
    prepare: async () => {},
    most: 2,
  });
  const server: Server = { scratch, sessions, settled: Promise.resolve() };
  servers.set(holder, server);
  // One that could not be started is tried again.
  scratch.catch(() => servers.delete(holder));
  database.heldBeside?.defer(() => close(server));
  return server;
}

async function close({ scratch, sessions, settled }: Server): Promise<void> {
  const started = await scratch.catch(() => undefined);
  await settled.catch(() => {});
  await sessions.close();
  await started?.[Symbol.asyncDispose]();
}

/** Every role that files could name, with what it is a member of. */
async function readRoles(database: ProjectDatabase): Promise<readonly MirrorRole[]> {
  await using connection = await database.connectOwner();
  return await connection.query<MirrorRole>(sql`
    select
      role.rolname as name,
      role.rolsuper as superuser,
      role.rolcreaterole as "createRole",
      array(
        select granted.rolname::text
        from pg_catalog.pg_auth_members as membership
        join pg_catalog.pg_roles as granted on granted.oid = membership.roleid
        where membership.member = role.oid
        order by granted.rolname
      ) as "memberOf"
    from pg_catalog.pg_roles as role
    where not pg_catalog.starts_with(role.rolname, 'pg_')
    order by role.rolname
  `);
}
