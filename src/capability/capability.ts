import type { FastifyPluginAsync } from "fastify";
import type { AppError } from "../errors/index.ts";
import type { Connection, RequestPool, Transaction } from "../postgres/index.ts";
import type { Config, RawSettings, Tree } from "../project/index.ts";

/** What a capability is given: the database as it may use it, the project's files, its own checked settings. */
export interface App<Settings = unknown> {
  readonly config: Config;
  readonly settings: Settings;
  readonly tree: Tree;
  /** "development" shows errors in the browser and reloads; "production" gives no detail to strangers. */
  readonly mode: "development" | "production";
  /** Requests, as <db>_authenticator. */
  readonly requests: RequestPool;
  /** A session of background work, as <db>_service; the caller closes it. */
  connect(): Promise<Connection>;
  /**
   * LISTENs on channels, as <db>_service, until the signal aborts: over breaks, whose end is told like a notification.
   * Never rejects.
   */
  listen(channels: readonly string[], onNotification: () => void, signal: AbortSignal): Promise<void>;
  readonly log: Log;
  /** Told after each assembly and each change of files; see AppEvent. */
  on(listener: (event: AppEvent) => void): () => void;
}

/** What happens to a running application; capabilities drop caches, the development socket tells browsers. */
export type AppEvent =
  | { readonly kind: "assembled"; readonly paths: readonly string[] }
  | { readonly kind: "changed"; readonly paths: readonly string[] }
  | { readonly kind: "failed"; readonly error: AppError };

/** Structured logging, as pino's: fields first. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

/** What a capability needs of the server that Postgres runs as; only for a cluster of ours. */
export interface ClusterNeeds {
  readonly preload?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}

/** One thing that `howdah doctor` found. */
export interface Finding {
  readonly kind: "ok" | "warning" | "problem";
  readonly name: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Repairs it, where it can be repaired: `howdah doctor --fix`. */
  readonly fix?: (() => Promise<void>) | undefined;
}

/** One thing that the `assemble` of a capability would do. */
export interface Foreseen {
  /** "deploy". */
  readonly verb: string;
  /** "package price 1.1.0". */
  readonly object: string;
  readonly file: string;
  /** What that comes down to, a line each. */
  readonly lines: readonly string[];
}

/** A command as `howdah --help` lists it; its module is loaded when it is called. */
export interface CapabilityCommand {
  readonly name: string;
  readonly summary: string;
  load(): Promise<CommandModule>;
}

/** A command of a capability: receives what stands behind its name on the command line, returns the exit code. */
export interface CommandModule {
  run(args: readonly string[], context: { readonly root: string; readonly json: boolean }): Promise<number>;
}

/** THE CONTRACT: everything that howdah can do beyond its core is a value of this type. See ARCHITECTURE.md. */
export interface Capability<Settings = unknown> {
  /** Its key in howdah.toml. */
  readonly name: string;
  /** Names of capabilities that are installed before it. */
  readonly needs: readonly string[];
  /** The SQL schema it owns, if it installs anything. */
  readonly schema?: string;
  /** The folder of its migration line: 001_….sql, …, and routines.sql. */
  readonly sql?: URL;
  /** Raw table → checked settings with defaults; throws an AppError that points into howdah.toml. */
  settings(raw: RawSettings): Settings;
  cluster?(settings: Settings): ClusterNeeds;
  /** Ahead of the project's SQL. */
  before?(app: AssemblyApp<Settings>, tree: Tree): Promise<void>;
  /** Its files → its tables, inside the transaction of the assembly. */
  assemble?(app: AssemblyApp<Settings>, tree: Tree, tx: Transaction): Promise<void>;
  /** What `assemble` would do, for a plan, in a transaction that is rolled back. Fetches at most; throws what is in the way. */
  foresee?(app: AssemblyApp<Settings>, tree: Tree, tx: Transaction): Promise<readonly Foreseen[]>;
  /**
   * Development: throws an AppError, or AppErrors, with all that is wrong with the files that it serves. Called at the
   * start and after each change; what it throws is told as errors of the assembly are, until it throws no more.
   */
  verify?(app: AssemblyApp<Settings>, tree: Tree): Promise<void>;
  /** Behind an assembly, as the owner: what is worth knowing of the database as it is now, and stops nothing. */
  review?(app: AssemblyApp<Settings>, connection: Pick<Connection, "query">): Promise<readonly AppError[]>;
  /** Where its routes live, e.g. /rest/v1; "" for the root. */
  readonly mount?: string;
  routes?(app: App<Settings>): FastifyPluginAsync;
  readonly commands?: readonly CapabilityCommand[];
  /** Background work; ready when resolved, ends when the signal aborts. */
  start?(app: App<Settings>, signal: AbortSignal): Promise<void>;
  checks?(app: App<Settings>): AsyncIterable<Finding>;
}

/** What a capability sees while the project is assembled or verified: no server, no request pool. */
export interface AssemblyApp<Settings = unknown> {
  readonly config: Config;
  readonly settings: Settings;
  readonly mode: "development" | "production";
  readonly log: Log;
}
