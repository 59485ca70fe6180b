import {
  formatPackageVersion,
  installationOrder,
  parsePackageVersion,
  parseRequirement,
  solve,
  type Candidate,
  type Universe,
} from "../../../resolve/index.ts";
import type { Package } from "../folder/package-folder.ts";

/** A package that the database has. */
export interface Deployed {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  readonly schema_name: string | null;
  /** What it was deployed against: version by name. */
  readonly needs: Readonly<Record<string, string>>;
}

/** A package that has to be there, with what it was chosen to use. */
export interface Chosen {
  readonly key: string;
  /** Undefined for one that the database has and that is left alone. */
  readonly source: Package | undefined;
  readonly isRequested: boolean;
  /** Keys of what it needs directly, with the range that it asks for. */
  readonly needs: ReadonlyMap<string, string>;
}

export function keyOf(name: string, version: string): string {
  return `${name} ${version}`;
}

/** The key of a package in a folder. */
export function keyOfPackage({ manifest }: Package): string {
  return keyOf(manifest.name, formatPackageVersion(manifest.version));
}

/** Throws WD393 where packages of these folders need each other in a circle: known without any database. */
export function refuseCircles(packages: readonly Package[]): void {
  const names = new Set(packages.map(({ manifest }) => manifest.name));
  const needs = new Map<string, Set<string>>();
  for (const { manifest } of packages) {
    const own = needs.get(manifest.name) ?? new Set();
    for (const name of manifest.dependencies.keys()) if (names.has(name)) own.add(name);
    needs.set(manifest.name, own);
  }
  installationOrder(needs);
}

/**
 * All packages that have to be there for the requested ones, those that others need first: each need is met by the highest
 * version that goes with all others, among the folders and what the database has; of names that are pinned only versions of
 * the folders. Throws WD392.
 */
export function choosePackages(
  requested: readonly Package[],
  available: readonly Package[],
  deployed: readonly Deployed[],
  pinned: ReadonlySet<string> = new Set(),
): readonly Chosen[] {
  const sources = new Map([...available, ...requested].map((each) => [keyOfPackage(each), each] as const));
  const usable = deployed.filter(({ name, version }) => !pinned.has(name) || sources.has(keyOf(name, version)));
  const universe = universeOf([...sources.values()], usable);
  const found = new Map<string, Chosen>();
  const visit = (source: Package, isRequested: boolean): void => {
    const key = keyOfPackage(source);
    if (found.get(key)?.isRequested === true || (found.has(key) && !isRequested)) return;
    const needs = needsOf(source, universe);
    for (const needed of needs.keys()) {
      const folder = sources.get(needed);
      const isDeployed = deployed.some(({ name, version }) => keyOf(name, version) === needed);
      if (folder !== undefined && !isDeployed && !found.has(needed)) visit(folder, false);
      else if (!found.has(needed))
        found.set(needed, { key: needed, source: undefined, isRequested: false, needs: new Map() });
    }
    found.delete(key);
    found.set(key, { key, source, isRequested, needs });
  };
  for (const source of inOrder(requested)) visit(source, true);
  return [...found.values()];
}

/** Requested packages that others of them need come first, older versions before newer ones. */
function inOrder(requested: readonly Package[]): readonly Package[] {
  const names = installationOrder(
    new Map(
      requested.map(({ manifest }) => {
        const others = [...manifest.dependencies.keys()].filter((name) =>
          requested.some((each) => each.manifest.name === name),
        );
        return [manifest.name, others];
      }),
    ),
  );
  return names.flatMap((name) => requested.filter(({ manifest }) => manifest.name === name));
}

function universeOf(sources: readonly Package[], deployed: readonly Deployed[]): Universe {
  const universe = new Map<string, Candidate[]>();
  const known = new Set<string>();
  const add = (name: string, candidate: Candidate): void => {
    const key = keyOf(name, formatPackageVersion(candidate.version));
    if (known.has(key)) return;
    known.add(key);
    universe.set(name, [...(universe.get(name) ?? []), candidate]);
  };
  // What the database has is used as it was deployed.
  for (const { name, version, needs } of deployed) {
    const dependencies = Object.entries(needs).map(([need, exact]) => [need, parseRequirement(`=${exact}`)] as const);
    add(name, { version: parsePackageVersion(version), dependencies: new Map(dependencies) });
  }
  for (const { manifest } of sources) add(manifest.name, { version: manifest.version, dependencies: ranges(manifest) });
  return universe;
}

function ranges({ dependencies }: Package["manifest"]): Candidate["dependencies"] {
  return new Map([...dependencies].map(([name, { requirement }]) => [name, requirement]));
}

function needsOf(source: Package, universe: Universe): ReadonlyMap<string, string> {
  const { dependencies, name } = source.manifest;
  if (dependencies.size === 0) return new Map();
  const solution = solve(ranges(source.manifest), universe, keyOf(name, source.manifest.versionText));
  return new Map(
    [...dependencies].flatMap(([need, { requirement }]) => {
      const version = solution.get(need)?.version;
      return version === undefined ? [] : [[keyOf(need, formatPackageVersion(version)), requirement.text] as const];
    }),
  );
}
