import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { AppError, AppErrors, didYouMean, toAppError, type Position } from "../errors/index.ts";
import { configFile, configKeys, emptySettings, unknownTables, type Config } from "../project/index.ts";
import { capabilityProblems } from "./capability-shape.ts";
import type { Capability } from "./capability.ts";

/** A capability with its checked settings. */
export interface LoadedCapability {
  readonly capability: Capability;
  readonly settings: unknown;
}

/**
 * The capabilities of a project: the built-in ones, then those that howdah.toml names, each after what it needs.
 *
 * npm packages and paths are resolved from the project's folder. Each checks its table of howdah.toml. Throws
 * AppErrors with everything that is wrong: WD601 not found, WD602 not a capability, WD603 a name that is taken, WD604
 * a need that is not met, WD102 a table that nobody reads, and what the capabilities' own checks say.
 */
export async function loadCapabilities(
  config: Config,
  root: string,
  builtIn: readonly Capability[],
): Promise<readonly LoadedCapability[]> {
  const problems: AppError[] = [];
  const found: Found[] = builtIn.map((capability) => ({ capability, place: {} }));
  for (const [index, specifier] of config.capabilities.entries()) {
    const place = placeOf(config, index);
    const capability = await loadCapability(specifier, root, place).catch(addTo(problems));
    if (capability !== undefined) found.push({ capability, place });
  }
  throwAll(problems);
  const ordered = orderByNeeds(withoutDuplicates(found, problems), problems);
  const names = ordered.map(({ name }) => name);
  try {
    unknownTables(config, names);
  } catch (error) {
    problems.push(toAppError(error));
  }
  const loaded = ordered.map((capability) => ({ capability, settings: checkSettings(capability, config, problems) }));
  throwAll(problems);
  return loaded;
}

/** Where in howdah.toml a capability is named; nowhere for a built-in one. */
interface Place {
  readonly position?: Position | undefined;
  readonly source?: string | undefined;
}

interface Found {
  readonly capability: Capability;
  readonly place: Place;
}

function placeOf(config: Config, index: number): Place {
  const { file } = config;
  if (file === undefined) return {};
  const path = ["capabilities", String(index)];
  return { position: file.valuePosition?.(path) ?? file.position(path), source: file.source };
}

async function loadCapability(specifier: string, root: string, place: Place): Promise<Capability> {
  const entry = await findEntry(specifier, root);
  if (entry === undefined) {
    const isPath = specifier.startsWith(".");
    throw new AppError("WD601", `the capability "${specifier}" is not found`, {
      ...place,
      detail: `looked for from ${root}`,
      hint: isPath
        ? "the path is relative to howdah.toml"
        : `install it in the project: npm install ${packageOf(specifier)}`,
    });
  }
  const module = await importModule(specifier, entry, place);
  const value = module["capability"] ?? module["default"];
  const problems = capabilityProblems(value);
  if (problems.length === 0) return value as Capability;
  throw new AppError("WD602", `"${specifier}" is not a capability`, { ...place, detail: problems.join("\n") });
}

async function importModule(specifier: string, entry: string, place: Place): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(entry).href)) as Record<string, unknown>;
  } catch (error) {
    const isPackagedTypeScript = String(error).includes("node_modules") && /\.[cm]?ts$/.test(entry);
    throw new AppError("WD602", `the capability "${specifier}" can't be loaded`, {
      ...place,
      detail: error instanceof Error ? error.message : String(error),
      hint: isPackagedTypeScript
        ? "a package has to publish JavaScript: Node strips no types below node_modules"
        : undefined,
      cause: error,
    });
  }
}

/** The absolute file behind a specifier, by Node's rules for packages (manual: "Packages", exports and main). */
async function findEntry(specifier: string, root: string): Promise<string | undefined> {
  if (specifier.startsWith(".") || isAbsolute(specifier)) return entryOf(resolve(root, specifier), ".");
  const name = packageOf(specifier);
  const subpath = `.${specifier.slice(name.length)}`;
  for (const folder of createRequire(join(root, configFile)).resolve.paths(name) ?? []) {
    const entry = await entryOf(join(folder, name), subpath);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

async function entryOf(path: string, subpath: string): Promise<string | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return undefined;
  if (info.isFile()) return path;
  const manifest = await readManifest(path);
  const exported = manifest["exports"] === undefined ? undefined : target(manifest["exports"], subpath);
  const main = typeof manifest["main"] === "string" ? manifest["main"] : undefined;
  const inside = subpath === "." ? undefined : subpath;
  for (const candidate of [exported, inside, main, "index.ts", "index.js", "index.mjs"]) {
    if (candidate === undefined) continue;
    const file = join(path, candidate);
    if ((await stat(file).catch(() => undefined))?.isFile() === true) return file;
  }
  return undefined;
}

async function readManifest(folder: string): Promise<Record<string, unknown>> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => "{}");
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const conditions: ReadonlySet<string> = new Set(["node", "import", "module-sync", "default"]);

function target(exports: unknown, subpath: string): string | undefined {
  if (typeof exports === "string") return subpath === "." ? exports : undefined;
  if (typeof exports !== "object" || exports === null || Array.isArray(exports)) return undefined;
  const entries = Object.entries(exports);
  const bySubpath = entries.some(([key]) => key.startsWith("."));
  if (bySubpath) return condition(entries.find(([key]) => key === subpath)?.[1]);
  return subpath === "." ? condition(exports) : undefined;
}

function condition(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = conditions.has(key) ? condition(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function withoutDuplicates(found: readonly Found[], problems: AppError[]): readonly Found[] {
  const names = new Map<string, Found>();
  for (const each of found) {
    const { name } = each.capability;
    const taken = Object.hasOwn(configKeys, name) || name === "environments";
    if (!taken && !names.has(name)) names.set(name, each);
    else {
      const by = taken ? "a table of howdah's own" : "another capability";
      problems.push(new AppError("WD603", `the capability name "${name}" is taken by ${by}`, each.place));
    }
  }
  return [...names.values()];
}

/** Built-in ones keep their order as far as their needs allow it. */
function orderByNeeds(found: readonly Found[], problems: AppError[]): readonly Capability[] {
  const byName = new Map(found.map((each) => [each.capability.name, each]));
  const ordered = new Set<Capability>();
  const visit = ({ capability, place }: Found, trail: readonly string[]): void => {
    if (ordered.has(capability)) return;
    const { name } = capability;
    if (trail.includes(name)) {
      const circle = [...trail.slice(trail.indexOf(name)), name].join(" → ");
      problems.push(new AppError("WD604", `capabilities need each other in a circle: ${circle}`, place));
      return;
    }
    for (const need of capability.needs) {
      const needed = byName.get(need);
      if (needed !== undefined) visit(needed, [...trail, name]);
      else problems.push(unmet(name, need, { names: [...byName.keys()], place }));
    }
    ordered.add(capability);
  };
  for (const each of found) visit(each, []);
  return [...ordered];
}

function unmet(
  name: string,
  need: string,
  { names, place }: { readonly names: readonly string[]; readonly place: Place },
): AppError {
  return new AppError("WD604", `the capability "${name}" needs "${need}", which is not there`, {
    ...place,
    hint: didYouMean(need, names) ?? `name the package that brings "${need}" in capabilities`,
  });
}

function checkSettings(capability: Capability, config: Config, problems: AppError[]): unknown {
  try {
    return capability.settings(config.settings[capability.name] ?? emptySettings(capability.name));
  } catch (error) {
    problems.push(toAppError(error));
    return undefined;
  }
}

function addTo(problems: AppError[]): (error: unknown) => undefined {
  return (error) => {
    problems.push(toAppError(error));
  };
}

function throwAll(problems: readonly AppError[]): void {
  const all = problems.flatMap((each) => (each instanceof AppErrors ? each.errors : [each]));
  const [first, ...rest] = all;
  if (first !== undefined) throw new AppErrors([first, ...rest]);
}
