import { readLock, type LockedPostgres } from "../project/index.ts";
import type { Installation, Provider, ResolvedPostgres } from "../provision/index.ts";
import { cacheRoot, changeLock } from "../resolve/index.ts";
import type { OpenDatabaseOptions, Project } from "./application.ts";

/** Postgres on this disk, and what is left to do once it has opened the project's data. */
export interface EnsuredInstallation {
  readonly installation: Installation;
  /** Writes howdah.lock where the version is newly chosen: one that the data refuses must not bind anybody. */
  lock(): Promise<void>;
}

/**
 * Postgres on this disk, at the version that howdah.toml asks for: the exact one of howdah.lock where it still answers
 * what is asked, the newest otherwise, which is to be locked. What a provider without a choice of versions finds is a fact
 * of this machine, and not locked.
 */
export async function ensureInstallation(
  project: Project,
  provider: Provider,
  options: OpenDatabaseOptions,
): Promise<EnsuredInstallation> {
  const { version } = project.config.postgres;
  const context = { cache: cacheRoot(), signal: options.signal, onProgress: options.onProgress };
  const lock = await readLock(project.root);
  const locked = lockedFor(lock?.postgres, version, provider);
  const resolved = locked ?? (await resolve(provider, version, context, options));
  const installation = await provider.install(resolved, context);
  const isNew = locked === undefined && provider.features.versions;
  return {
    installation,
    lock: async () => {
      if (!isNew) return;
      await changeLock(project.root, (now) => ({ ...now, postgres: { request: version, ...resolved } }));
    },
  };
}

async function resolve(
  provider: Provider,
  version: string,
  context: Parameters<Provider["resolve"]>[1],
  options: OpenDatabaseOptions,
): Promise<ResolvedPostgres> {
  options.onStep?.(`looking for PostgreSQL ${version} (${provider.name})`);
  return provider.resolve(version, context);
}

function lockedFor(
  locked: LockedPostgres | undefined,
  version: string,
  provider: Provider,
): ResolvedPostgres | undefined {
  if (locked === undefined || !provider.features.versions) return undefined;
  if (locked.request !== version || locked.provider !== provider.name) return undefined;
  const { request: _, ...resolved } = locked;
  return { ...resolved, provider: provider.name };
}
