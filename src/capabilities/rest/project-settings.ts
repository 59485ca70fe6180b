import { checkTable, type RawSettings, type TableKeys } from "../../project/index.ts";
import type { BeyondSettings, RestSettings } from "./settings.ts";

/** [rest] in howdah.toml: what the API does, and what its server takes. */
export interface ProjectSettings extends RestSettings {
  /** Longest body of a request. */
  readonly maxBodyBytes: number;
}

const openApiKeys = {
  mode: {
    type: "string",
    choices: ["follow-privileges", "ignore-privileges", "disabled"],
    default: "follow-privileges",
    describe: "Which relations and functions the description at the root shows.",
  },
  security_active: { type: "boolean", default: false, describe: "Whether the description asks for a token." },
  server_proxy_uri: { type: "string", describe: "The address that the description names, behind a proxy." },
  published: {
    type: "boolean",
    default: false,
    describe:
      "Whether there is an OpenAPI 3.1 at openapi.json, and a page that shows and tries the API at openapi.html.",
  },
} as const satisfies TableKeys;

const jwtKeys = {
  secret: {
    type: "string",
    secret: true,
    describe:
      "A secret of at least 32 characters, a JWK or JWKS as JSON, or the address of a JWKS. Without one tokens are refused.",
  },
  secret_is_base64: { type: "boolean", default: false, describe: "Whether the secret is written in base64." },
  audience: { type: "string", describe: "What the claim aud has to name." },
  role_claim: { type: "string", default: ".role", describe: "Where the claims hold the role." },
  cache: { type: "integer", default: 1000, min: 0, describe: "Verified tokens that are remembered." },
} as const satisfies TableKeys;

const limitKeys = {
  requests: { type: "integer", min: 1, describe: "Requests in a window at most; no limit without it." },
  window: { type: "milliseconds", default: "1 min", describe: "The time in which they are counted." },
  per: {
    type: "string",
    choices: ["subject", "role"],
    default: "subject",
    describe: "Whose requests are counted together: a subject's (an address's without a token), or all of the role.",
  },
  max_rows: { type: "integer", min: 0, describe: "Rows of one answer at most, for this role." },
} as const satisfies TableKeys;

const keys = {
  schemas: { type: "strings", default: ["public"], describe: "Schemas that are exposed, the default one first." },
  extra_search_path: { type: "strings", default: ["public"], describe: "Schemas of the search_path besides." },
  max_rows: { type: "integer", min: 0, describe: "Rows of one answer at most; no limit without it." },
  transaction_end: {
    type: "string",
    choices: ["commit", "commit-allow-override", "rollback", "rollback-allow-override"],
    default: "commit",
    describe: "How a request's transaction ends, and whether Prefer: tx= may say otherwise.",
  },
  pre_request: { type: "string", describe: "A function called ahead of each request: schema.name." },
  root_spec: { type: "string", describe: "A function that answers the root: schema.name." },
  aggregates: { type: "boolean", default: false, describe: "Whether select may ask for count(), sum() and the like." },
  plan: { type: "boolean", default: false, describe: "Whether a request may ask for its plan." },
  timezone: { type: "boolean", default: true, describe: "Whether Prefer: timezone= is heard." },
  hoisted_settings: {
    type: "strings",
    default: ["statement_timeout", "plan_filter.statement_cost_limit", "default_transaction_isolation"],
    describe: "Settings of functions that hold for the whole transaction.",
  },
  allowed_origins: { type: "strings", describe: "Origins whose pages may call the API; every one without it." },
  server_timing: { type: "boolean", default: false, describe: "Whether answers say how long each stage took." },
  trace_header: { type: "string", describe: "A request header that the answer repeats." },
  error_verbosity: {
    type: "string",
    choices: ["verbose", "minimal"],
    default: "verbose",
    describe: "Whether errors have details and hints.",
  },
  max_body: { type: "bytes", default: "10 MiB", describe: "Largest body of a request." },
  keyset: { type: "boolean", default: false, describe: "Whether `after=` asks for pages by key." },
  distinct: { type: "boolean", default: false, describe: "Whether `distinct=` leaves one of equal rows." },
  order_by_operator: {
    type: "boolean",
    default: false,
    describe: "Whether `order=` may sort by an operator, as distances of vectors and shapes.",
  },
  bulk_update: {
    type: "boolean",
    default: false,
    describe: "Whether PATCH with `match=` changes many rows, each with its own values.",
  },
  ndjson: {
    type: "boolean",
    default: false,
    describe: "Whether rows may be asked for as application/x-ndjson, which are streamed.",
  },
  permitted_columns: {
    type: "boolean",
    default: false,
    describe: "Whether * stands for the columns that the role may read, where it may not read all.",
  },
  batch_requests: {
    type: "integer",
    default: 0,
    min: 0,
    describe: "Requests that may be sent as one, in one transaction; 0 for no batches.",
  },
  etags: {
    type: "boolean",
    default: false,
    describe: "Whether GET has an ETag and hears If-None-Match, and PATCH, PUT and DELETE hear If-Match.",
  },
  compress_from: {
    type: "bytes",
    describe: "Answers of at least this size are compressed, where the client takes zstd, br or gzip; none without it.",
  },
  limits: { type: "tables", keys: limitKeys, describe: "What a role may ask for, by its name." },
  openapi: { type: "table", keys: openApiKeys, describe: "The description of the API at its root." },
  jwt: { type: "table", keys: jwtKeys, describe: "How tokens are verified." },
} as const satisfies TableKeys;

/** Checks [rest] as a whole; throws WD102 and WD103 with the position. The anonymous role is the project's. */
export function projectSettings(raw: RawSettings): ProjectSettings {
  const { openapi, jwt, ...own } = checkTable(raw, keys);
  return {
    schemas: own.schemas,
    extraSearchPath: own.extra_search_path,
    anonRole: null,
    maxRows: own.max_rows ?? null,
    transactionEnd: own.transaction_end,
    preRequest: own.pre_request ?? null,
    rootSpec: own.root_spec ?? null,
    aggregatesEnabled: own.aggregates,
    planEnabled: own.plan,
    timezoneEnabled: own.timezone,
    hoistedSettings: own.hoisted_settings,
    appSettings: [],
    openApi: {
      mode: openapi.mode,
      securityActive: openapi.security_active,
      serverProxyUri: openapi.server_proxy_uri ?? null,
      isPublished: openapi.published,
    },
    jwt: {
      secret: jwt.secret ?? null,
      secretIsBase64: jwt.secret_is_base64,
      audience: jwt.audience ?? null,
      roleClaimKey: jwt.role_claim,
      cacheMaxEntries: jwt.cache,
    },
    corsAllowedOrigins: own.allowed_origins ?? null,
    serverTimingEnabled: own.server_timing,
    traceHeader: own.trace_header ?? null,
    clientErrorVerbosity: own.error_verbosity,
    beyond: {
      keyset: own.keyset,
      distinct: own.distinct,
      orderByOperator: own.order_by_operator,
      bulkUpdate: own.bulk_update,
      ndjson: own.ndjson,
      permittedColumns: own.permitted_columns,
      batchRequests: own.batch_requests,
      etags: own.etags,
      compressFromBytes: own.compress_from ?? null,
      limits: limitsOf(own.limits),
    },
    legacyTargetNames: true,
    maxBodyBytes: own.max_body,
  };
}

function limitsOf(tables: ReturnType<typeof checkTable<typeof keys>>["limits"]): BeyondSettings["limits"] {
  const limits = Object.entries(tables).map(([role, { requests = null, window, per, max_rows: maxRows = null }]) => {
    return [role, { requests, windowMs: window, per, maxRows }] as const;
  });
  return Object.fromEntries(limits);
}
