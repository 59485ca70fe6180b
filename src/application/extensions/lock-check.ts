import { AppError } from "../../errors/index.ts";
import { satisfies } from "../../resolve/index.ts";
import { isBuiltFrom, readExtensionVersion, requirementOf, type ExtensionSettings } from "../../capabilities/index.ts";
import { formatLock, type LockedItem } from "../../project/index.ts";

type Items = Readonly<Record<string, LockedItem>>;

/** Throws WD706 with all that is wrong with howdah.lock, if anything is. */
export function refuseStaleLock(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new AppError("WD706", "howdah.lock does not say what howdah.toml asks for", {
    detail: problems.join("\n"),
    hint: "run howdah lock where you develop, and commit howdah.lock: production takes what it says, and nothing else",
  });
}

/** As it would stand in howdah.lock, where the platforms have an order. */
function textOf(name: string, item: LockedItem | undefined): string | undefined {
  return item === undefined ? undefined : formatLock({ extensions: { [name]: item } });
}

/** What was found to be otherwise than howdah.lock says: a folder that has changed since. What the server has is left out. */
export function deviations(locked: Items, found: Items): readonly string[] {
  return Object.entries(found)
    .filter(([name, item]) => item.source !== "contrib" && textOf(name, item) !== textOf(name, locked[name]))
    .map(([name, { source }]) => `${name} is not what it was when it was locked: ${source}`);
}

/** In what howdah.lock does not answer [extensions] of howdah.toml: one line each; asks nobody. */
export function lockProblems(
  settings: ExtensionSettings,
  items: Readonly<Record<string, LockedItem>>,
  platform: string,
): readonly string[] {
  const asked = Object.values(settings).filter(({ source }) => source !== "server");
  const reached = reachable(
    asked.map(({ name }) => name),
    items,
  );
  return [
    ...asked.flatMap((request) => {
      const { name, version, source, from } = request;
      const item = items[name];
      if (item === undefined) return [`${name} is not in it`];
      const fits = satisfies(readExtensionVersion(item.version), requirementOf(request));
      if (!fits) return [`${name} ${item.version} is not ${version}`];
      if (item.request !== version) return [`${name} was locked for ${item.request}, howdah.toml asks for ${version}`];
      const isFrom = from === undefined || isBuiltFrom(item.source, from);
      return isFrom && (source === undefined || item.source.startsWith(source))
        ? []
        : [`${name} comes from ${item.source}`];
    }),
    ...[...reached]
      .filter((name) => items[name] === undefined && settings[name] === undefined)
      .map((name) => `${name} is needed and not in it`),
    ...Object.keys(items)
      .filter((name) => !reached.has(name))
      .map((name) => `${name} is not needed any more`),
    ...Object.entries(items).flatMap(([name, { source, artifacts }]) => {
      const isThere = artifacts.some((artifact) => artifact.platform === undefined || artifact.platform === platform);
      return source === "contrib" || isThere ? [] : [`${name} has nothing for ${platform}`];
    }),
  ];
}

/** What is asked for, and all that it needs. */
export function reachable(names: readonly string[], items: Readonly<Record<string, LockedItem>>): ReadonlySet<string> {
  const reached = new Set(names);
  for (const name of reached) for (const need of items[name]?.requires ?? []) reached.add(need);
  return reached;
}
