import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "../../../capability/index.ts";
import type { LogLevel } from "./config/index.ts";
import type { HttpServerOptions } from "./http-server.ts";

const statuses: Readonly<Record<LogLevel, number>> = { crit: Infinity, error: 500, warn: 400, info: 0, debug: 0 };

/** One line for each answer whose status the level asks for: method, path without its query string, status. */
export function requestLog(level: LogLevel, log: Log): HttpServerOptions["onAnswered"] {
  const from = statuses[level];
  if (from === Infinity) return undefined;
  return ({ method, url }: IncomingMessage, { statusCode: status }: ServerResponse) => {
    if (status < from) return;
    const path = (url ?? "/").split("?", 1)[0];
    log[status >= 500 ? "error" : "info"]({ method, path, status }, `${method} ${path} ${status}`);
  };
}
