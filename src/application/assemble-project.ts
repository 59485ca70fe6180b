import type { AssemblyApp } from "../capability/index.ts";
import { capabilityFingerprint, installCapability } from "../capability/index.ts";
import type { Connection, Transaction } from "../postgres/index.ts";
import { assemble, planAssembly, type AssemblyInput, type AssemblyPlan, type AssemblyReport } from "../schema/index.ts";
import type { AssembleOptions, LoadedCapability, Project, ProjectDatabase } from "./application.ts";
import { silentLog } from "./log.ts";

/** What `assembleProject` would do, as data; changes nothing. */
export async function planProject(
  project: Project,
  database: ProjectDatabase,
  options: AssembleOptions,
): Promise<AssemblyPlan> {
  await using connection = await database.connectOwner();
  return await planAssembly(connection, await inputOf(project, database, options));
}

/**
 * Brings the database to what the project's files say, in one transaction: capabilities' migrations, the project's
 * migrations, functions/, the capabilities' own files, seeds in development.
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
  return assemble(connection, await inputOf(project, database, options));
}

async function inputOf(project: Project, database: ProjectDatabase, options: AssembleOptions): Promise<AssemblyInput> {
  const { capabilities, tree } = project;
  const fingerprints = await Promise.all(capabilities.map(({ capability }) => capabilityFingerprint(capability)));
  // Which files a capability assembles is known to itself alone: its step runs each time.
  const ownFiles = capabilities.some(({ capability }) => capability.assemble !== undefined);
  return {
    tree,
    roles: database.roles,
    mode: options.mode,
    allowOutOfOrder: options.allowOutOfOrder,
    redoNewest: options.redoNewest,
    steps: {
      before: (tx) => installAll(capabilities, database, tx),
      after: (tx) => assembleAll(project, options, tx),
      fingerprint: ownFiles ? undefined : fingerprints.join("\n"),
    },
  };
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
