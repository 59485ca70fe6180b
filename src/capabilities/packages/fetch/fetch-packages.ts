import { AppError } from "../../../errors/index.ts";
import type { LockedPackage } from "../../../project/index.ts";
import {
  comparePackageVersions,
  formatPackageVersion,
  readPackageVersion,
  satisfies,
  solve,
  type Candidate,
  type Requirement,
  type Solution,
} from "../../../resolve/index.ts";
import { keyOf, keyOfPackage } from "../deploy/choose.ts";
import type { Package } from "../folder/package-folder.ts";
import type { Dependency } from "../manifest/manifest.ts";
import { fetchPackage } from "./fetched-package.ts";
import { isFrom, offersOf, type Asking, type Offer, type RemoteOrigin } from "./offers.ts";

export interface FetchOptions extends Asking {
  /** What howdah.lock has. */
  readonly locked: readonly LockedPackage[];
  /** Names that are resolved anew in spite of it; "all" for every one. */
  readonly update?: readonly string[] | "all" | undefined;
  /** Takes what is locked, and throws WD666 where that is not enough. */
  readonly frozen?: boolean | undefined;
}

export interface FetchedPackages {
  /** What the packages need from elsewhere, and what that needs in turn. */
  readonly packages: readonly Package[];
  /** What howdah.lock is to hold. */
  readonly locked: readonly LockedPackage[];
  readonly changed: boolean;
}

/**
 * Fetches what packages need from npm and git: what howdah.lock has where that still answers what they ask, else the highest
 * versions that go together. Throws WD392, WD665 to WD667, and what fetching does.
 */
export async function fetchPackages(packages: readonly Package[], options: FetchOptions): Promise<FetchedPackages> {
  const search = new Search(packages, options);
  await search.gather("best");
  let chosen = search.choose();
  if (chosen instanceof AppError) {
    if (options.frozen === true) throw search.stale("what it has does not go together");
    await search.gather("all");
    chosen = search.choose();
  }
  if (chosen instanceof AppError) throw chosen;
  const locked = chosen.map((each) => each.locked);
  const changed = sorted(locked) !== sorted(options.locked);
  return { packages: chosen.map((each) => each.source), locked, changed };
}

function sorted(locked: readonly LockedPackage[]): string {
  const lines = locked.map(({ name, version, source, artifacts }) =>
    JSON.stringify([name, version, source, artifacts.map(({ url, integrity }) => [url, integrity])]),
  );
  return lines.toSorted().join("\n");
}

/** As many of the newest versions of a package are looked at where the best ones don't go together. */
const maxCandidates = 30;

interface Loaded {
  readonly locked: LockedPackage;
  readonly source: Package;
}

interface Wanted {
  readonly name: string;
  readonly origin: RemoteOrigin;
  readonly dependency: Dependency;
  readonly asker: Package;
}

class Search {
  readonly #roots: readonly Package[];
  readonly #options: FetchOptions;
  readonly #loaded = new Map<string, Loaded>();
  readonly #offers = new Map<string, Promise<readonly Offer[]>>();
  readonly #origins = new Map<string, RemoteOrigin>();

  constructor(roots: readonly Package[], options: FetchOptions) {
    this.#roots = roots;
    this.#options = options;
  }

  /** Loads what is asked for, and what that asks for: the best version for each asker, or all that would do. */
  async gather(extent: "best" | "all"): Promise<void> {
    const queue = [...this.#roots, ...[...this.#loaded.values()].map(({ source }) => source)];
    const seen = new Set<Package>();
    for (const each of queue) {
      if (seen.has(each)) continue;
      seen.add(each);
      for (const wanted of this.#wantedBy(each)) {
        for (const offer of await this.#candidates(wanted, extent)) queue.push(await this.#load(offer, wanted));
      }
    }
  }

  /** One version of each for each package that asks; the error where no choice satisfies all. */
  choose(): readonly Loaded[] | AppError {
    const universe = this.#universe();
    const chosen = new Map<string, Loaded>();
    try {
      for (const { manifest } of this.#roots) {
        const asker = keyOf(manifest.name, manifest.versionText);
        const solution = solve(ranges(manifest.dependencies, universe), universe, asker);
        for (const loaded of this.#of(solution)) chosen.set(keyOfPackage(loaded.source), loaded);
      }
    } catch (error) {
      if (error instanceof AppError && error.code === "WD392") return error;
      throw error;
    }
    return [...chosen].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, loaded]) => loaded);
  }

  /** What of a solution comes from elsewhere. */
  #of(solution: Solution): readonly Loaded[] {
    return [...solution].flatMap(([name, { version }]) => {
      return this.#loaded.get(keyOf(name, formatPackageVersion(version))) ?? [];
    });
  }

  stale(detail: string, { asker, dependency }: Partial<Wanted> = {}): AppError {
    return new AppError("WD666", "howdah.lock does not hold what packages need", {
      detail,
      hint: "howdah package fetch brings it up to date; put it under version control",
      position: dependency?.position,
      source: asker?.manifest.source,
    });
  }

  #universe(): ReadonlyMap<string, readonly Candidate[]> {
    const universe = new Map<string, Map<string, Package>>();
    for (const each of [...[...this.#loaded.values()].map(({ source }) => source), ...this.#roots]) {
      const { name, version } = each.manifest;
      const versions = universe.get(name) ?? new Map<string, Package>();
      universe.set(name, versions.set(formatPackageVersion(version), each));
    }
    const names = new Map([...universe].map(([name]) => [name, []]));
    return new Map(
      [...universe].map(([name, versions]) => [
        name,
        [...versions.values()].map(({ manifest: { version, dependencies } }) => {
          return { version, dependencies: ranges(dependencies, names) };
        }),
      ]),
    );
  }

  #wantedBy(asker: Package): readonly Wanted[] {
    return [...asker.manifest.dependencies].flatMap(([name, dependency]) => {
      const { origin } = dependency;
      if (origin === undefined || origin.kind === "path") return [];
      const wanted = { name, origin, dependency, asker };
      this.#refuseTwoOrigins(wanted);
      return [wanted];
    });
  }

  /** A name is one package: of two origins, one would be taken for the other. */
  #refuseTwoOrigins({ name, origin, dependency, asker }: Wanted): void {
    const known = this.#origins.get(name);
    if (known === undefined) return void this.#origins.set(name, origin);
    if (JSON.stringify(known) === JSON.stringify(origin)) return;
    throw new AppError("WD665", `"${name}" is asked for from two origins`, {
      detail: `${originText(known)} and ${originText(origin)}`,
      hint: "all packages that need it have to name the same one",
      position: dependency.position,
      source: asker.manifest.source,
    });
  }

  async #candidates(wanted: Wanted, extent: "best" | "all"): Promise<readonly Offer[]> {
    const { name, origin, dependency } = wanted;
    const { locked, update = [], frozen = false } = this.#options;
    const isUpdated = update === "all" || update.includes(name);
    const known = locked
      .filter((each) => each.name === name && isFrom(each, origin))
      .flatMap((each) => offerOf(each))
      .filter(({ version }) => version === undefined || satisfies(version, dependency.requirement));
    if (!isUpdated && extent === "best" && known.length > 0) return newestFirst(known).slice(0, 1);
    if (frozen) throw this.stale(`${name} ${dependency.requirement.text} of ${originText(origin)} is missing`, wanted);
    const offers = await this.#offersOf(name, origin);
    const fitting = offers.filter(({ version }) => version === undefined || satisfies(version, dependency.requirement));
    if (fitting.length === 0) throw none(wanted, offers);
    return newestFirst(fitting).slice(0, extent === "best" ? 1 : maxCandidates);
  }

  #offersOf(name: string, origin: RemoteOrigin): Promise<readonly Offer[]> {
    const known = this.#offers.get(name);
    if (known !== undefined) return known;
    const asked = offersOf(name, origin, this.#options);
    this.#offers.set(name, asked);
    return asked;
  }

  async #load({ locked }: Offer, { dependency, asker }: Wanted): Promise<Package> {
    const known = [...this.#loaded.values()].find(
      (each) =>
        each.locked.source === locked.source &&
        each.locked.version === locked.version &&
        each.locked.name === locked.name,
    );
    if (known !== undefined) return known.source;
    const source = await fetchPackage(locked, this.#options);
    const { name, version, versionText } = source.manifest;
    if (!satisfies(version, dependency.requirement)) {
      throw new AppError("WD667", `${name} ${versionText} is not in the range ${dependency.requirement.text}`, {
        detail: locked.source,
        hint: "its revision has another version than the one that is asked for",
        position: dependency.position,
        source: asker.manifest.source,
      });
    }
    // A branch or commit stands in the lock with the version that its manifest says.
    const isVersion = readPackageVersion(locked.version) !== undefined;
    this.#loaded.set(keyOfPackage(source), {
      locked: isVersion ? locked : { ...locked, version: versionText },
      source,
    });
    return source;
  }
}

function offerOf(locked: LockedPackage): readonly Offer[] {
  const version = readPackageVersion(locked.version);
  return version === undefined ? [] : [{ version, locked }];
}

function newestFirst(offers: readonly Offer[]): readonly Offer[] {
  return offers.toSorted(({ version: left }, { version: right }) =>
    left === undefined || right === undefined ? 0 : comparePackageVersions(right, left),
  );
}

/** Of what is known here: the rest is looked for in the database. */
function ranges(
  dependencies: ReadonlyMap<string, Dependency>,
  known: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, Requirement> {
  const own = [...dependencies].filter(([name]) => known.has(name));
  return new Map(own.map(([name, { requirement }]) => [name, requirement]));
}

function none({ name, origin, dependency, asker }: Wanted, offers: readonly Offer[]): AppError {
  const newest = newestFirst(offers)
    .slice(0, 8)
    .map(({ locked }) => locked.version);
  return new AppError("WD667", `no version of ${name} is in the range ${dependency.requirement.text}`, {
    detail:
      newest.length === 0
        ? `${originText(origin)} has no versions at all`
        : `${originText(origin)} has ${newest.join(", ")}${offers.length > newest.length ? " …" : ""}`,
    hint:
      origin.kind === "git" && offers.length === 0
        ? "its tags have to be versions, as v1.2.0, or rev names a branch, a tag or a commit"
        : undefined,
    position: dependency.position,
    source: asker.manifest.source,
  });
}

function originText(origin: RemoteOrigin): string {
  if (origin.kind === "npm") return `npm:${origin.name}`;
  return `git+${origin.url}${origin.rev === undefined ? "" : `#${origin.rev}`}`;
}
