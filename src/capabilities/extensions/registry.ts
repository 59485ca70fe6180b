import { readFileSync } from "node:fs";

/** What is known of an extension beside its own control file: a row of registry/extensions.json. */
export interface RegistryEntry {
  /** What it is for, in a few words. */
  readonly summary: string;
  /** Debian's name for it, behind postgresql-MAJOR-. */
  readonly deb?: string;
  /** Its distribution on PGXN. */
  readonly pgxn?: string;
  readonly git?: string;
  /** Libraries that the server loads at its start. */
  readonly preload?: readonly string[];
  /** Settings of the server; "{database}" stands for the project's. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Extensions that it needs and its control file does not name. */
  readonly requires?: readonly string[];
  /** First version that works with a major. */
  readonly since?: Readonly<Record<string, string>>;
  /** It can be created in one database of a cluster only: not where schema/ is tried out. */
  readonly oneDatabase?: boolean;
  /** Its update has to be the first command of a session. */
  readonly updateAlone?: boolean;
  /** Arguments for make. */
  readonly make?: readonly string[];
}

/** By the name that `create extension` takes. */
export const registry: Readonly<Record<string, RegistryEntry>> = JSON.parse(
  readFileSync(new URL("./registry/extensions.json", import.meta.url), "utf8"),
) as Record<string, RegistryEntry>;

/** Names by which people know extensions that are called otherwise. */
const aliases: Readonly<Record<string, string>> = {
  pgvector: "vector",
  cron: "pg_cron",
  pgcron: "pg_cron",
  "pg-cron": "pg_cron",
  uuidv7: "pg_uuidv7",
  pghttp: "http",
  "pgsql-http": "http",
  "apache-age": "age",
  timescale: "timescaledb",
  ivm: "pg_ivm",
  partman: "pg_partman",
  repack: "pg_repack",
  "plpgsql-check": "plpgsql_check",
  roaringbitmap: "roaringbitmap",
  plpython: "plpython3u",
};

/** The name that `create extension` takes. */
export function extensionName(name: string): string {
  return aliases[name.toLowerCase()] ?? name;
}

/** What the registry says of an extension. */
export function entryOf(name: string): RegistryEntry | undefined {
  return Object.hasOwn(registry, name) ? registry[name] : undefined;
}
