import { formatLock, readLock, type LockedPackage } from "../../../project/index.ts";
import { cacheRoot, changeLock, NpmRegistry } from "../../../resolve/index.ts";
import type { Package } from "../folder/package-folder.ts";
import { fetchPackages, type FetchedPackages, type FetchOptions } from "./fetch-packages.ts";
import type { Asking } from "./offers.ts";

export type LockedFetchOptions = Pick<FetchOptions, "update" | "frozen" | "signal" | "onStep"> & {
  /** Default: the registry that npm is configured for. */
  readonly registry?: Asking["registry"] | undefined;
  /** True where howdah.lock is for other packages, too: what only they need stays in it. */
  readonly others?: boolean | undefined;
  /** False: howdah.lock stays as it is, whatever was chosen. */
  readonly write?: boolean | undefined;
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
  const { update, frozen, others, write } = options;
  const before = lock?.packages ?? [];
  const fetched = await fetchPackages(packages, { ...asking.with, update, frozen, locked: before });
  if (!fetched.changed || frozen === true || write === false) return fetched;
  let changed = false;
  await changeLock(root, (now) => {
    const packages = merged(fetched.locked, now.packages ?? [], others === true ? [] : before);
    changed = textOf(packages) !== textOf(now.packages ?? []);
    return changed ? { ...now, packages } : undefined;
  });
  return { ...fetched, changed };
}

function textOf(locked: readonly LockedPackage[]): string {
  return formatLock({ packages: locked });
}

/** What was fetched, and beside it what others need: all that is locked by now under other names, and is not `gone`. */
function merged(
  fetched: readonly LockedPackage[],
  now: readonly LockedPackage[],
  gone: readonly LockedPackage[],
): readonly LockedPackage[] {
  const names = new Set(fetched.map(({ name }) => name));
  const dropped = new Set(gone.map(keyOf));
  return [...fetched, ...now.filter((each) => !names.has(each.name) && !dropped.has(keyOf(each)))];
}

function keyOf({ name, version, source }: LockedPackage): string {
  return JSON.stringify([name, version, source]);
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
