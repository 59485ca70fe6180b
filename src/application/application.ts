import type { AppError } from "../errors/index.ts";
import type { Capability, Log } from "../capability/index.ts";
import type { Connection, Target } from "../postgres/index.ts";
import type { Config, Tree } from "../project/index.ts";
import type { DownloadProgress, Installation } from "../provision/index.ts";
import type { AssemblyReport, DatabaseRoles, ExpectedPlan } from "../schema/index.ts";

/** A project read and checked: nothing runs yet. */
export interface Project {
  /** Absolute folder of howdah.toml. */
  readonly root: string;
  readonly config: Config;
  readonly tree: Tree;
  readonly capabilities: readonly LoadedCapability[];
  /** Reads and checks it again, as it was opened; this one stays as it is. */
  reopen(): Promise<Project>;
}

/** A capability with its checked settings. */
export interface LoadedCapability {
  readonly capability: Capability;
  readonly settings: unknown;
}

/** How progress is told while a database is opened, and what ends it. */
export interface OpenDatabaseOptions {
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Told in words what happens: "provisioning PostgreSQL 18.4", "starting the cluster". */
  readonly onStep?: ((step: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The project's database, reachable: the cluster runs (or the url answers), database and roles exist. */
export interface ProjectDatabase extends AsyncDisposable {
  readonly version: string;
  readonly provider: "embedded" | "deb" | "system" | "url";
  /** The binaries of a cluster of ours, with the client programs they bring; undefined with provider url. */
  readonly installation?: Installation | undefined;
  readonly roles: DatabaseRoles;
  /** The role that started it: superuser of a cluster of ours, the user of the url otherwise. */
  readonly admin: Target;
  readonly authenticator: Target;
  readonly service: Target;
  /** The settings "name=value" that the authenticator's sessions begin with. */
  readonly roleSettings: readonly string[];
  /** True when another process had started the cluster. */
  readonly joined: boolean;
  /** What is weaker than it could be, e.g. a role of requests that may do more than serve them. */
  readonly warnings: readonly AppError[];
  /** A session that assembles: acts as the owner, fixed search_path and time zone. */
  connectOwner(): Promise<Connection>;
  /** What is closed ahead of it: servers that were started on its behalf. */
  readonly heldBeside?: AsyncDisposableStack | undefined;
  /** Gives the cluster back (it stops when nobody else holds it). */
  close(): Promise<void>;
}

/** How an assembly is done. */
export interface AssembleOptions {
  readonly mode: "development" | "production";
  readonly allowOutOfOrder?: boolean | undefined;
  readonly redoNewest?: boolean | undefined;
  /** Takes over a database that a project of another name has assembled; without it that is WD433. */
  readonly takeOver?: boolean | undefined;
  /** Loads seeds/ in development; default: unless the database is reached by a url. Never in production. */
  readonly seeds?: boolean | undefined;
  readonly log?: Log | undefined;
  /** A reviewed plan: exactly this is done, or nothing (WD464). */
  readonly expected?: ExpectedPlan | undefined;
  /** Looks at the database even where the files are as they were. */
  readonly compare?: boolean | undefined;
  /** For a plan: tries it out in a database of the same schema, and tells what it locks and for how long. */
  readonly forecast?: boolean | undefined;
  /** For a plan: the way back from what the files say to what the database is. */
  readonly reverse?: boolean | undefined;
  /** Told whom the assembly waits for, in one line. */
  readonly onWait?: ((text: string) => void) | undefined;
}

/** How a project is served. */
export interface ServeOptions {
  readonly mode: "development" | "production";
  /** Overrides of howdah.toml. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** With a taken port, take the next free one (development) instead of failing. */
  readonly nextFreePort?: boolean | undefined;
  /** What was wrong with the project's files before this start (development): browsers show it until it is mended. */
  readonly failed?: AppError | undefined;
  /** Not the one server of the project, as in a test or below a process that is; its database is known to be assembled. */
  readonly unlisted?: boolean | undefined;
  /** This is one of so many processes that share the port: it takes its part of the pool. */
  readonly workers?: number | undefined;
  readonly log?: Log | undefined;
}

/** A running server of a project. */
export interface Application extends AsyncDisposable {
  /** http://127.0.0.1:8080 */
  readonly url: string;
  readonly port: number;
  readonly project: Project;
  /** Told after each reassembly of a watching application: what an error was (of howdah.toml too), or that all is well. */
  onAssembled(listener: (result: AssemblyReport | AppError) => void): void;
  /** Finishes what is in flight, then closes pools; the database stays for its owner to close. */
  close(): Promise<void>;
}
