import { join } from "node:path";
import { AppError } from "../../errors/index.ts";
import type { LockedItem } from "../../project/index.ts";
import {
  comparePackageVersions,
  formatPackageVersion,
  parseRequirement,
  satisfies,
  solve,
  type Candidate,
  type Requirement,
} from "../../resolve/index.ts";
import { readControls, type Control } from "./control.ts";
import { assertExtensionName } from "./name.ts";
import { entryOf } from "./registry.ts";
import { requirementOf, type ExtensionRequest, type ExtensionSettings } from "./settings.ts";
import { sourceOf, sourcesFor } from "./sources.ts";
import { isBuiltFrom } from "./sources/build.ts";
import type { Offer, Place, Source } from "./sources/source.ts";
import { unknownExtension } from "./unknown.ts";
import { readExtensionVersion } from "./version.ts";

/** What was chosen for a project, with the folder of each extension's files where the server does not have them. */
export interface Resolution {
  readonly items: Readonly<Record<string, LockedItem>>;
  readonly folders: Readonly<Record<string, string>>;
}

export interface ResolveOptions {
  /** What howdah.lock has: kept where it still answers what is asked. */
  readonly locked?: Readonly<Record<string, LockedItem>> | undefined;
  /** Names whose locked version does not count. */
  readonly update?: readonly string[] | undefined;
  /** Names of what the database stands for: the place holder in settings. */
  readonly database: string;
}

/**
 * Chooses a version of each extension that is asked for, and of all that these need, and has their files in the cache.
 *
 * What an extension needs stands in its control file, which comes with its files: what turns out to be needed is added, and
 * all of it is solved again, until nothing is new. Throws WD700 for a name that nobody knows, WD701 for one that is not
 * there for this server, WD392 where ranges exclude each other.
 */
export async function resolveExtensions(
  settings: ExtensionSettings,
  place: Place,
  options: ResolveOptions,
): Promise<Resolution> {
  const wanted = Object.values(settings).filter(({ source }) => source !== "server");
  const requirements = new Map(wanted.map((request) => [request.name, requirementOf(request)]));
  const universe = new Universe(settings, place, options);
  for (;;) {
    await universe.reach([...requirements.keys()]);
    const solution = solve(requirements, universe.candidates(), "howdah.toml");
    const chosen = [...solution].map(([name, candidate]) => universe.offerOf(name, candidate));
    if (!(await universe.learn(chosen))) return await universe.resolution(chosen);
  }
}

/** The folders in the cache that hold the files of what was chosen. */
export async function extensionFolders(
  settings: ExtensionSettings,
  place: Place,
  database: string,
  items: Readonly<Record<string, LockedItem>>,
): Promise<Readonly<Record<string, string>>> {
  return (await resolveExtensions(settings, place, { locked: items, database })).folders;
}

/** Every extension that can be reached from what is asked for, with what is known of it so far. */
class Universe {
  readonly #settings: ExtensionSettings;
  readonly #place: Place;
  readonly #options: ResolveOptions;
  readonly #offers = new Map<string, readonly Offer[]>();
  /** What the control files of an offer say that it needs. */
  readonly #learned = new Map<Offer, ReadonlyMap<string, string>>();
  readonly #folders = new Map<Offer, string | undefined>();
  readonly #sealed = new Map<Offer, Offer["artifacts"]>();

  constructor(settings: ExtensionSettings, place: Place, options: ResolveOptions) {
    this.#settings = settings;
    this.#place = place;
    this.#options = options;
  }

  async reach(names: readonly string[], by?: string): Promise<void> {
    const queue = names.map((name) => ({ name, neededBy: by }));
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { name, neededBy } = next;
      if (this.#offers.has(name)) continue;
      assertExtensionName(name, { neededBy });
      const offers = await this.#find(name);
      this.#offers.set(name, offers);
      const needed = offers.flatMap((offer) => [...this.#requires(offer).keys()]);
      queue.push(...needed.map((each) => ({ name: each, neededBy: name })));
    }
  }

  candidates(): ReadonlyMap<string, readonly Candidate[]> {
    return new Map(
      [...this.#offers].map(([name, offers]) => [name, offers.map((offer) => this.#candidate(offer))] as const),
    );
  }

  offerOf(name: string, { version }: Candidate): Offer {
    const offer = this.#offers.get(name)?.find((each) => comparePackageVersions(each.version, version) === 0);
    if (offer === undefined) throw new Error(`${name} ${formatPackageVersion(version)} was never offered`);
    return offer;
  }

  /** Has the files of what was chosen; true where one of them needs something that was not known. */
  async learn(chosen: readonly Offer[]): Promise<boolean> {
    let isNew = false;
    for (const offer of chosen) {
      if (this.#folders.has(offer)) continue;
      const artifacts = (await offer.seal?.()) ?? offer.artifacts;
      this.#sealed.set(offer, artifacts);
      this.#folders.set(offer, await sourceOf(offer.source).install({ ...offer, artifacts }, this.#place));
      const { requires } = (await this.#controlOf(offer)) ?? { requires: [] };
      const known = this.#requires(offer);
      const unknown = requires.filter((name) => !known.has(name));
      if (unknown.length === 0) continue;
      this.#learned.set(offer, new Map([...known, ...unknown.map((name) => [name, "*"] as const)]));
      await this.reach(unknown, offer.name);
      isNew = true;
    }
    return isNew;
  }

  async resolution(chosen: readonly Offer[]): Promise<Resolution> {
    const items: Record<string, LockedItem> = {};
    const folders: Record<string, string> = {};
    for (const offer of chosen) {
      items[offer.name] = await this.#item(offer);
      const folder = this.#folders.get(offer);
      if (folder !== undefined) folders[offer.name] = folder;
    }
    return { items, folders };
  }

  async #item(offer: Offer): Promise<LockedItem> {
    const { name, text, source } = offer;
    const artifacts = this.#sealed.get(offer) ?? offer.artifacts;
    const entry = entryOf(name);
    const control = await this.#controlOf(offer);
    const elsewhere = this.#options.locked?.[name];
    const others = elsewhere?.version === text && elsewhere.source === source ? elsewhere.artifacts : [];
    const { platform: own } = this.#place;
    const settings = Object.entries(entry?.settings ?? {});
    return {
      request: this.#settings[name]?.version ?? "*",
      version: text,
      source,
      provides: control === undefined ? [] : [`${control.name} ${control.defaultVersion}`],
      requires: [...this.#requires(offer).keys()].toSorted(),
      preload: entry?.preload ?? offer.preload ?? [],
      settings: settings.map(([key, value]) => `${key}=${value}`),
      artifacts: [...artifacts, ...others.filter(({ platform }) => platform !== undefined && platform !== own)],
    };
  }

  async #controlOf(offer: Offer): Promise<Control | undefined> {
    const folder = this.#folders.get(offer);
    const controls =
      folder === undefined ? this.#place.contrib : await readControls(join(folder, "share", "extension"));
    return controls.find(({ name }) => name === offer.name);
  }

  #requires(offer: Offer): ReadonlyMap<string, string> {
    return this.#learned.get(offer) ?? offer.requires;
  }

  #candidate(offer: Offer): Candidate {
    const needs = [...this.#requires(offer)].map(([name, range]): [string, Requirement] => [
      name,
      parseRequirement(range),
    ]);
    return { version: offer.version, dependencies: new Map(needs) };
  }

  async #find(name: string): Promise<readonly Offer[]> {
    const request = this.#settings[name];
    const locked = this.#lockedOffer(name, request);
    if (locked !== undefined) return [locked];
    const tried: string[] = [];
    for (const source of sourcesFor(request)) {
      const offers = (await this.#ask(source, name, request, tried)).filter((offer) => isOldEnough(offer, this.#place));
      if (offers.length > 0) return newest(offers);
      if (!tried.some((text) => text.startsWith(source.name))) tried.push(source.name);
    }
    throw await unknownExtension(name, tried, this.#place);
  }

  /** PGXN is the last that is asked: where nobody else knew the name, its absence is told and not what counts. */
  async #ask(
    source: Source,
    name: string,
    request: ExtensionRequest | undefined,
    tried: string[],
  ): Promise<readonly Offer[]> {
    try {
      return await source.offers(name, this.#place, request);
    } catch (thrown) {
      const isAway = thrown instanceof AppError && ["WD351", "WD352", "WD355"].includes(thrown.code);
      if (!isAway || source.name !== "pgxn" || request?.source !== undefined) throw thrown;
      tried.push(`pgxn (${thrown.message})`);
      return [];
    }
  }

  /** The version that is locked, where it is one that is asked for and has a build for this platform. */
  #lockedOffer(name: string, request: ExtensionRequest | undefined): Offer | undefined {
    const item = this.#options.locked?.[name];
    if (item === undefined || this.#options.update?.includes(name) === true) return undefined;
    // What the server has is a fact of the server.
    if (item.source === "contrib" || item.source === "server") return undefined;
    // A folder is what it is now; a repository is asked again where another one, or another commit, is named.
    if (item.source.startsWith("build:path:")) return undefined;
    if (request?.from !== undefined && !isBuiltFrom(item.source, request.from)) return undefined;
    const version = readExtensionVersion(item.version);
    if (request !== undefined && !satisfies(version, requirementOf(request))) return undefined;
    if (!sourcesFor(request).some((source) => source === sourceOf(item.source))) return undefined;
    const { platform } = this.#place;
    if (!item.artifacts.some((artifact) => artifact.platform === undefined || artifact.platform === platform)) {
      return undefined;
    }
    const own = item.artifacts.filter((artifact) => (artifact.platform ?? platform) === platform);
    const requires = new Map(item.requires.map((each) => [each, "*"]));
    const { version: text, source, preload } = item;
    return { name, version, text, source, requires, preload, artifacts: own };
  }
}

/** Versions that are known not to work with this major are not offered. */
function isOldEnough({ name, version, source }: Offer, { installation: { major } }: Place): boolean {
  const first = entryOf(name)?.since?.[`${major}`];
  return (
    source.startsWith("build:") ||
    first === undefined ||
    comparePackageVersions(version, readExtensionVersion(first)) >= 0
  );
}

/** One offer a version: a mirror may have a package twice. */
function newest(offers: readonly Offer[]): readonly Offer[] {
  return [...Map.groupBy(offers, ({ version }) => formatPackageVersion(version)).values()].flatMap(([first]) =>
    first === undefined ? [] : [first],
  );
}
