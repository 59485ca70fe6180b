import { RestFailure } from "./rest-failure.ts";

/** PGRST000: no connection could be made. */
export function connectionFailure(details: string | null, cause?: unknown): RestFailure {
  const message = "Database connection error. Retrying the connection.";
  return new RestFailure(503, "PGRST000", message, { details, cause });
}

/** PGRST001: an open connection broke. */
export function clientFailure(details: string | null, cause?: unknown): RestFailure {
  return new RestFailure(503, "PGRST001", "Database client error. Retrying the connection.", { details, cause });
}

/** PGRST002: nothing is known of the database yet. */
export function noSchemaCache(): RestFailure {
  return new RestFailure(503, "PGRST002", "Could not query the database for the schema cache. Retrying.");
}

/** PGRST003: no connection became free in time. */
export function poolFailure(cause?: unknown): RestFailure {
  return new RestFailure(504, "PGRST003", "Timed out acquiring connection from connection pool.", { cause });
}

/** PGRSTX00: an error of the server's own. */
export function internalFailure(message: string, cause?: unknown): RestFailure {
  return new RestFailure(500, "PGRSTX00", message, { cause });
}
