import type { Position } from "../errors/index.ts";

/** howdah.toml, checked as a whole; every default filled in. */
export interface Config {
  readonly name: string;
  readonly postgres: PostgresConfig;
  readonly server: ServerConfig;
  readonly roles: RoleNames;
  readonly schema?: SchemaConfig | undefined;
  readonly worker?: WorkerConfig | undefined;
  /** By name. */
  readonly languages?: Readonly<Record<string, LanguageConfig>> | undefined;
  /** Names of npm packages (or paths from "./") that default-export or export `capability`, loaded after ours. */
  readonly capabilities: readonly string[];
  /** The raw tables of capabilities, by name: each capability checks its own through `settings(raw)`. */
  readonly settings: Readonly<Record<string, RawSettings>>;
  /** The environment whose overrides apply: HOWDAH_ENV, "development" without it. */
  readonly environment?: string | undefined;
  /** The whole file, for errors that point into it; absent where a Config is made by hand. */
  readonly file?: RawSettings | undefined;
}

export interface PostgresConfig {
  /** "18" or "17.10"; with provider "url" "", unless howdah.toml names one. */
  readonly version: string;
  readonly provider: "embedded" | "deb" | "system" | "url";
  /** With provider "url": postgres://…, from howdah.toml or HOWDAH_DATABASE_URL. A secret: never printed. */
  readonly url?: string | undefined;
  /** Debian suite and mirror in place of our defaults for the major, e.g. {suite: "trixie"}. */
  readonly deb?: DebConfig | undefined;
  /** Extra server settings, e.g. {shared_buffers: "256MB"}. */
  readonly settings: Readonly<Record<string, string>>;
}

/** How what schema/ declares is changed. */
export interface SchemaConfig {
  /** Rows from which on a table is changed online. */
  readonly onlineAbove: number;
  /** What the owner may not do is done as the role that has connected. */
  readonly asAdmin: boolean;
  /** How long the rows of what is dropped are kept: "30 days"; undefined: not at all. */
  readonly trash?: string | undefined;
}

/** The process that runs functions outside of the database. */
export interface WorkerConfig {
  /** Where it listens, and where the database reaches it; undefined: loopback, for a database on this machine. */
  readonly host?: string | undefined;
  /** 0: any free one. */
  readonly port: number;
  readonly timeoutMs: number;
  readonly runners: number;
  readonly python: string;
}

/** A language of functions/ that the project adds, or another way for one that howdah knows. */
export interface LanguageConfig {
  readonly suffix: string;
  readonly language: string;
}

export interface DebConfig {
  readonly suite?: string;
  readonly mirror?: string;
  /** Path of a key file, from the project's folder where it is relative. */
  readonly keyring?: string;
  /** Takes a Release file that is past its Valid-Until. */
  readonly acceptExpired: boolean;
}

export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  readonly maxBodyBytes: number;
  /** Host names and origins besides loopback that requests may carry. */
  readonly allowedHosts: readonly string[];
  /** Connections of the request pool. */
  readonly pool: number;
  /** Processes in production; 0: one a processor. */
  readonly workers: number;
  /** Milliseconds that a request may wait for Postgres before 503. */
  readonly acquireTimeoutMs: number;
  /** Milliseconds that the statements of one request may take together. */
  readonly statementTimeoutMs: number;
}

/** What each role is called; undefined owner, authenticator and service mean `<db>_owner` and so on. */
export interface RoleNames {
  readonly owner?: string | undefined;
  readonly authenticator?: string | undefined;
  readonly service?: string | undefined;
  readonly anon: string;
  readonly authenticated: string;
  readonly serviceRole: string;
}

/** A TOML table with the position of each key, so that a capability's own checks point into howdah.toml. */
export interface RawSettings {
  readonly value: Readonly<Record<string, unknown>>;
  /** Position of a key path below this table, e.g. ["limits", "maxBytes"]; of the table itself for []. */
  position(path: readonly string[]): Position;
  /** Text of howdah.toml, for code frames. */
  readonly source: string;
  /** Its key in howdah.toml, for messages: "pages"; "" for the whole file. */
  readonly name?: string;
  /** Position of the value behind a key path; array items by index, e.g. ["hosts", "0"]. */
  valuePosition?(path: readonly string[]): Position;
  /** True for a value that came from the environment: it is never printed. */
  isSecret?(path: readonly string[]): boolean;
}
