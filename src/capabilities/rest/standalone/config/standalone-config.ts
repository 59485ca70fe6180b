import type { RestSettings } from "../../settings.ts";

export type LogLevel = "crit" | "error" | "warn" | "info" | "debug";

/** Where a server listens. */
export type ServerAddress =
  | { readonly kind: "port"; readonly host: string; readonly port: number }
  | { readonly kind: "socket"; readonly path: string; readonly mode: number };

/** All that PostgREST's configuration says, checked, with its defaults. */
export interface StandaloneConfig {
  readonly rest: RestSettings;
  readonly database: {
    /** As it was given: a URI, or libpq's `key=value` pairs; several hosts are several servers of one database. */
    readonly uri: string;
    readonly pool: number;
    readonly acquireTimeoutMs: number;
    readonly maxLifetimeMs: number;
    readonly idleTimeoutMs: number;
    /** False: the program ends when the connection to the database is lost. */
    readonly automaticRecovery: boolean;
    readonly preparedStatements: boolean;
    /** null: nobody listens. */
    readonly channel: string | null;
    readonly readsConfig: boolean;
    /** The function that sets pgrst.… ahead of reading them. */
    readonly preConfig: string | null;
  };
  readonly server: ServerAddress;
  /** Whether several processes may listen on the port. */
  readonly reusePort: boolean;
  readonly admin: ServerAddress | null;
  /** Longest body of a request that is read. */
  readonly maxBodyBytes: number;
  readonly log: { readonly level: LogLevel; readonly queries: boolean };
  /** As `--dump-config` prints it. */
  readonly text: string;
}
