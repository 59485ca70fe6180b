import { isDeepStrictEqual } from "node:util";
import {
  makeGeneration,
  placeFor,
  resolveExtensions,
  type ExtensionSettings,
  type Generation,
  type Place,
} from "../../capabilities/index.ts";
import { readLock, writeLock, type LockedItem } from "../../project/index.ts";
import type { Installation } from "../../provision/index.ts";
import { cacheRoot } from "../../resolve/index.ts";
import type { OpenDatabaseOptions, Project } from "../application.ts";
import { extensionsOf } from "./settings-of.ts";

/** A server with the extensions of a project. */
export interface Equipped {
  readonly generation: Generation;
  /** What was chosen. */
  readonly items: Readonly<Record<string, LockedItem>>;
  /** Writes howdah.lock where it says something else. */
  lock(): Promise<void>;
}

export interface EquipOptions extends OpenDatabaseOptions {
  /** In place of [extensions] of the project. */
  readonly settings?: ExtensionSettings | undefined;
  /** Names whose locked version does not count. */
  readonly update?: readonly string[] | undefined;
}

/**
 * Sees to it that the files of a project's extensions are on this disk, and linked for this server: what howdah.lock says
 * where it answers howdah.toml, else what is newest. Nothing is asked of any network where all of it is there.
 */
export async function equip(project: Project, installation: Installation, options: EquipOptions): Promise<Equipped> {
  const { settings = extensionsOf(project), update } = options;
  const lock = await readLock(project.root);
  const locked = lock?.extensions ?? {};
  if (Object.keys(settings).length === 0) {
    return { generation: bare(installation), items: {}, lock: () => lockItems(project.root, {}) };
  }
  const place = await placeOf(project, installation, options);
  const database = project.config.name;
  const { items, folders } = await resolveExtensions(settings, place, { locked, update, database });
  const generation = await makeGeneration({ items, folders }, place, database);
  return { generation, items, lock: () => lockItems(project.root, items) };
}

export function placeOf(project: Project, installation: Installation, options: OpenDatabaseOptions): Promise<Place> {
  const { signal, onProgress, onStep } = options;
  const { root, config } = project;
  return placeFor(config, { installation, root, cache: cacheRoot(), signal, onProgress, onStep });
}

function bare(installation: Installation): Generation {
  return { folder: undefined, installation, settings: {}, preload: [] };
}

/** Writes what was chosen into howdah.lock, where it says something else. */
export async function lockItems(root: string, items: Readonly<Record<string, LockedItem>>): Promise<void> {
  const lock = (await readLock(root)) ?? {};
  if (isDeepStrictEqual(lock.extensions ?? {}, items)) return;
  await writeLock(root, { ...lock, extensions: items });
}
