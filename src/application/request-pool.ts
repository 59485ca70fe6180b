import type { Log } from "../capability/index.ts";
import { createRequestPool, type PoolEvent, type RequestPool, type RequestPoolOptions } from "../postgres/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";

export interface PoolShare {
  /** Processes that divide the connections of howdah.toml among them. */
  readonly workers?: number | undefined;
}

/** The pool that serves a project's requests, with the limits of its howdah.toml. */
export function openRequestPool(
  project: Project,
  database: ProjectDatabase,
  { workers = 1, ...options }: Pick<RequestPoolOptions, "applicationName" | "onEvent"> & PoolShare,
): RequestPool {
  const { pool, acquireTimeoutMs, statementTimeoutMs } = project.config.server;
  const limits = { max: Math.max(1, Math.ceil(pool / workers)), acquireTimeoutMs, statementTimeoutMs };
  return createRequestPool(database.authenticator, { ...limits, roleSettings: database.roleSettings, ...options });
}

/** Says in the log when Postgres went away and when connections came back; the rest is for debugging. */
export function logPoolEvent(event: PoolEvent, log: Log): void {
  switch (event.kind) {
    case "unreachable":
      return log.warn({ code: event.error.code, retryInMs: event.retryInMs }, `Postgres can't be reached`);
    case "opened":
      return log.debug({}, "a connection to Postgres was opened");
    case "closed":
      return log.debug({ reason: event.reason }, "a connection to Postgres was closed");
    default:
      return event satisfies never;
  }
}
