import { isDeepStrictEqual } from "node:util";
import {
  extensionPlatform,
  makeGeneration,
  placeFor,
  resolveExtensions,
  type ExtensionSettings,
  type Generation,
  type Place,
} from "../../capabilities/index.ts";
import { readLock, type LockedItem } from "../../project/index.ts";
import type { Installation } from "../../provision/index.ts";
import { cacheRoot, changeLock } from "../../resolve/index.ts";
import type { OpenDatabaseOptions, Project } from "../application.ts";
import { deviations, lockProblems, refuseStaleLock } from "./lock-check.ts";
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
  /** Takes what is locked, and throws WD706 where that does not answer what is asked: for production. */
  readonly frozen?: boolean | undefined;
}

/**
 * Sees to it that the files of a project's extensions are on this disk, and linked for this server: what howdah.lock says
 * where it answers howdah.toml, else what is newest. Nothing is asked of any network where all of it is there.
 */
export async function equip(project: Project, installation: Installation, options: EquipOptions): Promise<Equipped> {
  const { settings = extensionsOf(project), update, frozen = false } = options;
  const lock = await readLock(project.root);
  const locked = lock?.extensions ?? {};
  const { provider, major } = installation;
  if (frozen) refuseStaleLock(lockProblems(settings, locked, extensionPlatform(provider, major)));
  if (Object.keys(settings).length === 0) {
    return {
      generation: bare(installation),
      items: {},
      lock: async () => (frozen ? undefined : await lockItems(project.root, {})),
    };
  }
  const place = await placeOf(project, installation, options);
  const database = project.config.name;
  const { items, folders } = await resolveExtensions(settings, place, { locked, update, database });
  if (frozen) refuseStaleLock(deviations(locked, items));
  const generation = await makeGeneration({ items, folders }, place, database);
  return { generation, items, lock: async () => (frozen ? undefined : await lockItems(project.root, items)) };
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
  // Where nothing is to be written, nothing has to be writable.
  if (isDeepStrictEqual((await readLock(root))?.extensions ?? {}, items)) return;
  await changeLock(root, (now) =>
    isDeepStrictEqual(now.extensions ?? {}, items) ? undefined : { ...now, extensions: items },
  );
}
