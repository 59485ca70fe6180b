import {
  entryOf,
  extensionName,
  extensionPlatform,
  readExtensionVersion,
  registry,
  requirementOf,
  sources,
  sourceOfRequest,
  type Place,
} from "../../capabilities/index.ts";
import { AppError, didYouMean } from "../../errors/index.ts";
import { readLock, type LockedItem } from "../../project/index.ts";
import { providerFor } from "../../provision/index.ts";
import { comparePackageVersions, majorOf, satisfies } from "../../resolve/index.ts";
import type { OpenDatabaseOptions, Project } from "../application.ts";
import { ensureInstallation } from "../installation.ts";
import { placeOf } from "./equip.ts";
import { lockProblems, refuseStaleLock } from "./lock-check.ts";
import { extensionsOf } from "./settings-of.ts";

/** One extension of a project, with those that it needs. */
export interface ExtensionNode {
  readonly name: string;
  readonly version: string | null;
  readonly source: string;
  readonly requires: readonly ExtensionNode[];
}

/** What a project has, from howdah.toml and howdah.lock alone. */
export async function extensionTree(project: Project): Promise<readonly ExtensionNode[]> {
  const items = await itemsOf(project);
  const settings = extensionsOf(project);
  return Object.keys(settings)
    .toSorted()
    .map((name) => node(name, items, settings[name]?.source ?? "not locked", []));
}

function node(
  name: string,
  items: Readonly<Record<string, LockedItem>>,
  otherwise: string,
  trail: readonly string[],
): ExtensionNode {
  const item = items[name];
  const needs = trail.includes(name) ? [] : (item?.requires ?? []);
  return {
    name,
    version: item?.version ?? null,
    source: item?.source ?? otherwise,
    requires: needs.map((need) => node(need, items, "not locked", [...trail, name])),
  };
}

/** Chains from what howdah.toml names to this extension. Throws WD715 where the project does not have it. */
export async function whyExtension(project: Project, given: string): Promise<readonly (readonly string[])[]> {
  const name = extensionName(given);
  const items = await itemsOf(project);
  const roots = Object.keys(extensionsOf(project)).toSorted();
  const chains = roots.flatMap((root) => chainsTo(name, [root], items));
  if (chains.length > 0) return chains;
  throw new AppError("WD715", `the project does not have the extension ${name}`, {
    hint: didYouMean(name, [...roots, ...Object.keys(items)]),
  });
}

function chainsTo(
  name: string,
  chain: readonly string[],
  items: Readonly<Record<string, LockedItem>>,
): readonly (readonly string[])[] {
  const last = chain.at(-1) ?? "";
  if (last === name) return [chain];
  const needs = (items[last]?.requires ?? []).filter((need) => !chain.includes(need));
  return needs.flatMap((need) => chainsTo(name, [...chain, need], items));
}

/** Throws WD706 where howdah.lock does not answer howdah.toml; changes nothing, asks nobody. */
export async function checkExtensionsLock(project: Project): Promise<readonly string[]> {
  const items = await itemsOf(project);
  const { provider, version } = project.config.postgres;
  if (provider === "url") return Object.keys(items);
  refuseStaleLock(lockProblems(extensionsOf(project), items, extensionPlatform(provider, majorOf(version))));
  return Object.keys(items);
}

/** A version that is newer than the locked one. */
export interface OutdatedExtension {
  readonly name: string;
  readonly locked: string;
  /** The newest that howdah.toml allows. */
  readonly wanted: string;
  readonly newest: string;
}

/** Extensions of which a newer version is there; asks their sources. */
export async function outdatedExtensions(
  project: Project,
  options: OpenDatabaseOptions,
): Promise<readonly OutdatedExtension[]> {
  const items = await itemsOf(project);
  const settings = extensionsOf(project);
  const place = await placeOfProject(project, options);
  if (place === undefined) return [];
  const found = await Promise.all(
    Object.entries(items).map(async ([name, item]) => {
      const offers = (await sourceOfRequest(item.source).offers(name, place, settings[name])).toSorted((left, right) =>
        comparePackageVersions(left.version, right.version),
      );
      const range = requirementOf(settings[name] ?? { version: "*" });
      const wanted = offers.findLast(({ version }) => satisfies(version, range));
      const [newest, locked] = [offers.at(-1), readExtensionVersion(item.version)];
      if (newest === undefined || comparePackageVersions(newest.version, locked) <= 0) return [];
      return [{ name, locked: item.version, wanted: wanted?.text ?? item.version, newest: newest.text }];
    }),
  );
  return found.flat();
}

/** An extension that could be added. */
export interface FoundExtension {
  readonly name: string;
  readonly summary: string;
  /** Undefined where it is known and not there for this server. */
  readonly version: string | undefined;
  readonly source: string | undefined;
}

const shown = 40;

/** Extensions whose name or summary has all the words, with what is there for the project's server. */
export async function searchExtensions(
  project: Project,
  words: readonly string[],
  options: OpenDatabaseOptions,
): Promise<readonly FoundExtension[]> {
  const place = await placeOfProject(project, options);
  const summaries = new Map(Object.entries(registry).map(([name, { summary }]) => [name, summary]));
  for (const { name, comment } of place?.contrib ?? []) if (!summaries.has(name)) summaries.set(name, comment);
  const names = place === undefined ? [] : await Promise.all(sources.map(async (source) => source.names(place)));
  for (const name of names.flat()) if (!summaries.has(name)) summaries.set(name, "");
  const asked = words.map((word) => word.toLowerCase());
  const hits = [...summaries]
    .filter(([name, summary]) =>
      asked.every((word) => `${name} ${entryOf(name)?.deb ?? ""} ${summary}`.toLowerCase().includes(word)),
    )
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .slice(0, shown);
  return await Promise.all(hits.map(async ([name, summary]) => ({ name, summary, ...(await offerOf(name, place)) })));
}

async function offerOf(name: string, place: Place | undefined): Promise<Pick<FoundExtension, "version" | "source">> {
  for (const source of place === undefined ? [] : sources) {
    if (source.name === "pgxn" || source.name === "build" || place === undefined) continue;
    const offers = (await source.offers(name, place)).toSorted((left, right) =>
      comparePackageVersions(left.version, right.version),
    );
    const newest = offers.at(-1);
    if (newest !== undefined) return { version: newest.text, source: source.name };
  }
  return { version: undefined, source: undefined };
}

async function placeOfProject(project: Project, options: OpenDatabaseOptions): Promise<Place | undefined> {
  const provider = providerFor(project.config.postgres);
  if (provider === undefined) return undefined;
  const { installation } = await ensureInstallation(project, provider, options);
  return await placeOf(project, installation, options);
}

async function itemsOf(project: Project): Promise<Readonly<Record<string, LockedItem>>> {
  return (await readLock(project.root))?.extensions ?? {};
}
