import type { FileValue } from "./config-file.ts";
import { settingsList, type Setting, type SettingName } from "./settings-list.ts";

/** Where values come from, the strongest first: the database, the environment, the file. */
export interface ConfigSources {
  /** Names with underscores, as they stand behind pgrst. */
  readonly database: ReadonlyMap<string, string>;
  readonly env: NodeJS.ProcessEnv;
  readonly file: ReadonlyMap<string, FileValue>;
}

/** Reads settings by their names and older names. */
export class ValueSource {
  readonly #sources: ConfigSources;

  constructor(sources: ConfigSources) {
    this.#sources = sources;
  }

  /** null: it is not set, or set to nothing. */
  text(name: SettingName): string | null {
    for (const each of this.#names(name)) {
      const value = this.#raw(each);
      const text = value === undefined ? "" : toText(value);
      if (text !== "") return text;
    }
    return null;
  }

  /** As `text`, but set to nothing is "". */
  emptyableText(name: SettingName): string | null {
    const value = this.#raw(name);
    return value === undefined ? null : toText(value);
  }

  integer(name: SettingName): number | null {
    for (const each of this.#names(name)) {
      const value = this.#raw(each);
      const number = value === undefined ? null : toInteger(value);
      if (number !== null) return number;
    }
    return null;
  }

  boolean(name: SettingName): boolean | null {
    for (const each of this.#names(name)) {
      const value = this.#raw(each);
      const truth = value === undefined ? null : toBoolean(value);
      if (truth !== null) return truth;
    }
    return null;
  }

  #names(name: SettingName): readonly string[] {
    const setting: Setting | undefined = settingsList.find((each) => each.name === name);
    return [name, ...(setting?.aliases ?? [])];
  }

  #raw(name: string): FileValue | undefined {
    const { database, env, file } = this.#sources;
    const underscored = name.replaceAll("-", "_");
    return database.get(underscored) ?? env[`PGRST_${underscored.toUpperCase()}`] ?? file.get(name);
  }
}

/** The words that PostgREST's configuration has for a value that is no text. */
function toText(value: FileValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return `Bool ${value ? "True" : "False"}`;
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

function toInteger(value: FileValue): number | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : null;
  return typeof value === "string" && /^\s*-?\d+\s*$/.test(value) ? Number(value) : null;
}

/** Letters in any case; a number is true above 0. */
function toBoolean(value: FileValue): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return null;
  const word = value.replace(/[^\p{L}]/gu, "").toLowerCase();
  if (word === "true" || word === "false") return word === "true";
  const number = toInteger(value);
  return number === null ? null : number > 0;
}
