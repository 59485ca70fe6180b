import { createHash } from "node:crypto";
import { connect, quoteIdentifier, sql, type Connection } from "../../postgres/index.ts";
import type { Project, ProjectDatabase } from "../application.ts";
import { assembleProject } from "../assemble-project.ts";
import { silentLog } from "../log.ts";
import { openProjectDatabase } from "../open-database.ts";
import { serveWorker } from "../project-worker.ts";
import { installAssertions } from "./assertions.ts";
import { cloneSource, cloneTarget, type CloneSource } from "./clone.ts";
import type { TemplateFacts } from "./event.ts";
import { dropDatabases, type TestRun } from "./run-lock.ts";
import { assembledHash } from "./assembled-hash.ts";

/** "tpl" as the first half of an advisory lock's key, the template's hash as the second. */
const templateClass = 0x74_70_6c;
/** Going back and forth between branches, with and without seeds, makes nothing anew. */
const keptTemplates = 4;

/** The template, ready to be copied. */
export interface Template {
  readonly source: CloneSource;
  readonly facts: TemplateFacts;
}

/** What makes a template another one. */
export interface TemplateOptions {
  readonly seeds: boolean;
  readonly onStep?: ((step: string) => void) | undefined;
}

/**
 * The template of the project as its files are now: the one that is there, made of the same files, or a new one.
 *
 * Held until the run ends: nobody drops it meanwhile.
 *
 * @throws AppError or AppErrors with the place in the user's file where the project does not assemble
 */
export async function openTemplate(
  run: TestRun,
  project: Project,
  database: ProjectDatabase,
  options: TemplateOptions,
): Promise<Template> {
  const startedAt = performance.now();
  const hash = await assembledHash(project, database, options.seeds);
  const name = `${templatePrefix(database)}${hash.slice(0, 12)}`;
  const cached = await locked(run.session, hash, async () => {
    if (await isComplete(run.session, name)) {
      await startWorkerOf(project, database, name);
      return true;
    }
    options.onStep?.("assembling");
    await make({ run, project, database, name, seeds: options.seeds });
    return false;
  });
  if (!cached) await dropOld(run.session, database, name);
  const source = await cloneSource(run.session, { template: name, roles: database.roles, admin: database.admin.user });
  return { source, facts: { database: name, cached, durationMs: performance.now() - startedAt } };
}

/** Of two runs that need one template, one makes it; both hold it, shared, to their end. */
async function locked<T>(session: Connection, hash: string, work: () => Promise<T>): Promise<T> {
  const key = lockKey(hash);
  await session.query(sql`select pg_catalog.pg_advisory_lock(${templateClass}, ${key})`);
  try {
    const result = await work();
    await session.query(sql`select pg_catalog.pg_advisory_lock_shared(${templateClass}, ${key})`);
    return result;
  } finally {
    await session.query(sql`select pg_catalog.pg_advisory_unlock(${templateClass}, ${key})`);
  }
}

/** The worker of the run that has made the template has ended with it: this run's is told to all copies by the template. */
async function startWorkerOf(project: Project, database: ProjectDatabase, name: string): Promise<void> {
  const admin = cloneTarget(database.admin, name);
  const connectOwner = async (): Promise<Connection> => {
    const connection = await connect(admin, { applicationName: "howdah test" });
    await connection.execute(`set role ${quoteIdentifier(database.roles.owner)}`);
    return connection;
  };
  await serveWorker(project, { ...database, admin, connectOwner }, { log: silentLog, mode: "development" });
}

/** What was killed while it was made has no is_template: that comes last. */
async function isComplete(session: Connection, name: string): Promise<boolean> {
  const [row] = await session.query<{ complete: boolean }>(sql`
    select datistemplate as complete from pg_catalog.pg_database where datname = ${name}`);
  return row?.complete === true;
}

interface Making {
  readonly run: TestRun;
  readonly project: Project;
  readonly database: ProjectDatabase;
  readonly name: string;
  readonly seeds: boolean;
}

async function make({ run, project, database, name, seeds }: Making): Promise<void> {
  const { admin, roles, version, provider, installation } = database;
  await dropDatabases(run.session, database, [name]);
  try {
    const close = async (): Promise<void> => {};
    const made: ProjectDatabase = {
      ...(await openProjectDatabase(project, { admin, database: name, createDatabase: true, roles })),
      ...{ version, provider, installation, joined: true, close, [Symbol.asyncDispose]: close },
    };
    await assembleProject(project, made, { mode: "development", seeds });
    await installAssertions(made);
    await markTemplate(made, name, true);
  } catch (error) {
    await dropDatabases(run.session, database, [name]);
    throw error;
  }
}

/** From inside the database: an owner without superuser may be let into no other. */
async function markTemplate(made: ProjectDatabase, name: string, isTemplate: boolean): Promise<void> {
  await using connection = await made.connectOwner();
  await connection.execute(`alter database ${quoteIdentifier(name)} is_template ${isTemplate}`);
}

/** The oldest go, unless a run holds them. */
async function dropOld(session: Connection, database: ProjectDatabase, current: string): Promise<void> {
  const rows = await session.query<{ name: string }>(sql`
    select datname as name
    from pg_catalog.pg_database
    where pg_catalog.starts_with(datname, ${templatePrefix(database)})
      and datname <> ${current}
    order by oid desc
    offset ${keptTemplates - 1}
  `);
  for (const { name } of rows) {
    const key = lockKey(name.slice(templatePrefix(database).length));
    const [lock] = await session.query<{ taken: boolean }>(sql`
      select pg_catalog.pg_try_advisory_lock(${templateClass}, ${key}) as taken`);
    if (lock?.taken !== true) continue;
    await dropTemplate(session, database, name);
    await session.query(sql`select pg_catalog.pg_advisory_unlock(${templateClass}, ${key})`);
  }
}

async function dropTemplate(session: Connection, database: ProjectDatabase, name: string): Promise<void> {
  {
    await using inside = await connect({ ...database.admin, database: name }, { applicationName: "howdah test" });
    await inside.execute(`set role ${quoteIdentifier(database.roles.owner)}`);
    await inside.execute(`alter database ${quoteIdentifier(name)} is_template false`);
  }
  await dropDatabases(session, database, [name]);
}

/** Drops every template of the project that no run holds: with them goes what tests leave on the server. */
export async function dropTemplates(run: TestRun, database: ProjectDatabase): Promise<void> {
  const rows = await run.session.query<{ name: string }>(sql`
    select datname as name
    from pg_catalog.pg_database
    where pg_catalog.starts_with(datname, ${templatePrefix(database)})
      and datistemplate
  `);
  for (const { name } of rows) await dropTemplate(run.session, database, name);
}

function templatePrefix({ admin }: ProjectDatabase): string {
  return `${admin.database.slice(0, 32)}_template_`;
}

function lockKey(hash: string): number {
  return createHash("sha256").update(hash.slice(0, 12)).digest().readInt32BE();
}
