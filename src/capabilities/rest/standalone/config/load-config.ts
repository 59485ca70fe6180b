import { readFileSync } from "node:fs";
import { AppError } from "../../../../errors/index.ts";
import type { Connection } from "../../../../postgres/index.ts";
import { parseConfigFile } from "./config-file.ts";
import { readDatabaseConfig } from "./database-config.ts";
import type { StandaloneConfig } from "./standalone-config.ts";
import { toConfig } from "./to-config.ts";
import { unknownSettings } from "./unknown-settings.ts";

/** Where the configuration is looked for. */
export interface ConfigPlaces {
  /** The file, null for none. */
  readonly path: string | null;
  readonly env: NodeJS.ProcessEnv;
}

/** A configuration, and what in it nobody knows. */
export interface LoadedConfig {
  readonly config: StandaloneConfig;
  readonly warnings: readonly string[];
}

/** What file and environment say. Throws WD630. */
export function loadConfig({ path, env }: ConfigPlaces): LoadedConfig {
  return load({ path, env }, new Map());
}

/** What file, environment and database say; asks `connection` only where db-config lets it. Throws WD630. */
export async function loadConfigFrom(places: ConfigPlaces, connection: Connection): Promise<LoadedConfig> {
  const loaded = loadConfig(places);
  const { readsConfig, preConfig } = loaded.config.database;
  return readsConfig ? load(places, await readDatabaseConfig(connection, preConfig)) : loaded;
}

function load({ path, env }: ConfigPlaces, database: ReadonlyMap<string, string>): LoadedConfig {
  const file = path === null ? new Map() : parseConfigFile(readText(path), env, path);
  const warnings = unknownSettings(file, env);
  return { config: toConfig({ database, env, file }, readText), warnings };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new AppError("WD630", "a file of the configuration can't be read", { detail, cause: error });
  }
}
