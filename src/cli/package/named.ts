import { basename, dirname, join, resolve } from "node:path";
import type { FetchedPackages, LockedFetchOptions, ManifestOverrides, Package } from "../../capabilities/index.ts";
import { AppError } from "../../errors/index.ts";
import type { Shell } from "../shell.ts";

/** Packages that a command is about, and those on this machine that they may need. */
export interface NamedPackages {
  readonly packages: readonly Package[];
  readonly local: readonly Package[];
}

/** The named folders, the one around the shell, or all of the project's packages/. */
export async function readNamed(
  folders: readonly string[],
  { overrides, from = [] }: { readonly overrides?: ManifestOverrides; readonly from?: readonly string[] | undefined },
  shell: Shell,
): Promise<NamedPackages> {
  const { packageFolders, packagesByPath, readPackage } = await import("../../capabilities/index.ts");
  const named = folders.length > 0 ? folders.map((folder) => resolve(shell.folder, folder)) : [shell.folder];
  const found = (await Promise.all(named.map(async (folder) => foldersIn(folder, packageFolders)))).flat();
  const packages = await Promise.all(found.map((folder) => readPackage(folder, overrides)));
  const beside = (await Promise.all(from.map((folder) => packageFolders(resolve(shell.folder, folder))))).flat();
  const available = await Promise.all(beside.map((folder) => readPackage(folder)));
  return { packages, local: [...available, ...(await packagesByPath([...packages, ...available]))] };
}

/** What packages need from npm and git, as the howdah.lock beside them (or of the project around them) has it. */
export async function fetchNeeded(
  packages: readonly Package[],
  options: Pick<LockedFetchOptions, "frozen" | "update">,
  shell: Shell,
): Promise<FetchedPackages> {
  const { fetchLocked, packageFolders } = await import("../../capabilities/index.ts");
  const groups = Map.groupBy(packages, ({ folder }) => lockFolder(folder));
  const onStep = (step: string): void => shell.progress.step(step);
  const found: FetchedPackages[] = [];
  for (const [root, own] of groups) {
    const folders = new Set(own.map(({ folder }) => folder));
    const others = (await packageFolders(join(root, "packages"))).some((folder) => !folders.has(folder));
    found.push(await fetchLocked(root, own, { ...options, others, onStep, signal: shell.signal }));
  }
  shell.progress.clear();
  return {
    packages: found.flatMap((each) => each.packages),
    locked: found.flatMap((each) => each.locked),
    changed: found.some(({ changed }) => changed),
  };
}

/** The lock of a package in packages/ of a project is the project's. */
function lockFolder(folder: string): string {
  return basename(dirname(folder)) === "packages" ? dirname(dirname(folder)) : folder;
}

async function foldersIn(
  folder: string,
  packageFolders: (folder: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const own = await packageFolders(folder);
  const found = own.length > 0 ? own : await packageFolders(join(folder, "packages"));
  if (found.length > 0) return found;
  throw new AppError("WD640", `no SQL package in "${folder}"`, {
    detail: "neither the folder nor those directly below it (or below packages/) have a manifest",
    hint: "a howdah.toml with [package] name and version makes one",
  });
}
