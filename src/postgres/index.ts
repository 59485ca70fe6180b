export type { Connection, OpenedConnection, Notice, Transaction } from "./connection.ts";
export { connect } from "./connect.ts";
export { openConsole } from "./console-session.ts";
export type { ConsoleResult, ConsoleSession } from "./console-session.ts";
export type { ConnectOptions } from "./connect.ts";
export { StatementError } from "./driver-error.ts";
export { keepConnections } from "./kept-connections.ts";
export type { KeptConnections } from "./kept-connections.ts";
export { listen } from "./listen.ts";
export type { Listening, ListenOptions, Notification } from "./listen.ts";
export { quoteIdentifier, quoteLiteral } from "./quote.ts";
export { createRequestPool } from "./create-request-pool.ts";
export type {
  PoolEvent,
  RawResult,
  RequestContext,
  RequestPool,
  RequestPoolOptions,
  RequestQuery,
  Departure,
  RunOptions,
} from "./request-pool.ts";
export { releaseBytes, RowStream } from "./row-stream.ts";
export { sqlFiles } from "./sql-files.ts";
export { sql } from "./sql.ts";
export type { Sql } from "./sql.ts";
export type { Target } from "./target.ts";
export { formatUrl, parseUrl, targetEnv } from "./url.ts";
