import { AppError, didYouMean } from "../../errors/index.ts";
import {
  applyExtensions,
  extensionName,
  planExtensions,
  rangeFor,
  readExtensions,
  readExtensionVersion,
  readServer,
  throwExtensionProblems,
  wantedExtensions,
  type ExtensionAction,
  type ExtensionRequest,
  type ExtensionSettings,
} from "../../capabilities/index.ts";
import { readLock, type LockedItem, type TomlData } from "../../project/index.ts";
import { providerFor, type Provider } from "../../provision/index.ts";
import type { OpenDatabaseOptions, Project, ProjectDatabase } from "../application.ts";
import { ensureInstallation } from "../installation.ts";
import { openDatabase } from "../open-database.ts";
import { equip, lockItems, type EquipOptions } from "./equip.ts";
import { exclusively } from "./exclusively.ts";
import { editExtensions, rememberFiles } from "./files.ts";
import { readHistory, writeHistory } from "./history.ts";
import { extensionsOf } from "./settings-of.ts";

/** What is asked of `howdah add`. */
export type Addition = Pick<ExtensionRequest, "name"> & Partial<Omit<ExtensionRequest, "name">>;

/** What a change has done. */
export interface ExtensionsReport {
  readonly added: readonly ExtensionFact[];
  readonly removed: readonly string[];
  /** Statements that ran in the database. */
  readonly actions: readonly ExtensionAction[];
  readonly durationMs: number;
}

export interface ExtensionFact {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly requires: readonly string[];
  readonly preload: readonly string[];
}

export type ChangeOptions = OpenDatabaseOptions & {
  /** False: the files alone; the database is not started. */
  readonly database?: boolean | undefined;
};

/**
 * Adds extensions to a project: their files, howdah.toml and howdah.lock, and what they make in its database. Where any of it
 * fails, all files are as they were.
 */
export function addExtensions(
  project: Project,
  additions: readonly Addition[],
  options: ChangeOptions,
): Promise<ExtensionsReport> {
  return exclusively(project, options, async (current) => add(current, additions, options));
}

async function add(
  project: Project,
  additions: readonly Addition[],
  options: ChangeOptions,
): Promise<ExtensionsReport> {
  const asked = additions.map((addition) => requestOf(addition));
  const before = extensionsOf(project);
  const names = asked.map(({ name }) => name);
  const provider = providerFor(project.config.postgres);
  const wanted = { ...before, ...Object.fromEntries(asked.map((request) => [request.name, request])) };
  return await changing(project, options, names, async () => {
    const settled = provider === undefined ? onServer(asked) : await settle(project, wanted, asked, provider, options);
    await editExtensions(project, Object.fromEntries(settled.map((request) => [request.name, tomlOf(request)])));
  });
}

/** Takes the newest versions that howdah.toml allows; all extensions without names. */
export function updateExtensions(
  project: Project,
  given: readonly string[],
  options: ChangeOptions,
): Promise<ExtensionsReport> {
  return exclusively(project, options, async (current) => update(current, given, options));
}

async function update(project: Project, given: readonly string[], options: ChangeOptions): Promise<ExtensionsReport> {
  const settings = extensionsOf(project);
  const items = (await readLock(project.root))?.extensions ?? {};
  const names =
    given.length === 0 ? [...new Set([...Object.keys(settings), ...Object.keys(items)])] : given.map(extensionName);
  for (const name of names) if (items[name] === undefined) assertKnown(name, settings);
  return await changing(project, options, names, async () => {
    const provider = providerFor(project.config.postgres);
    if (provider === undefined) return;
    const { installation, lock } = await ensureInstallation(project, provider, options);
    const equipped = await equip(project, installation, { ...options, update: names });
    await lock();
    await equipped.lock();
  });
}

/** Goes back to what the project had before its last change on this machine; the database keeps what it has. */
export function rollbackExtensions(project: Project, options: ChangeOptions): Promise<ExtensionsReport> {
  return exclusively(project, options, async (current) => rollback(current, options));
}

async function rollback(project: Project, options: ChangeOptions): Promise<ExtensionsReport> {
  const history = await readHistory(project);
  const last = history.at(-1);
  if (last === undefined) {
    throw new AppError("WD716", "there is no earlier state of the extensions", {
      hint: "howdah add, remove and update leave one behind, on the machine that they ran on",
    });
  }
  const now = Object.keys(project.config.settings["extensions"]?.value ?? {});
  const gone = now.filter((name) => last.table[name] === undefined);
  const changes = { ...last.table, ...Object.fromEntries(gone.map((name) => [name, undefined])) };
  const report = await changing(project, options, [], async () => {
    await editExtensions(project, changes);
    await lockItems(project.root, last.items);
  });
  await writeHistory(project, history.slice(0, -1));
  return { ...report, added: factsOf(Object.keys(last.items), last.items), removed: gone };
}

/**
 * Runs a change of the files; then the cluster gets what they say, and the database what it lacks. A failure of any of it puts
 * the files back, and the cluster with them.
 */
export async function changing(
  project: Project,
  options: ChangeOptions,
  names: readonly string[],
  change: () => Promise<void>,
): Promise<ExtensionsReport> {
  const started = performance.now();
  const before = await rememberFiles(project);
  try {
    await change();
    const changed = await project.reopen();
    const actions = options.database === false ? await fetchOnly(changed, options) : await inDatabase(changed, options);
    await before.keep();
    const items = (await readLock(project.root))?.extensions ?? {};
    return { added: factsOf(names, items), removed: [], actions, durationMs: performance.now() - started };
  } catch (error) {
    await before.restore();
    // A cluster that runs meanwhile has been told of the change.
    if (options.database !== false) await reopen(project).catch(() => {});
    throw error;
  }
}

async function reopen(project: Project): Promise<void> {
  const { clusterState } = await import("../../provision/index.ts");
  const { homeOf } = await import("../home.ts");
  if ((await clusterState(homeOf(project))).kind === "running") await (await openDatabase(project)).close();
}

/** Files alone: in the cache, linked, and locked; those that are locked already where it is `frozen`. */
export async function fetchOnly(project: Project, options: EquipOptions): Promise<readonly ExtensionAction[]> {
  const provider = providerFor(project.config.postgres);
  if (provider === undefined) return [];
  const { installation, lock } = await ensureInstallation(project, provider, options);
  const equipped = await equip(project, installation, options);
  await lock();
  await equipped.lock();
  return [];
}

async function inDatabase(project: Project, options: OpenDatabaseOptions): Promise<readonly ExtensionAction[]> {
  await using database = await openDatabase(project, options);
  const wanted = wantedExtensions(extensionsOf(project), (await readLock(project.root))?.extensions ?? {});
  await updateAlone(database, wanted);
  await using connection = await database.connectOwner();
  return await connection.transaction(async (tx) => applyExtensions(tx, wanted, database.roles.owner));
}

/** Those whose update has to be the first command of its session. */
async function updateAlone({ admin }: ProjectDatabase, wanted: ReturnType<typeof wantedExtensions>): Promise<void> {
  const { entryOf, statementOf } = await import("../../capabilities/index.ts");
  const some = wanted.filter(({ name }) => entryOf(name)?.updateAlone === true);
  if (some.length === 0) return;
  const { connect } = await import("../../postgres/index.ts");
  await using looking = await connect(admin, { applicationName: "howdah extensions" });
  const state = await readExtensions(
    looking,
    some.map(({ name }) => name),
  );
  const installed = some.filter(({ name }) => (state.get(name)?.installed ?? null) !== null);
  const { actions, restarts } = await planExtensions(looking, installed, state, await readServer(looking));
  throwExtensionProblems(restarts);
  for (const action of actions) {
    await using alone = await connect(admin, { applicationName: "howdah extensions" });
    await alone.execute(statementOf(action));
  }
}

function requestOf({ name, version = "*", pre, source, from, schema, create = true }: Addition): ExtensionRequest {
  return {
    name: extensionName(name),
    version,
    pre,
    source: from === undefined ? source : "build",
    from,
    schema,
    create,
  };
}

function onServer(asked: readonly ExtensionRequest[]): readonly ExtensionRequest[] {
  return asked.map((request) => ({ ...request, source: "server" }));
}

/** Each with the range of what was found, where none was asked for; howdah.lock says so from then on. */
async function settle(
  project: Project,
  wanted: ExtensionSettings,
  asked: readonly ExtensionRequest[],
  provider: Provider,
  options: OpenDatabaseOptions,
): Promise<readonly ExtensionRequest[]> {
  const { installation, lock } = await ensureInstallation(project, provider, options);
  // Extensions for a server from Debian leave out what that already brings: howdah.lock says it.
  await lock();
  const names = asked.map(({ name }) => name);
  const { items } = await equip(project, installation, { ...options, settings: wanted, update: names });
  const settled = asked.map((request) => {
    const item = items[request.name];
    if (request.version !== "*" || item === undefined || item.source === "contrib") return request;
    return { ...request, version: rangeFor(readExtensionVersion(item.version)) };
  });
  const requests = new Map(settled.map(({ name, version }) => [name, version]));
  await lockItems(
    project.root,
    mapValues(items, (item, name) => ({ ...item, request: requests.get(name) ?? item.request })),
  );
  return settled;
}

function mapValues<T>(
  values: Readonly<Record<string, T>>,
  map: (value: T, key: string) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
}

/** As short as it can be said. */
function tomlOf({ version, pre, source, from, schema, create }: ExtensionRequest): TomlData {
  const rest = {
    ...(pre === true ? { pre } : {}),
    ...(from !== undefined ? { from } : source === undefined ? {} : { source }),
    ...(schema === undefined ? {} : { schema }),
    ...(create ? {} : { create }),
  };
  if (Object.keys(rest).length === 0) return version;
  return version === "*" ? rest : { version, ...rest };
}

function factsOf(names: readonly string[], items: Readonly<Record<string, LockedItem>>): readonly ExtensionFact[] {
  return names.flatMap((name) => {
    const item = items[name];
    if (item === undefined) return [];
    const { version, source, requires, preload } = item;
    return [{ name, version, source, requires, preload }];
  });
}

/** Throws WD715. */
export function assertKnown(name: string, settings: ExtensionSettings): void {
  if (Object.hasOwn(settings, name)) return;
  throw new AppError("WD715", `the project does not have the extension ${name}`, {
    detail: `[extensions] of howdah.toml names ${Object.keys(settings).join(", ") || "none"}`,
    hint: didYouMean(name, Object.keys(settings)),
  });
}
