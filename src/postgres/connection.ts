import type { Sql } from "./sql.ts";

/**
 * One session of Postgres, for DDL, background work and tests: not for requests, which run through a RequestPool.
 *
 * Every driver error arrives as an AppError with Postgres's own fields in `postgres`.
 */
export interface Connection extends AsyncDisposable {
  /** Runs one statement with its parameters; rows as objects keyed by column name. */
  query<Row extends object = Record<string, unknown>>(statement: Sql): Promise<readonly Row[]>;
  /** Runs static SQL text of one or many statements without parameters (the simple protocol). */
  execute(text: string): Promise<void>;
  /** BEGIN, `work`, COMMIT; ROLLBACK and rethrow when `work` fails. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Called for every NOTICE and WARNING that arrives on this session. */
  onNotice(listener: (notice: Notice) => void): void;
  /** Ends the session at once: a statement that still runs fails with WD201. */
  close(): Promise<void>;
}

/** A session that says whether it holds the process open; it does, unless told otherwise. */
export interface OpenedConnection extends Connection {
  ref(): void;
  unref(): void;
}

/** A Connection inside an open transaction. */
export interface Transaction {
  query<Row extends object = Record<string, unknown>>(statement: Sql): Promise<readonly Row[]>;
  execute(text: string): Promise<void>;
  /** SAVEPOINT, `work`, RELEASE; ROLLBACK TO and rethrow when `work` fails. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
}

export interface Notice {
  readonly severity: string;
  readonly sqlstate: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}
