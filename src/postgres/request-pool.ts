import type { Readable } from "node:stream";
import type { AppError } from "../errors/index.ts";

/** One statement of a request: prepared once a connection and role, parameters in text format. */
export interface RequestQuery {
  readonly text: string;
  readonly values: readonly (string | null)[];
  /**
   * "generic": planned once, not anew for the values of each call. For calls of functions, whose plan no value can make
   * better; what runs inside the function is planned as ever.
   */
  readonly plan?: "generic" | undefined;
}

/** What a request becomes inside Postgres, for the length of one transaction. */
export interface RequestContext {
  /** Never "none", which would mean the pool's login itself. */
  readonly role: string;
  /** Transaction-local settings, e.g. {"request.method": "GET", "request.jwt.claims": "{…}"}. */
  readonly settings: Readonly<Record<string, string>>;
  /** "read only" keeps GET pages from writing. */
  readonly accessMode?: "read write" | "read only" | undefined;
  /** The database's default unless said otherwise. */
  readonly isolation?: "repeatable read" | "serializable" | undefined;
  /** "rollback" undoes what was done, after deferred constraints were checked; "commit" unless said otherwise. */
  readonly end?: "commit" | "rollback" | undefined;
}

/** The rows of one statement as Postgres sent them: never parsed. */
export interface RawResult {
  readonly columns: readonly string[];
  /** One entry a row, one Buffer (text format, UTF-8) or null a column. */
  readonly rows: readonly (readonly (Buffer | null)[])[];
  /** Command tag, e.g. "SELECT 20", "INSERT 0 1". */
  readonly tag: string;
}

/** What the pool needs of an AbortSignal, so that whoever serves many requests may have something cheaper. */
export interface Departure {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export interface RunOptions {
  /** Whoever asked has gone: the request leaves the queue, or Postgres is asked to cancel it. */
  readonly signal?: Departure | undefined;
}

export interface StreamOptions extends RunOptions {
  /** Run ahead of it, in the same transaction; their rows are not passed on. */
  readonly before?: readonly RequestQuery[] | undefined;
}

/**
 * The pool that serves requests, connected as <db>_authenticator.
 *
 * `run` sends role, settings and all queries in one round trip and one transaction; it resolves only after
 * ReadyForQuery, and leaves nothing behind on the session. When Postgres is away it rejects within `acquireTimeoutMs`
 * with a code whose status is 503, and recovers by itself. A run that may write is never sent
 * twice where it may have been committed; one that only reads may run twice.
 *
 * Rejects with StatementError (WD203) for a query that Postgres refused, else with WD201, WD202, WD205 to WD213.
 */
export interface RequestPool {
  run(context: RequestContext, queries: readonly RequestQuery[], options?: RunOptions): Promise<readonly RawResult[]>;
  /**
   * The first column of each row, as bytes, while the rows arrive: for results too large to be held. Only for requests
   * that are read only, since rows are passed on ahead of the commit. Resolves with the first row; what fails later
   * destroys the stream. Postgres waits while the reader does, for 30 s at most.
   */
  stream(context: RequestContext, query: RequestQuery, options?: StreamOptions): Promise<Readable>;
  /** Connections open, in use (their cleanup included) and requests that wait: for /_ready, logs and tests. */
  readonly size: { readonly open: number; readonly busy: number; readonly waiting: number };
  /** Waits for what runs and waits, then closes every connection. */
  close(): Promise<void>;
}

export interface RequestPoolOptions {
  /** Connections at most. */
  readonly max: number;
  /** Connections kept open without work; 0 unless said otherwise. */
  readonly min?: number | undefined;
  /** How long a request waits for a connection. */
  readonly acquireTimeoutMs: number;
  /** How long opening a connection may take; 5 s unless said otherwise. */
  readonly connectTimeoutMs?: number | undefined;
  /** How long the statements of one request may take together; 0 for as long as they like. */
  readonly statementTimeoutMs: number;
  /** Requests that may wait at once, 1000 unless said otherwise; the next one is turned away with WD206. */
  readonly maxWaiting?: number | undefined;
  /** After so long without work a connection above `min` is closed; 30 s unless said otherwise. */
  readonly idleTimeoutMs?: number | undefined;
  /** A connection older than this is replaced once it is free; none unless said otherwise. */
  readonly maxLifetimeMs?: number | undefined;
  /**
   * Statements that a connection keeps prepared, 32 unless said otherwise; see cleanup.ts for what each costs. 0: each is
   * parsed and planned for the request that it belongs to.
   */
  readonly maxStatements?: number | undefined;
  /** Bytes of one request to Postgres, and of the rows that come back; 64 MiB unless said otherwise. */
  readonly maxBytes?: number | undefined;
  /**
   * The settings "name=value" that ALTER ROLE gave the login before there were requests; none unless said otherwise. A
   * connection that begins with others never serves: a request may have given them to the login. "any" leaves the
   * login's settings to whoever owns the database.
   */
  readonly roleSettings?: readonly string[] | "any" | undefined;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string | undefined;
  /** For logs; must not throw. */
  readonly onEvent?: ((event: PoolEvent) => void) | undefined;
}

/** What happens to the pool's connections. */
export type PoolEvent =
  | { readonly kind: "opened" }
  | { readonly kind: "closed"; readonly reason: string }
  | { readonly kind: "unreachable"; readonly error: AppError; readonly retryInMs: number };
