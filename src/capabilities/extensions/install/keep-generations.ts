import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { contentFolder, ensureCacheFolder, withLock } from "../../../resolve/index.ts";

/** A generation that a project is about to use. */
export interface GenerationUse {
  readonly cache: string;
  /** The folder of the cache that generations stand in. */
  readonly kind: string;
  readonly key: string;
  /** The project's folder. */
  readonly root: string;
  readonly signal?: AbortSignal | undefined;
}

/** What a project has used, the newest first. */
interface Uses {
  /** The machine, or the container, that has the project's folder: caches are shared, folders of one name are not. */
  readonly host: string;
  readonly root: string;
  readonly keys: readonly string[];
}

/** As many of its generations are kept for each project: for `howdah rollback`, for other environments, for a server that runs. */
export const keptGenerations = 8;

/**
 * Writes down that a project uses a generation, ahead of its use, and removes those that nobody has among his last ones any more:
 * an earlier one is linked again from the extensions in the cache where it is needed.
 *
 * What was never written down stays: it may be another howdah's.
 */
export async function keepGenerations(use: GenerationUse): Promise<void> {
  const { cache, kind, key, root, signal } = use;
  const folder = await ensureCacheFolder(join(cache, `${kind}-uses`));
  const file = `${createHash("sha256").update(`${hostname()}\0${root}`).digest("hex").slice(0, 16)}.json`;
  if ((await readUses(join(folder, file)))?.keys[0] === key) return;
  await withLock(
    join(cache, "locks", `${kind}-uses`),
    async () => {
      const before = (await readUses(join(folder, file)))?.keys ?? [];
      const all = [key, ...before.filter((each) => each !== key)];
      await writeUses(join(folder, file), { host: hostname(), root, keys: all.slice(0, keptGenerations) });
      await collect(use, folder, all.slice(keptGenerations));
    },
    { signal },
  );
}

/** Removes those of `dropped`, and of projects that are gone, which are in no list. */
async function collect({ cache, kind }: GenerationUse, folder: string, dropped: readonly string[]): Promise<void> {
  const kept = new Set<string>();
  const candidates = new Set(dropped);
  for (const name of await readdir(folder)) {
    const uses = await readUses(join(folder, name));
    if (uses === undefined) continue;
    const isThere = uses.host !== hostname() || (await exists(join(uses.root, "howdah.toml")));
    for (const each of uses.keys) (isThere ? kept : candidates).add(each);
    if (!isThere) await rm(join(folder, name), { force: true });
  }
  for (const key of candidates) if (!kept.has(key)) await remove(cache, kind, key);
}

/** Out of sight in one step: nobody finds half of it. */
async function remove(cache: string, kind: string, key: string): Promise<void> {
  const grave = join(
    await ensureCacheFolder(join(cache, "staging")),
    `${kind}-${key}+${randomBytes(4).toString("hex")}`,
  );
  try {
    await rename(contentFolder({ cache, kind, key }), grave);
  } catch {
    // It is not there, or somebody else's to remove: that is no reason to fail for whoever needs another one.
    return;
  }
  await rm(grave, { recursive: true, force: true });
}

async function readUses(path: string): Promise<Uses | undefined> {
  try {
    const { host, root, keys } = JSON.parse(await readFile(path, "utf8")) as Partial<Uses>;
    const isWhole = typeof host === "string" && typeof root === "string" && Array.isArray(keys);
    return isWhole ? { host, root, keys: keys.map(String) } : undefined;
  } catch {
    return undefined; // not there, or cut off by a full disk: it is written anew
  }
}

async function writeUses(path: string, uses: Uses): Promise<void> {
  const staged = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  await writeFile(staged, `${JSON.stringify(uses)}\n`);
  await rename(staged, path);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
