import { AppError, codes, type CodeEntry, type PostgresFields } from "../../../errors/index.ts";
import { clientFailure, connectionFailure, internalFailure, poolFailure } from "./connection-failures.ts";
import { Refusal } from "../../../identity/index.ts";
import { identityFailure } from "./identity-failures.ts";
import { markedFailure } from "./marker.ts";
import { raisedFailure } from "./raise.ts";
import { RestFailure } from "./rest-failure.ts";
import { sqlstateStatus } from "./sqlstate-status.ts";

/**
 * Whatever was thrown while a request was answered, as the failure that its client sees.
 *
 * `authenticated` says whether the request came with a token: what the anonymous role may not do is a 401, and a 403
 * for everybody else.
 */
export function toFailure(thrown: unknown, authenticated: boolean): RestFailure {
  if (thrown instanceof RestFailure) return thrown;
  if (thrown instanceof Refusal) return identityFailure(thrown);
  if (!(thrown instanceof AppError)) {
    return internalFailure(thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
  if (thrown.postgres !== undefined && thrown.code !== "WD202") {
    return postgresFailure(thrown.postgres, ownMessage(thrown), authenticated, thrown);
  }
  return poolFailureOf(thrown);
}

/** What Postgres said: its message, detail and hint, unless it was told to answer something else. */
function postgresFailure(
  fields: PostgresFields,
  message: string,
  authenticated: boolean,
  cause: AppError,
): RestFailure {
  if (fields.sqlstate === "PGRST") return raisedFailure(message, fields.detail, cause);
  const marked = fields.sqlstate === "22P02" ? markedFailure(message) : null;
  if (marked !== null) return marked instanceof AppError ? ownFailure(marked) : marked;
  const status = sqlstateStatus(fields.sqlstate, message, authenticated);
  return new RestFailure(status, fields.sqlstate, message, {
    details: fields.detail,
    hint: fields.hint,
    headers: status === 401 ? [["WWW-Authenticate", "Bearer"]] : [],
    reason: /^PT\d+$/.test(fields.sqlstate) ? message : undefined,
    cause,
  });
}

/** Some errors have a message of howdah's around Postgres's own. */
function ownMessage(error: AppError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function poolFailureOf(error: AppError): RestFailure {
  switch (error.code) {
    case "WD201":
      return isLost(error)
        ? clientFailure(error.detail ?? null, error)
        : connectionFailure(error.detail ?? null, error);
    case "WD202":
      return connectionFailure(error.detail ?? null, error);
    case "WD205":
    case "WD206":
      return poolFailure(error);
    case "WD211":
      return new RestFailure(400, "22021", 'invalid byte sequence for encoding "UTF8": 0x00', { cause: error });
    default:
      return ownFailure(error);
  }
}

/** True where a connection broke that had been made. */
function isLost(error: AppError): boolean {
  const { cause } = error;
  // Who waited in vain is told why no connection could be made; several addresses fail only while one is made.
  if (cause instanceof AppError || cause instanceof AggregateError) return false;
  return !(
    cause instanceof Error &&
    "syscall" in cause &&
    (cause.syscall === "connect" || cause.syscall === "getaddrinfo")
  );
}

/** howdah's own: its code stays, so that `howdah explain` knows it. */
function ownFailure(error: AppError): RestFailure {
  const entry: CodeEntry = codes[error.code];
  const { message, detail: details, hint } = error;
  return new RestFailure(entry.status ?? 500, error.code, message, { details, hint, cause: error });
}
