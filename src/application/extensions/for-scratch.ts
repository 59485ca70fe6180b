import {
  isForOneDatabase,
  wantedExtensions,
  entryOf,
  type ExtensionSettings,
  type Generation,
  type WantedExtension,
} from "../../capabilities/index.ts";
import { readLock } from "../../project/index.ts";
import type { Project } from "../application.ts";
import { extensionsOf } from "./settings-of.ts";

/** What a project's database is to have, in the order in which it is created. */
export async function wantedBy(project: Project): Promise<readonly WantedExtension[]> {
  const lock = await readLock(project.root);
  return wantedExtensions(extensionsOf(project), lock?.extensions ?? {});
}

/** The same for a database where the files are tried out, which need not have the same version. */
export function wantedInScratch(wanted: readonly WantedExtension[]): readonly WantedExtension[] {
  return wanted
    .filter(({ name }) => !isForOneDatabase(name))
    .map((extension) =>
      extension.source === "server" ? { ...extension, preload: [], version: undefined } : extension,
    );
}

/** What a managed server has by itself comes from the usual sources there. */
export function extensionsForScratch(project: Project): ExtensionSettings {
  const entries = Object.entries(extensionsOf(project)).map(([name, request]) => {
    return [name, request.source === "server" ? { ...request, source: undefined } : request] as const;
  });
  return Object.fromEntries(entries);
}

/** Without the libraries of what is for one database: their workers would look for it. */
export function scratchGeneration(generation: Generation): Generation {
  const preload = generation.preload.filter((library) => !isForOneDatabase(library));
  const settings = Object.entries(generation.settings).filter(([name]) => !isForOneDatabase(owner(name)));
  return { ...generation, preload, settings: Object.fromEntries(settings) };
}

/** "cron.database_name" belongs to pg_cron. */
function owner(setting: string): string {
  const [first = ""] = setting.split(".");
  return entryOf(first) === undefined ? `pg_${first}` : first;
}

/** Server settings of a generation, its libraries among them. */
export function withPreload({ settings, preload }: Generation): Readonly<Record<string, string>> {
  return preload.length === 0 ? settings : { ...settings, shared_preload_libraries: preload.join(",") };
}
