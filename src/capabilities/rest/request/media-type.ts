/** A media type of a request or a response; parameters only where the API knows them. */
export type MediaType =
  | { readonly kind: "json" }
  | { readonly kind: "geojson" }
  | { readonly kind: "csv" }
  /** Rows as JSON, one a line. */
  | { readonly kind: "ndjson" }
  | { readonly kind: "plain" }
  | { readonly kind: "xml" }
  | { readonly kind: "openapi" }
  | { readonly kind: "form" }
  | { readonly kind: "octetStream" }
  | { readonly kind: "any" }
  /** application/vnd.pgrst.object: exactly one row, as an object. */
  | { readonly kind: "object"; readonly stripNulls: boolean }
  /** application/vnd.pgrst.array. */
  | { readonly kind: "array"; readonly stripNulls: boolean }
  /** application/vnd.pgrst.plan. */
  | {
      readonly kind: "plan";
      readonly format: "text" | "json";
      readonly of: MediaType;
      readonly options: readonly PlanOption[];
    }
  /** Any other: answered only where the database has a handler for it. */
  | { readonly kind: "other"; readonly name: string };

export type PlanOption = "analyze" | "verbose" | "settings" | "buffers" | "wal";
