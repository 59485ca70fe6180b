import type { RequestContext, RequestQuery } from "../../../postgres/index.ts";
import type { MediaType } from "../request/media-type.ts";

/** One request as Postgres gets it: role and settings, then these queries, in one round trip and one transaction. */
export interface RestStatements {
  readonly context: RequestContext;
  /** The pre-request function, if there is one; its result is not read. */
  readonly before: readonly RequestQuery[];
  /** Answers with one row: see `RestResult`. */
  readonly main: RequestQuery;
  /** EXPLAIN of the counting query, for count=planned and count=estimated. */
  readonly plannedCount: RequestQuery | null;
  /** Of the body. */
  readonly mediaType: MediaType;
}

/** The one row of the main query. */
export interface RestResult {
  /** All rows that the filters let through, where a count was asked for. */
  readonly totalCount: number | null;
  /** Rows of this page, or rows that were written. */
  readonly pageCount: number;
  /** Key columns of an inserted row as "id=eq.42", for Location. */
  readonly location: readonly string[];
  /** As Postgres made it: passed on without being parsed. */
  readonly body: Buffer;
  /** The settings response.headers and response.status, as the request left them. */
  readonly responseHeaders: string | null;
  readonly responseStatus: string | null;
  /** Of an upsert: rows that were inserted rather than updated. */
  readonly insertedCount: number | null;
}
