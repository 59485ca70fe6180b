import type { Field, Filter, LogicTree, OrderTerm, SelectItem } from "./syntax.ts";
import type { MediaType } from "./media-type.ts";
import type { Payload } from "./payload.ts";
import type { Preferences } from "./preferences.ts";

/** What a request wants done, before anybody has looked at the catalog. */
export type RestAction =
  | { readonly kind: "read"; readonly relation: string; readonly headersOnly: boolean }
  | { readonly kind: "mutate"; readonly relation: string; readonly mutation: "insert" | "update" | "upsert" | "delete" }
  | { readonly kind: "call"; readonly routine: string; readonly method: "GET" | "HEAD" | "POST" }
  | { readonly kind: "inspect"; readonly description: Description; readonly headersOnly: boolean }
  | { readonly kind: "info"; readonly target: RestTarget };

/** What OPTIONS asks about. */
export type RestTarget =
  | { readonly kind: "relation"; readonly name: string }
  | { readonly kind: "routine"; readonly name: string }
  | { readonly kind: "root"; readonly description: Description };

/** The form of the API's description: Swagger 2.0 or OpenAPI 3.1. */
export type Description = "swagger" | "openapi";

/** Rows from `offset` on, `limit` of them at most; null: without end. */
export interface RowRange {
  readonly offset: number;
  readonly limit: number | null;
}

/** The path of an embedded resource: ["clients", "projects"] for clients.projects; [] is the resource itself. */
export type EmbedPath = readonly string[];

/** The query string, parsed. Each list keeps the order of the request. */
export interface QueryParameters {
  /** ?select=, [{ field *}] where it is missing. */
  readonly select: readonly SelectItem[];
  readonly filters: readonly { readonly path: EmbedPath; readonly filter: Filter }[];
  /** and=, or=, not.and=, not.or=. */
  readonly logic: readonly { readonly path: EmbedPath; readonly tree: LogicTree }[];
  readonly order: readonly { readonly path: EmbedPath; readonly terms: readonly OrderTerm[] }[];
  /** limit= and offset=; of the resource itself they are already met with the Range header in `RestRequest.range`. */
  readonly ranges: readonly { readonly path: EmbedPath; readonly range: RowRange }[];
  /** distinct=: all that is selected, or one row for each of these. */
  readonly distinct: readonly { readonly path: EmbedPath; readonly fields: "all" | readonly Field[] }[];
  /** after=: the page behind a cursor, or the first one for an empty text; null where there is none. */
  readonly after: string | null;
  /** match=: the columns by which rows of the body find theirs; "key" for the primary key. */
  readonly match: "key" | readonly string[] | null;
  /** ?columns=. */
  readonly columns: readonly string[] | null;
  /** ?on_conflict=. */
  readonly onConflict: readonly string[] | null;
  /** Arguments of a function called by GET: every parameter that has no operator, in order; names may repeat. */
  readonly arguments: readonly { readonly name: string; readonly value: string }[];
  /** The query string with its parameters sorted, for Content-Location; without "?". */
  readonly canonical: string;
  /** As it came, without "?" and without after=: what the link to the next page repeats; "" where there is no after=. */
  readonly repeated: string;
}

/** A request of the API as data: what was asked, nothing of how it will be done. */
export interface RestRequest {
  readonly action: RestAction;
  /** The exposed schema that it speaks to: the first, or what Accept-Profile or Content-Profile names. */
  readonly schema: string;
  /** True where a profile header named the schema, so that the response names it too. */
  readonly negotiatedByProfile: boolean;
  readonly method: string;
  /** As it came, below the mount, with a leading slash. */
  readonly path: string;
  readonly query: QueryParameters;
  readonly preferences: Preferences;
  /** Range and limit/offset of the resource itself, intersected. */
  readonly range: RowRange;
  /** Accepted media types, the most wanted first; never empty. */
  readonly accepts: readonly MediaType[];
  readonly contentType: MediaType;
  /** The body, where the action has one. */
  readonly payload: Payload | null;
  /** Lower-case names. */
  readonly headers: readonly (readonly [string, string])[];
  readonly cookies: readonly (readonly [string, string])[];
}
