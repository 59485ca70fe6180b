import { basename, resolve } from "node:path";
import { AppError, AppErrors, didYouMean } from "../errors/index.ts";
import { collectTable, throwProblems } from "./check-table.ts";
import type { Config, RawSettings } from "./config.ts";
import { checkEnvironment, splitEnvironments } from "./config-environments.ts";
import { configKeys } from "./config-keys.ts";
import { applyOverrides, readOverrides, type Overrides } from "./config-overrides.ts";
import { LocatedTable } from "./located-table.ts";
import { mergeTables, withoutPaths } from "./merge-tables.ts";
import { checkProjectName } from "./project-name.ts";
import { resolveReferences, type Environment } from "./reference.ts";
import type { Checked } from "./table-keys.ts";
import { toConfig } from "./to-config.ts";
import { readToml, type TomlTable } from "./toml.ts";
import type { Tree } from "./tree.ts";

/** The file's name in every project. */
export const configFile = "howdah.toml";

export interface ReadConfigOptions {
  /** Default: process.env; `projectEnvironment` adds the project's .env. */
  readonly env?: Environment | undefined;
  /** Whose [environments.NAME] applies; default: HOWDAH_ENV, then "development". */
  readonly environment?: string | undefined;
  /** The project's folder: its name is the default of `name`. */
  readonly folder?: string | undefined;
  /** Names of the built-in capabilities. Where the project adds none, any other table is reported at once. */
  readonly builtIn?: readonly string[] | undefined;
}

/**
 * howdah.toml checked as a whole, defaults filled in, secrets looked up.
 *
 * Environment: HOWDAH_DATABASE_URL, HOST and PORT override the file. Every environment's table is checked, but only
 * the active one's variables are looked up. Throws AppErrors with every problem (WD101 alone for bad syntax).
 */
export function readConfig(text: string, options: ReadConfigOptions = {}): Config {
  const env = options.env ?? process.env;
  const document = readToml(text, configFile);
  const problems: AppError[] = [];
  const reader = { text, problems, overrides: readOverrides(env, problems) };
  const { base, environments } = splitEnvironments(document, reader);
  const environment = options.environment || env["HOWDAH_ENV"] || "development";
  checkEnvironment(environment, environments, problems);
  const { draft, file, settings } = readEnvironment(base, environments.get(environment), { ...reader, options, env });
  for (const [other, overlay] of environments) {
    if (other !== environment) readEnvironment(base, overlay, { ...reader, options, env: undefined });
  }
  const name = draft.name ?? folderName(file, { text, problems, options });
  throwProblems(distinct(problems));
  // Nothing is left out of the draft: whatever is wrong has been thrown.
  const config = toConfig(draft as Checked<typeof configKeys>, reader.overrides.url);
  return applyOverrides({ name, ...config, settings, environment, file }, reader.overrides);
}

/** `readConfig` of the tree's howdah.toml. */
export async function readProjectConfig(tree: Tree, options: ReadConfigOptions = {}): Promise<Config> {
  return readConfig((await tree.read(configFile)).toString("utf8"), options);
}

/**
 * The second check, when the capabilities are loaded: throws AppErrors with WD102 for each table that is none of
 * theirs.
 */
export function unknownTables(config: Config, names: readonly string[]): void {
  throwProblems(tablesUnknownTo(config.settings, names));
}

interface Reader {
  readonly text: string;
  readonly problems: AppError[];
  readonly overrides: Overrides;
}

interface EnvironmentReader extends Reader {
  readonly options: ReadConfigOptions;
  /** Undefined for an environment that is checked, but not active. */
  readonly env: Environment | undefined;
}

/** What an environment comes to; with problems, the draft lacks what is wrong. */
interface EnvironmentDraft {
  readonly draft: Partial<Checked<typeof configKeys>>;
  readonly file: RawSettings;
  readonly settings: Readonly<Record<string, RawSettings>>;
}

function readEnvironment(base: TomlTable, overlay: TomlTable | undefined, reader: EnvironmentReader): EnvironmentDraft {
  const { text, problems, overrides, options } = reader;
  const merged = overlay === undefined ? base : mergeTables(base, overlay);
  const open = reader.env === undefined ? merged : withoutPaths(merged, overrides.paths);
  const table = resolveReferences(open, { environment: reader.env, source: text, problems });
  const file = new LocatedTable(table, { source: text, name: "" });
  const core = new LocatedTable(pick(table, isCore), { source: text, name: "" });
  const draft = collectTable(core, configKeys, problems);
  checkProvider(draft, file, reader);
  const settings = readSettings(table, reader);
  if (options.builtIn !== undefined && draft.capabilities?.length === 0) {
    problems.push(...tablesUnknownTo(settings, options.builtIn));
  }
  return { draft, file, settings };
}

function folderName(
  file: RawSettings,
  { options, problems, text }: Pick<EnvironmentReader, "options" | "problems" | "text">,
): string {
  const name = basename(resolve(options.folder ?? "."));
  const problem = checkProjectName(name);
  if (problem !== undefined && file.value["name"] === undefined) {
    problems.push(
      new AppError(
        "WD107",
        `the folder's name can't be the project's: ${problem.problem}, not ${JSON.stringify(name)}`,
        {
          position: { file: configFile, line: 1, column: 1 },
          source: text,
          hint: problem.hint?.replace("a valid one:", "add to howdah.toml:"),
        },
      ),
    );
  }
  return name;
}

function checkProvider(draft: Partial<Checked<typeof configKeys>>, file: RawSettings, reader: EnvironmentReader): void {
  const { provider, url } = draft.postgres ?? {};
  if (reader.env !== undefined && reader.overrides.url !== undefined) return;
  if (provider === "url" && url === undefined && !isGiven(file, "postgres", "url")) {
    reader.problems.push(
      new AppError("WD103", '"postgres.url" is missing: provider = "url" needs it', {
        position: file.position(["postgres", "provider"]),
        source: reader.text,
        hint: 'url = { env = "DATABASE_URL" } below it, or set HOWDAH_DATABASE_URL',
      }),
    );
  }
  if (provider !== undefined && provider !== "url" && url !== undefined) {
    reader.problems.push(
      new AppError("WD103", `"postgres.url" is not used by provider = "${provider}"`, {
        position: file.position(["postgres", "url"]),
        source: reader.text,
        hint: 'remove one of the two, or write provider = "url"',
      }),
    );
  }
}

function isGiven(file: RawSettings, table: string, key: string): boolean {
  const value = file.value[table];
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}

function readSettings(table: TomlTable, { text, problems, options }: EnvironmentReader): Record<string, RawSettings> {
  const settings: [string, RawSettings][] = [];
  for (const [name, { at, node }] of table.entries) {
    if (isCore(name)) continue;
    if (node.kind === "table") {
      settings.push([name, new LocatedTable({ ...node, at }, { source: text, name })]);
      continue;
    }
    problems.push(
      new AppError("WD102", `unknown key "${name}" in ${configFile}`, {
        position: at,
        source: text,
        hint: didYouMean(name, [...knownKeys, ...(options.builtIn ?? [])]) ?? `known keys: ${knownKeys.join(", ")}`,
      }),
    );
  }
  return Object.fromEntries(settings);
}

function tablesUnknownTo(settings: Readonly<Record<string, RawSettings>>, names: readonly string[]): AppError[] {
  const unknown = Object.entries(settings).filter(([name]) => !names.includes(name));
  return unknown.map(
    ([name, raw]) =>
      new AppError("WD102", `unknown table [${name}] in ${configFile}`, {
        position: raw.position([]),
        source: raw.source,
        hint:
          didYouMean(name, [...knownKeys, ...names]) ?? `if a capability reads it, name its package in capabilities`,
      }),
  );
}

const knownKeys: readonly string[] = [...Object.keys(configKeys), "environments"];

function isCore(name: string): boolean {
  return Object.hasOwn(configKeys, name);
}

function pick(table: TomlTable, wanted: (name: string) => boolean): TomlTable {
  return { ...table, entries: new Map([...table.entries].filter(([name]) => wanted(name))) };
}

/** What is wrong in the base is found once for each environment. */
function distinct(problems: readonly AppError[]): readonly AppError[] {
  const seen = new Map<string, AppError>();
  for (const problem of problems.flatMap((each) => (each instanceof AppErrors ? each.errors : [each]))) {
    const { line = 0, column = 0 } = problem.position ?? {};
    const key = `${line}:${column} ${problem.message}`;
    if (!seen.has(key)) seen.set(key, problem);
  }
  return [...seen.values()];
}
