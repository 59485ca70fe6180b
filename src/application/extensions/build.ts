import { cp, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../errors/index.ts";
import { extensionFolders, extensionName, type ExtensionRequest } from "../../capabilities/index.ts";
import { providerFor, type Provider } from "../../provision/index.ts";
import type { OpenDatabaseOptions, Project } from "../application.ts";
import { ensureInstallation } from "../installation.ts";
import { equip, placeOf } from "./equip.ts";
import { extensionsOf } from "./settings-of.ts";

/** What was built, or copied, and where it is. */
export interface BuiltExtension {
  readonly name: string;
  readonly version: string;
  /** Holds share/ and lib/. */
  readonly folder: string;
}

/**
 * Builds an extension for the project's server and loads it once on trial; changes nothing of the project. `from` in place of what
 * [extensions] says of it.
 */
export async function buildProjectExtension(
  project: Project,
  given: string,
  from: string | undefined,
  options: OpenDatabaseOptions,
): Promise<BuiltExtension> {
  const name = extensionName(given);
  const own = extensionsOf(project)[name];
  const place = from ?? own?.from;
  if (place === undefined) {
    throw new AppError("WD715", `nothing says what ${name} is built from`, {
      detail: `[extensions] has no from for it`,
      hint: `howdah build ${name} --from FOLDER-OR-GIT-URL`,
    });
  }
  const request: ExtensionRequest = {
    name,
    version: "*",
    source: "build",
    from: place,
    schema: undefined,
    create: true,
  };
  const { installation } = await ensureInstallation(project, ownServer(project), options);
  const settings = { [name]: request };
  const { items } = await equip(project, installation, { ...options, settings, update: [name] });
  const folders = await extensionFolders(
    settings,
    await placeOf(project, installation, options),
    project.config.name,
    items,
  );
  return { name, version: items[name]?.version ?? "", folder: folders[name] ?? "" };
}

/**
 * Copies the files of all extensions of a project into a folder, for a server that howdah does not run: share/ belongs into its
 * SHAREDIR, lib/ into its PKGLIBDIR, or both into its paths (PostgreSQL 18). Settings that they need stand in postgresql.conf.
 */
export async function bundleExtensions(
  project: Project,
  target: string,
  options: OpenDatabaseOptions,
): Promise<readonly BuiltExtension[]> {
  const there = await readdir(target).catch(() => []);
  if (there.length > 0) {
    throw new AppError("WD002", `the folder ${target} is not empty`, { hint: "name one that is not there yet" });
  }
  const { installation, lock } = await ensureInstallation(project, ownServer(project), options);
  const settings = extensionsOf(project);
  const equipped = await equip(project, installation, options);
  const { items, generation } = equipped;
  const place = await placeOf(project, installation, options);
  const folders = await extensionFolders(settings, place, project.config.name, items);
  await lock();
  await equipped.lock();
  await mkdir(target, { recursive: true });
  for (const folder of Object.values(folders)) {
    for (const part of ["share", "lib", "root"]) {
      if (await isThere(join(folder, part))) await cp(join(folder, part), join(target, part), { recursive: true });
    }
  }
  await writeFile(join(target, "postgresql.conf"), configOf(generation.settings, generation.preload));
  return Object.entries(folders).map(([name, folder]) => ({ name, version: items[name]?.version ?? "", folder }));
}

function configOf(settings: Readonly<Record<string, string>>, preload: readonly string[]): string {
  const own = Object.entries(settings).filter(([name]) => !name.endsWith("_path"));
  const all = [...(preload.length === 0 ? [] : [["shared_preload_libraries", preload.join(",")] as const]), ...own];
  return all.map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`).join("");
}

function ownServer(project: Project): Provider {
  const provider = providerFor(project.config.postgres);
  if (provider !== undefined) return provider;
  throw new AppError("WD701", "extensions are built and bundled for a server on this disk", {
    detail: "howdah.toml names a url",
    hint: 'HOWDAH_ENV chooses an environment with provider = "embedded" or "deb" of the same major',
  });
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
