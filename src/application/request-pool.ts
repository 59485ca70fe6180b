import type { Log } from "../capability/index.ts";
import { createRequestPool, type PoolEvent, type RequestPool, type RequestPoolOptions } from "../postgres/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";

/** The pool that serves a project's requests, with the limits of its howdah.toml. */
export function openRequestPool(
  project: Project,
  database: ProjectDatabase,
  options: Pick<RequestPoolOptions, "applicationName" | "onEvent">,
): RequestPool {
  const { pool: max, acquireTimeoutMs, statementTimeoutMs } = project.config.server;
  const limits = { max, acquireTimeoutMs, statementTimeoutMs };
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
