import { allows, parseDependencies, type Dependency } from "./dependency.ts";
import { compareDebianVersions } from "./version.ts";

/** What howdah needs to know of a binary package: a row of a Packages file. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  /** Pre-Depends and Depends as they stand in the index. */
  readonly depends: string;
  readonly provides: string;
  readonly url: string;
  /** "sha256-…", base64. */
  readonly integrity: string;
  readonly bytes: number;
}

/** Packages of one or several suites, found by name or by what they provide. */
export class PackageIndex {
  readonly #byName: ReadonlyMap<string, readonly DebianPackage[]>;
  readonly #providers: ReadonlyMap<string, readonly { readonly by: DebianPackage; readonly version?: string }[]>;

  constructor(packages: Iterable<DebianPackage>) {
    const all = [...packages];
    this.#byName = Map.groupBy(all, (each) => each.name);
    const provisions = all.flatMap((by) =>
      parseDependencies(by.provides)
        .flat()
        .map(({ name, version }) => ({ name, by, ...(version !== undefined && { version }) })),
    );
    this.#providers = Map.groupBy(provisions, (each) => each.name);
  }

  /** Names that begin with the prefix, sorted. */
  names(prefix = ""): readonly string[] {
    return [...this.#byName.keys()].filter((name) => name.startsWith(prefix)).toSorted();
  }

  /** All versions of a package, newest first, whichever suite has them. */
  named(name: string): readonly DebianPackage[] {
    return (this.#byName.get(name) ?? []).toSorted((left, right) => compareDebianVersions(right.version, left.version));
  }

  /** The newest package that meets the dependency by its own name, else the newest that provides it. */
  candidate(dependency: Dependency): DebianPackage | undefined {
    const named = (this.#byName.get(dependency.name) ?? []).filter((each) => allows(dependency, each.version));
    return newestOf(named) ?? newestOf(this.providersOf(dependency));
  }

  /** Packages that provide what is depended on. Only a versioned Provides meets a versioned dependency (Policy, 7.5). */
  providersOf(dependency: Dependency): readonly DebianPackage[] {
    return (this.#providers.get(dependency.name) ?? [])
      .filter(({ version }) => (version === undefined ? !dependency.relation : allows(dependency, version)))
      .map(({ by }) => by);
  }
}

function newestOf(packages: readonly DebianPackage[]): DebianPackage | undefined {
  return packages.reduce<DebianPackage | undefined>(
    (best, each) => (best && compareDebianVersions(best.version, each.version) >= 0 ? best : each),
    undefined,
  );
}
