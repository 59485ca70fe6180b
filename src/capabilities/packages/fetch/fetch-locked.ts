import { readLock, writeLock } from "../../../project/index.ts";
import { cacheRoot, NpmRegistry } from "../../../resolve/index.ts";
import type { Package } from "../folder/package-folder.ts";
import { fetchPackages, type FetchedPackages, type FetchOptions } from "./fetch-packages.ts";
import type { Asking } from "./offers.ts";

export type LockedFetchOptions = Pick<FetchOptions, "update" | "frozen" | "signal" | "onStep"> & {
  /** Default: the registry that npm is configured for. */
  readonly registry?: Asking["registry"] | undefined;
};

/**
 * What packages need from elsewhere, as the howdah.lock of `root` has it; the lock is brought up to date unless it is frozen.
 * Throws as fetchPackages does.
 */
export async function fetchLocked(
  root: string,
  packages: readonly Package[],
  options: LockedFetchOptions = {},
): Promise<FetchedPackages> {
  if (!packages.some(isRemote)) return { packages: [], locked: [], changed: false };
  const lock = await readLock(root);
  await using asking = openAsking(options);
  const { update, frozen } = options;
  const fetched = await fetchPackages(packages, { ...asking.with, update, frozen, locked: lock?.packages ?? [] });
  if (fetched.changed && frozen !== true) await writeLock(root, { ...lock, packages: fetched.locked });
  return fetched;
}

function isRemote({ manifest }: Package): boolean {
  return [...manifest.dependencies.values()].some(({ origin }) => origin !== undefined && origin.kind !== "path");
}

/** What origins are asked with; the registry is opened where one of them is on npm, and closed at the end. */
function openAsking({ registry, signal, onStep }: LockedFetchOptions): { readonly with: Asking } & AsyncDisposable {
  let opened: Promise<NpmRegistry> | undefined;
  const open = registry ?? ((): Promise<NpmRegistry> => (opened ??= NpmRegistry.configured()));
  return {
    with: { cache: cacheRoot(), registry: open, signal, onStep },
    [Symbol.asyncDispose]: async () => (await opened)?.[Symbol.dispose](),
  };
}
