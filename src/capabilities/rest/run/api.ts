import type { Log } from "../../../capability/index.ts";
import {
  createAuthenticator,
  newTokenCounts,
  type Authenticator,
  type Identity,
  type TokenCounts,
} from "../../../identity/index.ts";
import type { RequestPool } from "../../../postgres/index.ts";
import { noSchemaCache, retryAfter, toFailure, type RestFailure } from "../failure/index.ts";
import { planRequest } from "../plan/index.ts";
import { parseBatch, parseRequest } from "../request/index.ts";
import type { RestSettings } from "../settings.ts";
import { viewerResponse } from "../viewer/index.ts";
import { answerBatch, isBatch } from "./batch.ts";
import { compressed } from "./compress.ts";
import { corsHeaders, preflight } from "./cors.ts";
import { execute } from "./execute.ts";
import { failureResponse } from "./failure-response.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import type { DatabaseWatch, KnownDatabase } from "./known-database.ts";
import type { Planned } from "./planned.ts";
import { countRequests, hasLimits, refuseExhausted, settingsOf } from "./role-limits.ts";
import { Timing } from "./timing.ts";
import { withKnownTimezone } from "./timezone.ts";

/** The API: requests in, responses out; it never rejects. */
export interface Api {
  answer(request: HttpRequest): Promise<HttpResponse>;
  /** Of tokens that are remembered, since the start. */
  readonly tokens: Readonly<TokenCounts>;
}

export interface ApiOptions {
  readonly pool: RequestPool;
  readonly watch: DatabaseWatch;
  /** The same object for as long as nothing was reloaded. */
  readonly settings: () => RestSettings;
  readonly log: Log;
  /** Whether the log is told each statement. */
  readonly logQueries?: boolean | undefined;
  /** Told of each failure's code. */
  readonly onFailure?: ((code: string) => void) | undefined;
}

/** Answers requests through the stages; the one place of the capability that runs anything. */
export function createApi(options: ApiOptions): Api {
  const tokens = newTokenCounts();
  const authenticatorOf = perSettings(tokens);
  return {
    tokens,
    async answer(http) {
      const settings = options.settings();
      const early = preflight(http, settings.corsAllowedOrigins);
      if (early !== undefined) return withHeaders(early, tracing(http, settings.traceHeader));
      const timing = new Timing(settings.serverTimingEnabled);
      const answering = { options, settings, timing, authenticator: authenticatorOf(settings) };
      try {
        const page = settings.openApi.isPublished ? await viewerResponse(http) : undefined;
        if (page !== undefined) return page;
        const shown = withCommonHeaders(http, await answerSafely(http, answering), settings);
        const { compressFromBytes } = settings.beyond;
        return compressFromBytes === null ? shown : await compressed(http, shown, compressFromBytes);
      } catch (thrown) {
        // A file of the page could not be read, or nothing be compressed.
        return failed(thrown, false, answering);
      }
    },
  };
}

interface Answering {
  readonly options: ApiOptions;
  readonly settings: RestSettings;
  readonly timing: Timing;
  readonly authenticator: Authenticator;
}

async function answerSafely(http: HttpRequest, answering: Answering): Promise<HttpResponse> {
  const { settings } = answering;
  let identity: Identity | undefined;
  try {
    identity = await answering.timing.measure("jwt", () =>
      answering.authenticator.authenticate(http.headers.authorization),
    );
    const response = await answerAs(identity, http, answering);
    return withHeaders(response, answering.timing.headers());
  } catch (thrown) {
    return failed(thrown, identity !== undefined && identity.role !== settings.anonRole, answering);
  }
}

function failed(thrown: unknown, authenticated: boolean, { options, settings }: Answering): HttpResponse {
  const failure = withRetry(toFailure(thrown, authenticated), options.watch);
  tell(failure, options);
  return failureResponse(failure, settings);
}

async function answerAs(identity: Identity, http: HttpRequest, answering: Answering): Promise<HttpResponse> {
  const { options, timing } = answering;
  const known = options.watch.current;
  if (known === undefined) throw noSchemaCache();
  if (isBatch(http, answering.settings)) return await answerAllAs(identity, http, known, answering);
  const settings = limited(answering.settings, identity, http.address);
  const request = timing.measureNow("parse", () => withKnownTimezone(parseRequest(http, settings), known.timezones));
  const permitted = known.permitted?.get(identity.role);
  const plan = timing.measureNow("plan", () => planRequest(request, { cache: known.schema, settings, permitted }));
  return await execute({ ...common(options, http), request, plan, identity, known, settings, timing });
}

async function answerAllAs(
  identity: Identity,
  http: HttpRequest,
  known: KnownDatabase,
  { options, settings: all, timing }: Answering,
): Promise<HttpResponse> {
  if (hasLimits(all)) refuseExhausted(all, identity, http.address);
  const requests = timing.measureNow("parse", () => parseBatch(http, all.beyond.batchRequests));
  const settings = limited(all, identity, http.address, requests.length);
  const prefer = http.headers["prefer"];
  const batching = { ...common(options, http), identity, known, settings, prefer: prefer?.toString() };
  return await timing.measure("transaction", () => answerBatch(requests, batching));
}

function common(
  { pool, log, logQueries }: ApiOptions,
  { signal }: HttpRequest,
): Pick<Planned, "pool" | "told" | "signal"> {
  return { pool, signal, told: logQueries === true ? (text) => log.info({}, text) : undefined };
}

/** The settings as they are for the role, whose requests are counted. */
function limited(settings: RestSettings, identity: Identity, address: string | undefined, requests = 1): RestSettings {
  if (!hasLimits(settings)) return settings;
  countRequests(settings, identity, address, requests);
  return settingsOf(settings, identity.role);
}

/** One authenticator for as long as the settings stay: it remembers tokens that were verified. */
function perSettings(tokens: TokenCounts): (settings: RestSettings) => Authenticator {
  let made: { readonly settings: RestSettings; readonly authenticator: Authenticator } | undefined;
  return (rest) => {
    if (made?.settings !== rest) {
      const identity = { ...rest.jwt, anonRole: rest.anonRole };
      made = { settings: rest, authenticator: createAuthenticator(identity, undefined, tokens) };
    }
    return made.authenticator;
  };
}

/** Says when to come back, where it is known. */
function withRetry(failure: RestFailure, { state }: DatabaseWatch): RestFailure {
  if (failure.status !== 503) return failure;
  return retryAfter(failure, Math.max(1, Math.ceil(state.retryInMs / 1000)));
}

function tell(failure: RestFailure, { log, onFailure }: ApiOptions): void {
  onFailure?.(failure.code);
  if (failure.status < 500) return;
  const stack = failure.code === "PGRSTX00" && failure.cause instanceof Error ? { stack: failure.cause.stack } : {};
  log.error({ code: failure.code, details: failure.details, ...stack }, failure.message);
}

function withCommonHeaders(http: HttpRequest, response: HttpResponse, settings: RestSettings): HttpResponse {
  const opened = response.headers.some(([name]) => name === "Access-Control-Allow-Origin");
  const headers = [
    ...(opened ? [] : corsHeaders(http, settings.corsAllowedOrigins, response.headers)),
    ...tracing(http, settings.traceHeader),
  ];
  return withHeaders(response, headers);
}

function withHeaders(response: HttpResponse, headers: HttpResponse["headers"]): HttpResponse {
  return headers.length === 0 ? response : { ...response, headers: [...response.headers, ...headers] };
}

/** The header that was sent is sent back, under the name that the settings give it; empty where none was sent. */
function tracing({ headers }: HttpRequest, name: string | null): HttpResponse["headers"] {
  return name === null ? [] : [[name, String(headers[name.toLowerCase()] ?? "")]];
}
