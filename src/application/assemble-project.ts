import { createHash } from "node:crypto";
import type { AssemblyApp, Foreseen } from "../capability/index.ts";
import { capabilityFingerprint, installCapability } from "../capability/index.ts";
import { AppError, AppErrors } from "../errors/index.ts";
import { quoteIdentifier, type Connection, type Transaction } from "../postgres/index.ts";
import type { Tree } from "../project/index.ts";
import { assemble, planAssembly, type AssemblyInput, type AssemblyPlan, type AssemblyReport } from "../schema/index.ts";
import type { AssembleOptions, LoadedCapability, Project, ProjectDatabase } from "./application.ts";
import {
  applyExtensions,
  preflightExtensions,
  throwExtensionProblems,
  type ExtensionAction,
  type ExtensionPlan,
} from "../capabilities/index.ts";
import { wantedBy, wantedInScratch } from "./extensions/for-scratch.ts";
import { desiredOf, leftOut } from "./desired.ts";
import { keptText } from "./kept-text.ts";
import { cloneOf, trialOf } from "./live-clone.ts";
import { silentLog } from "./log.ts";
import { projectLanguages } from "./project-languages.ts";

/** What `assembleProject` would do, as data: with the extensions and with what capabilities would do. */
export interface ProjectPlan extends AssemblyPlan {
  readonly extensions: readonly ExtensionAction[];
  readonly foreseen: readonly Foreseen[];
}

/** What `assembleProject` would do to objects and rows, as data; changes nothing. */
export async function planProject(
  project: Project,
  database: ProjectDatabase,
  options: AssembleOptions,
): Promise<AssemblyPlan> {
  await using connection = await database.connectOwner();
  throwExtensionProblems((await planExtensionsOf(project, database, connection)).restarts);
  return await planObjects(connection, project, database, options);
}

/** All that `assembleProject` would do; restarts that extensions need are among its obstacles. */
export async function planWholeProject(
  project: Project,
  database: ProjectDatabase,
  options: AssembleOptions,
): Promise<ProjectPlan> {
  await using connection = await database.connectOwner();
  const { actions: extensions, restarts } = await planExtensionsOf(project, database, connection);
  const plan = await planObjects(connection, project, database, options);
  // Of a way back only objects are known.
  const isForth = options.reverse !== true;
  const { foreseen, obstacles } = isForth ? await foreseeAll(connection, project, database, options) : nothing;
  return { ...plan, obstacles: [...restarts, ...(plan.obstacles ?? []), ...obstacles], extensions, foreseen };
}

/** What an assembly would do about extensions. */
export async function planExtensionsOf(
  project: Project,
  { roles }: ProjectDatabase,
  connection: Connection,
): Promise<ExtensionPlan> {
  const wanted = await wantedBy(project);
  if (wanted.length === 0) return { actions: [], restarts: [] };
  return await connection.transaction(async (tx) => preflightExtensions(tx, wanted, roles.owner));
}

interface Foresight {
  readonly foreseen: readonly Foreseen[];
  /** What would stop capabilities. */
  readonly obstacles: readonly AppError[];
}

const nothing: Foresight = { foreseen: [], obstacles: [] };

/** Ends the transaction of a plan. */
class Planned extends Error {}

async function foreseeAll(
  connection: Connection,
  project: Project,
  database: ProjectDatabase,
  options: AssembleOptions,
): Promise<Foresight> {
  const foreseen: Foreseen[] = [];
  const obstacles: AppError[] = [];
  for (const loaded of project.capabilities) {
    const { capability } = loaded;
    if (capability.foresee === undefined) continue;
    const rolledBack = connection.transaction(async (tx) => {
      await tx.execute(`set local role ${quoteIdentifier(database.roles.owner)}`);
      foreseen.push(...((await capability.foresee?.(assemblyApp(project, loaded, options), project.tree, tx)) ?? []));
      throw new Planned();
    });
    await rolledBack.catch((thrown: unknown) => {
      if (thrown instanceof Planned) return;
      if (!(thrown instanceof AppError)) throw thrown;
      obstacles.push(...(thrown instanceof AppErrors ? thrown.errors : [thrown]));
    });
  }
  return { foreseen, obstacles };
}

async function planObjects(
  connection: Connection,
  project: Project,
  database: ProjectDatabase,
  options: AssembleOptions,
): Promise<AssemblyPlan> {
  const wanted = await wantedBy(project);
  const plan = await planAssembly(connection, await inputOf(project, database, options));
  // Where schema/ is tried out, what is for one database alone is missing; howdah.toml names it all the same.
  const own = new Set(wanted.map(({ name }) => `extension ${quoteIdentifier(name)}`));
  const drift = plan.drift?.filter(({ object }) => !own.has(object.replace(/^extension ([^"].*)$/, 'extension "$1"')));
  return drift === undefined ? plan : { ...plan, drift };
}

/**
 * Brings the database to what the project's files say, in one transaction: capabilities' migrations, the project's
 * migrations, functions/, the capabilities' own files, seeds in development (see AssembleOptions.seeds).
 *
 * @throws AppError or AppErrors with the place in the user's file; the database is then what it was before
 */
export async function assembleProject(
  project: Project,
  database: ProjectDatabase,
  options: AssembleOptions,
): Promise<AssemblyReport> {
  await using connection = await database.connectOwner();
  return await assembleWith(connection, project, database, options);
}

async function assembleWith(
  connection: Connection,
  project: Project,
  database: ProjectDatabase,
  options: AssembleOptions,
): Promise<AssemblyReport> {
  for (const loaded of project.capabilities) {
    await loaded.capability.before?.(assemblyApp(project, loaded, options), project.tree);
  }
  const report = await assemble(connection, await inputOf(project, database, options));
  const found = await reviewAll(connection, project, options);
  return found.length === 0 ? report : { ...report, warnings: [...report.warnings, ...found] };
}

/** A review that fails itself is told to the log: what was assembled is. */
async function reviewAll(
  connection: Connection,
  project: Project,
  options: AssembleOptions,
): Promise<readonly AppError[]> {
  const found: AppError[] = [];
  for (const loaded of project.capabilities) {
    const app = assemblyApp(project, loaded, options);
    try {
      found.push(...((await loaded.capability.review?.(app, connection)) ?? []));
    } catch (error) {
      app.log.warn({ capability: loaded.capability.name, error: String(error) }, "not reviewed");
    }
  }
  return found;
}

async function inputOf(project: Project, database: ProjectDatabase, options: AssembleOptions): Promise<AssemblyInput> {
  const { capabilities, tree } = project;
  const languages = projectLanguages(project, database, options);
  const fingerprints = await Promise.all(capabilities.map(({ capability }) => capabilityFingerprint(capability)));
  const { before, inScratch, key } = await installers(project, database);
  const { translate, installedByHand } = languages;
  const basis = { before: inScratch, cacheKey: [...fingerprints, key], translate, installedByHand };
  return {
    tree,
    roles: database.roles,
    mode: options.mode,
    project: project.config.name,
    takeOver: options.takeOver,
    // What a url leads to may be anybody's database: rows for development come into it on request alone.
    seeds: options.mode === "development" && (options.seeds ?? database.provider !== "url"),
    allowOutOfOrder: options.allowOutOfOrder,
    redoNewest: options.redoNewest,
    expected: options.expected,
    compare: options.compare,
    reverse: options.reverse,
    onlineAbove: project.config.schema?.onlineAbove,
    asAdmin: project.config.schema?.asAdmin,
    trash: project.config.schema?.trash,
    watch: options.onWait && { connect: () => database.connectOwner(), onWait: options.onWait },
    translate: languages.translate,
    steps: {
      before: async (tx) => {
        await before(tx);
        await languages.before(tx);
      },
      after: async (tx) => {
        await languages.after(tx);
        await assembleAll(project, options, tx);
      },
      fingerprint: [...fingerprints, key, await languages.fingerprint(), await ownFiles(project, options)].join("\n"),
    },
    desired: () => desiredOf(project, database, basis),
    leaveOut: leftOut(project),
    liveModels: keptText(project, "live"),
    trials: keptText(project, "trial"),
    clone: (live) => cloneOf(project, database, live, basis),
    trial: options.forecast === true ? (schema) => trialOf(project, database, schema, basis) : undefined,
  };
}

/** What comes ahead of the project's SQL, in its database and where its files are tried out. */
interface Installers {
  readonly before: (tx: Transaction) => Promise<void>;
  readonly inScratch: (tx: Transaction) => Promise<void>;
  /** Of the extensions that they create. */
  readonly key: string;
}

async function installers(project: Project, database: ProjectDatabase): Promise<Installers> {
  const wanted = await wantedBy(project);
  const install = (extensions: typeof wanted) => async (tx: Transaction) => {
    await applyExtensions(tx, extensions, database.roles.owner);
    await installAll(project.capabilities, database, tx);
  };
  return { before: install(wanted), inScratch: install(wantedInScratch(wanted)), key: JSON.stringify(wanted) };
}

/**
 * What the `assemble` of capabilities may read besides the database, as one hash; empty where none has such a step.
 *
 * Which files it reads is known to a capability alone: any of them may be meant, but for those that are only served.
 */
async function ownFiles({ capabilities, tree }: Project, { mode }: AssembleOptions): Promise<string> {
  const readers = capabilities.filter(({ capability }) => capability.assemble !== undefined);
  if (readers.length === 0) return "";
  const settings = JSON.stringify(
    readers.map((loaded) => loaded.settings),
    (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value),
  );
  const hash = createHash("sha256").update(`${mode}\0${settings}`);
  for (const { path } of await tree.list("**")) {
    if (!path.startsWith("public/")) hash.update(`\0${path}\0${await contentHash(tree, path)}`);
  }
  return hash.digest("hex");
}

/** In pieces, because a backup may lie in the folder; "" for a file that has gone since it was listed. */
async function contentHash(tree: Tree, path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const piece of tree.stream(path)) hash.update(piece);
    return hash.digest("hex");
  } catch (error) {
    if (error instanceof AppError && error.code === "WD121") return "";
    throw error;
  }
}

async function installAll(
  capabilities: readonly LoadedCapability[],
  database: ProjectDatabase,
  tx: Transaction,
): Promise<void> {
  for (const { capability } of capabilities) await installCapability(tx, capability, database.roles.owner);
}

async function assembleAll(project: Project, options: AssembleOptions, tx: Transaction): Promise<void> {
  for (const loaded of project.capabilities) {
    await loaded.capability.assemble?.(assemblyApp(project, loaded, options), project.tree, tx);
  }
}

function assemblyApp(project: Project, loaded: LoadedCapability, options: AssembleOptions): AssemblyApp {
  const { mode, log = silentLog } = options;
  return { config: project.config, settings: loaded.settings, mode, log };
}
