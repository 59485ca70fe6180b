import type { RequestContext, RequestQuery } from "../../../postgres/index.ts";
import type { MediaType } from "../request/media-type.ts";

/** One request as Postgres gets it: role and settings, then these queries, in one round trip and one transaction. */
export interface RestStatements {
  readonly context: RequestContext;
  /** The pre-request function, if there is one; its result is not read. */
  readonly before: readonly RequestQuery[];
  /**
   * Answers with one row, whose columns are those of `RestResult` in that order; with none where a function's only row
   * was filtered away. A plan (`mediaType`) answers with rows of one column, a line of text each.
   */
  readonly main: RequestQuery;
  /** In place of `main` where rows are passed on as they come: a line in each. */
  readonly streamed: RequestQuery | null;
  /**
   * EXPLAIN of the counting query, for count=planned, and for count=estimated, where `totalCount` is at most one more than
   * maxRows: beyond maxRows, or without such a limit, the larger of both is the estimate.
   */
  readonly plannedCount: RequestQuery | null;
  /** Of the body. */
  readonly mediaType: MediaType;
  /** Whether the row has `nextKey`. */
  readonly isPaged: boolean;
  /** "hex": the body is bytes, and comes as hexadecimal digits. */
  readonly bodyEncoding: "text" | "hex";
}

/** The one row of the main query. */
export interface RestResult {
  /** All rows that the filters let through, where a count was asked for. */
  readonly totalCount: number | null;
  /** Rows of this page, or rows that were written. */
  readonly pageCount: number;
  /** Key columns of the only inserted row as "id=eq.42", for Location; a JSON array of texts in SQL. */
  readonly location: readonly string[];
  /** As Postgres made it: passed on without being parsed. */
  readonly body: Buffer;
  /** The settings response.headers and response.status, as the request left them. */
  readonly responseHeaders: string | null;
  readonly responseStatus: string | null;
  /** Of an upsert: rows that were inserted rather than updated. */
  readonly insertedCount: number | null;
  /** Of a page by key: the keys of its last row, where there is another one behind it; else []. */
  readonly nextKey: readonly (string | null)[];
}
