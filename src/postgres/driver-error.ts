import pg from "pg";
import { AppError, toAppError, type Position, type PostgresFields } from "../errors/index.ts";
import type { Target } from "./target.ts";

/** Where in the user's files a failure arose. */
export interface StatementPlace {
  readonly position: Position;
  readonly source?: string | undefined;
  /** A line more for the detail. */
  readonly note?: string | undefined;
}

/** A statement's own failure carries where Postgres saw it: `offset` counts characters of the statement from 1. */
export class StatementError extends AppError {
  readonly offset: number | undefined;
  /** The failing text inside a function, and the offset in it (PostgreSQL's internal query and position). */
  readonly internal: { readonly query: string; readonly offset: number } | undefined;
  /** In a request: which of its queries failed, counted from 0; absent when the commit failed. */
  readonly index: number | undefined;

  constructor(error: pg.DatabaseError, index?: number, place?: StatementPlace) {
    const { note, ...at } = place ?? {};
    super("WD203", error.message, {
      detail: note === undefined ? error.detail : [...(error.detail ? [error.detail] : []), note].join("\n"),
      hint: error.hint,
      postgres: postgresFields(error),
      cause: error,
      ...at,
    });
    this.offset = error.position === undefined ? undefined : Number(error.position);
    this.internal =
      error.internalQuery === undefined
        ? undefined
        : { query: error.internalQuery, offset: Number(error.internalPosition ?? 1) };
    this.index = index;
  }

  /** The same failure at the place in the user's files where it arose. */
  at(place: StatementPlace): StatementError {
    return this.cause instanceof pg.DatabaseError ? new StatementError(this.cause, this.index, place) : this;
  }
}

/** What the driver threw, as an AppError: once, here. */
export function fromDriver(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof pg.DatabaseError) return endsSession(thrown) ? unreachable(thrown) : new StatementError(thrown);
  return isNetwork(thrown) ? unreachable(thrown) : toAppError(thrown);
}

/** What connecting threw: WD201 when nobody answered or the server is only starting, WD202 when it said no. */
export function fromConnecting(thrown: unknown, target: Target): AppError {
  if (thrown instanceof AppError) return thrown;
  const place = `${target.user}@${target.host}:${target.port}/${target.database}`;
  if (thrown instanceof pg.DatabaseError) {
    if (endsSession(thrown)) return unreachable(thrown, place);
    const details = { detail: `${thrown.message} (${place})`, hint: thrown.hint, postgres: postgresFields(thrown) };
    return new AppError("WD202", "Postgres refuses the connection", { ...details, cause: thrown });
  }
  if (isNetwork(thrown)) return unreachable(thrown, place);
  // What is left are TLS and login: a certificate that proves nothing, a password that is missing.
  const details = { detail: `${explain(thrown)} (${place})`, cause: thrown };
  return new AppError("WD202", "Postgres refuses the connection", details);
}

/** WD201: the connection could not be made, or broke. */
export function unreachable(cause: unknown, place?: string): AppError {
  const detail = place === undefined ? explain(cause) : `${explain(cause)} (${place})`;
  const postgres = cause instanceof pg.DatabaseError ? { postgres: postgresFields(cause) } : {};
  return new AppError("WD201", "Postgres can't be reached", { detail, cause, ...postgres });
}

/** Postgres's own fields, those that are there. */
export function postgresFields(error: pg.DatabaseError): PostgresFields {
  return {
    sqlstate: error.code ?? "XX000",
    ...(error.severity === undefined ? {} : { severity: error.severity }),
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.where === undefined ? {} : { where: error.where }),
    ...(error.schema === undefined ? {} : { schema: error.schema }),
    ...(error.table === undefined ? {} : { table: error.table }),
    ...(error.column === undefined ? {} : { column: error.column }),
    ...(error.dataType === undefined ? {} : { dataType: error.dataType }),
    ...(error.constraint === undefined ? {} : { constraint: error.constraint }),
  };
}

/** Shutdown, crash, still starting, dropped database, idle timeouts, broken protocol: the session is gone or never was. */
export function endsSession(error: pg.DatabaseError): boolean {
  return /^(57P0[1-5]|08...|25P0[34])$/.test(error.code ?? "");
}

/** What Postgres says ahead of closing the session; undefined for any other error. */
export function farewellOf(error: pg.DatabaseError): string | undefined {
  return endsSession(error) ? error.message : undefined;
}

/** System errors (ECONNREFUSED, ENOENT of a socket) and the driver's own words for a connection that ended. */
function isNetwork(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if ("syscall" in thrown || ("errors" in thrown && thrown.name === "AggregateError")) return true;
  if ("code" in thrown && /^(E[A-Z]+|ERR_STREAM_.*|ERR_SOCKET_.*)$/.test(String(thrown.code))) return true;
  return /^(Connection terminated|timeout expired|Client (was closed|has encountered))/.test(thrown.message);
}

function explain(thrown: unknown): string {
  // A name with several addresses fails as an AggregateError whose own message is empty.
  if (thrown instanceof AggregateError) return thrown.errors.map((error) => explain(error)).join("; ");
  return thrown instanceof Error ? thrown.message : String(thrown);
}
