/**
 * What the API does, whichever way it is configured: [rest] in howdah.toml, or PostgREST's own names
 * (postgrest.conf, PGRST_* in the environment) for `howdah rest`.
 */
export interface RestSettings {
  /** Exposed schemas; the first is the one that a request without a profile speaks to. */
  readonly schemas: readonly string[];
  /** Further schemas of the search_path, behind the one of the request. */
  readonly extraSearchPath: readonly string[];
  /** What requests without a token become; null: they are refused. */
  readonly anonRole: string | null;
  readonly maxRows: number | null;
  /** How a transaction ends, and whether Prefer: tx= may say otherwise. */
  readonly transactionEnd: "commit" | "commit-allow-override" | "rollback" | "rollback-allow-override";
  /** A function, as it is written in the setting, called ahead of each request. */
  readonly preRequest: string | null;
  /** A function that answers the root instead of the description. */
  readonly rootSpec: string | null;
  readonly aggregatesEnabled: boolean;
  readonly planEnabled: boolean;
  readonly timezoneEnabled: boolean;
  /** Settings of functions that are raised to the transaction. */
  readonly hoistedSettings: readonly string[];
  /** Further settings of every transaction: `app.settings.…` and their values. */
  readonly appSettings: readonly (readonly [name: string, value: string])[];
  readonly openApi: {
    readonly mode: "follow-privileges" | "ignore-privileges" | "disabled";
    readonly securityActive: boolean;
    readonly serverProxyUri: string | null;
    /** Whether it is there as OpenAPI 3.1 too, at openapi.json, with a page that shows it, at openapi.html. */
    readonly isPublished: boolean;
    /** Where the server listens, for the description; without it, what requests call it. */
    readonly address?: { readonly host: string; readonly port: number } | undefined;
    /** Where the API is mounted, "/" unless said otherwise. */
    readonly basePath?: string | undefined;
  };
  readonly jwt: {
    /** A secret, a JWK or a JWKS as JSON, or the address of a JWKS; null: tokens are refused. */
    readonly secret: string | null;
    readonly secretIsBase64: boolean;
    readonly audience: string | null;
    /** A path into the claims, ".role" unless said otherwise. */
    readonly roleClaimKey: string;
    /** Verified tokens kept; 0 for none. */
    readonly cacheMaxEntries: number;
  };
  readonly corsAllowedOrigins: readonly string[] | null;
  readonly serverTimingEnabled: boolean;
  /** A request header that the response repeats. */
  readonly traceHeader: string | null;
  readonly clientErrorVerbosity: "verbose" | "minimal";
  /** What PostgREST does not have, and what is off unless it is switched on. */
  readonly beyond: BeyondSettings;
  /** True: filters and orders may name an embedded resource that has an alias, with a warning in the response. */
  readonly legacyTargetNames: boolean;
}

/** What of query strings is heard that PostgREST refuses. */
export interface QuerySettings {
  /** `after=`: pages by key. */
  readonly keyset: boolean;
  /** `distinct=`. */
  readonly distinct: boolean;
  /** `order=column.op(<->)."value"`. */
  readonly orderByOperator: boolean;
  /** `match=`: PATCH with values of each row. */
  readonly bulkUpdate: boolean;
}

/** Switches and limits; `howdah rest` has them by names of our own (see settings-list.ts). */
export interface BeyondSettings extends QuerySettings {
  /** Rows may be asked for as application/x-ndjson, and are streamed. */
  readonly ndjson: boolean;
  /** `*` stands for the columns that the role may read, where it may not read all. */
  readonly permittedColumns: boolean;
  /** Requests of one batch at most; 0 where there are no batches. */
  readonly batchRequests: number;
  /** GET has an ETag and hears If-None-Match; PATCH, PUT and DELETE hear If-Match. */
  readonly etags: boolean;
  /** Answers of so many bytes are compressed where the client takes it; null: none is. */
  readonly compressFromBytes: number | null;
  /** By role. */
  readonly limits: Readonly<Record<string, RoleLimits>>;
}

/** What one role may ask for. */
export interface RoleLimits {
  /** Requests in a window; null: as many as they like. */
  readonly requests: number | null;
  readonly windowMs: number;
  /** Whose requests are counted together: one subject's (without a token, one address's), or those of the role. */
  readonly per: "subject" | "role";
  /** Rows of one answer, where that is less than `maxRows`. */
  readonly maxRows: number | null;
}

/** As PostgREST is. */
export const nothingBeyond: BeyondSettings = {
  keyset: false,
  distinct: false,
  orderByOperator: false,
  bulkUpdate: false,
  ndjson: false,
  permittedColumns: false,
  batchRequests: 0,
  etags: false,
  compressFromBytes: null,
  limits: {},
};
