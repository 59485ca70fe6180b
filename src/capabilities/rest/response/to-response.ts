import { failureBody, outOfBounds } from "../failure/index.ts";
import {
  writeCursor,
  type CallPlan,
  type DatabasePlan,
  type InspectPlan,
  type MutatePlan,
  type ReadPlan,
} from "../plan/index.ts";
import type { RestResult } from "../query/statements.ts";
import { contentType, type MediaType, type RestRequest } from "../request/index.ts";
import type { RestSettings } from "../settings.ts";
import { appliedPreferences } from "./applied-preferences.ts";
import { contentRange, pageRange } from "./content-range.ts";
import { withFunctionResponse } from "./function-response.ts";
import { legacyWarning } from "./legacy-warning.ts";
import { headerValue, type Header, type RestResponse } from "./rest-response.ts";

/** What came of a request, with all that its response says of it. */
export interface Answered {
  readonly request: RestRequest;
  readonly plan: DatabasePlan;
  readonly result: RestResult;
  readonly settings: Pick<RestSettings, "clientErrorVerbosity" | "legacyTargetNames">;
}

/** The response to a request that ran. Throws PGRST111 and PGRST112 for what its functions asked for. */
export function toResponse(answered: Answered): RestResponse {
  const { plan, result, settings } = answered;
  if (plan.mediaType.kind === "plan") {
    const headers = [...contentLength(result.body), ...contentHeaders(answered)];
    return withVary({ status: 200, headers, body: result.body });
  }
  const response = withFunctionResponse(byKind(answered), result);
  const warning = settings.legacyTargetNames ? legacyWarning(plan.legacyTargets) : [];
  return withVary(warning.length === 0 ? response : { ...response, headers: [...response.headers, ...warning] });
}

function byKind(answered: Answered): RestResponse {
  const { plan } = answered;
  switch (plan.kind) {
    case "read":
      return readResponse(answered, plan);
    case "call":
      return callResponse(answered, plan);
    case "mutate":
      return mutateResponse(answered, plan);
  }
}

function readResponse(answered: Answered, plan: ReadPlan): RestResponse {
  const { request, result } = answered;
  const { status, range } = pageOf(answered, plan);
  const body = status === 416 ? outOfBoundsBody(answered) : result.body;
  const { canonical } = request.query;
  const location = `/${plan.relation.name}${canonical === "" ? "" : `?${canonical}`}`;
  const headers: readonly Header[] = [
    ["Content-Range", range],
    ["Content-Location", headerValue(location)],
    ...(plan.headersOnly ? [] : contentLength(body)),
    ...contentHeaders(answered),
    ...applied(answered),
    ...nextPage(answered, plan),
  ];
  return { status, headers, body: plan.headersOnly ? "" : body };
}

/** Behind a cursor nobody knows how many rows came before. */
function pageOf({ request, result }: Answered, { keyset }: ReadPlan): ReturnType<typeof pageRange> {
  const page = pageRange(request.range, result.pageCount, result.totalCount);
  if (keyset === null || keyset.values === null) return page;
  return { ...page, range: contentRange(1, 0, result.totalCount) };
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Where the rows go on (RFC 8288), relative to the URL of the request. */
function nextPage({ request, result }: Answered, { keyset }: ReadPlan): readonly Header[] {
  if (keyset === null || result.nextKey.length === 0) return [];
  const { repeated } = request.query;
  // Only what a URL may not hold, and what would end it here.
  const safe = repeated.replaceAll(/[^!#-;=?-[\]_a-z~]/g, percent);
  const cursor = writeCursor(keyset, result.nextKey);
  return [["Link", `<?${safe === "" ? "" : `${safe}&`}after=${cursor}>; rel="next"`]];
}

function callResponse(answered: Answered, plan: CallPlan): RestResponse {
  const { request, result } = answered;
  const { status, range } = pageRange(request.range, result.pageCount, result.totalCount);
  const headers: readonly Header[] = [["Content-Range", range], ...applied(answered)];
  if (plan.routine.returns.kind === "void") return { status: 204, headers, body: "" };
  const body = status === 416 ? outOfBoundsBody(answered) : result.body;
  const length = plan.headersOnly ? [] : contentLength(body);
  return {
    status,
    headers: [...headers, ...length, ...contentHeaders(answered)],
    body: plan.headersOnly ? "" : body,
  };
}

function mutateResponse(answered: Answered, plan: MutatePlan): RestResponse {
  const { action } = answered.request;
  const mutation = action.kind === "mutate" ? action.mutation : plan.mutation.kind;
  if (mutation === "insert") return insertResponse(answered, plan);
  const { result, request } = answered;
  const total = countedRows(answered);
  const range: readonly Header[] =
    mutation === "upsert"
      ? []
      : [
          [
            "Content-Range",
            mutation === "update" ? contentRange(0, result.pageCount - 1, total) : contentRange(1, 0, total),
          ],
        ];
  if (request.preferences.return !== "representation") {
    return { status: 204, headers: [...range, ...applied(answered)], body: "" };
  }
  const status = mutation === "upsert" && (result.insertedCount ?? 0) > 0 ? 201 : 200;
  const headers = [...range, ...applied(answered), ...contentLength(result.body), ...contentHeaders(answered)];
  return { status, headers, body: result.body };
}

function insertResponse(answered: Answered, plan: MutatePlan): RestResponse {
  const { request, result } = answered;
  const { preferences } = request;
  const shown = preferences.return === "representation";
  const body = shown ? result.body : "";
  const merged = preferences.resolution === "merge-duplicates" && (result.insertedCount ?? 1) <= 0;
  const headers: readonly Header[] = [
    ...contentLength(body),
    ...location(plan, result.location),
    ["Content-Range", contentRange(1, 0, countedRows(answered))],
    ...applied(answered),
    ...(shown ? contentHeaders(answered) : []),
  ];
  return { status: merged ? 200 : 201, headers, body };
}

/** How many rows were written, where a count was asked for that counts. */
function countedRows({ request, result }: Answered): number | null {
  const { count } = request.preferences;
  return count === "exact" || count === "estimated" ? result.pageCount : null;
}

/** Where the only inserted row is: `/films?id=eq.7`. */
function location(plan: MutatePlan, conditions: readonly string[]): readonly Header[] {
  if (conditions.length === 0) return [];
  const encoded = conditions.map((condition) => {
    const equals = condition.indexOf("=");
    return `${encode(condition.slice(0, equals))}=${encode(condition.slice(equals + 1))}`;
  });
  return [["Location", headerValue(`/${plan.relation.name}?${encoded.join("&")}`)]];
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function outOfBoundsBody({ request, result, settings }: Answered): string {
  return failureBody(outOfBounds(request.range.offset, result.totalCount ?? 0), settings.clientErrorVerbosity);
}

function applied({ request, plan }: Answered): readonly Header[] {
  const preferences = appliedPreferences(request, plan);
  return preferences === null ? [] : [["Preference-Applied", headerValue(preferences)]];
}

function contentLength(body: Buffer | string): readonly Header[] {
  return [["Content-Length", String(Buffer.byteLength(body))]];
}

function contentHeaders({ request, plan }: Answered): readonly Header[] {
  return typeHeaders(request, plan.mediaType);
}

function typeHeaders(request: RestRequest, mediaType: MediaType): readonly Header[] {
  const type: Header = ["Content-Type", headerValue(contentType(mediaType))];
  return request.negotiatedByProfile ? [type, ["Content-Profile", headerValue(request.schema)]] : [type];
}

/** The head of rows that are passed on while they come: nobody knows how many there will be. */
export function toStreamedResponse({ request, plan, settings }: Omit<Answered, "result">): Omit<RestResponse, "body"> {
  const preferences = appliedPreferences(request, plan);
  const headers: readonly Header[] = [
    ...typeHeaders(request, plan.mediaType),
    ...(preferences === null ? [] : [["Preference-Applied", headerValue(preferences)] as const]),
    ...(settings.legacyTargetNames ? legacyWarning(plan.legacyTargets) : []),
    vary,
  ];
  return { status: 200, headers };
}

/** The response that describes the API. */
export function toDescription(
  request: RestRequest,
  { mediaType, headersOnly }: InspectPlan,
  body: string,
): RestResponse {
  const length = headersOnly ? [] : contentLength(body);
  const headers = [...typeHeaders(request, mediaType), ...length, vary];
  return { status: 200, headers, body: headersOnly ? "" : body };
}

/** What a cache has to look at (RFC 9110, 12.5.5), unless a function said it. */
function withVary(response: RestResponse): RestResponse {
  if (response.headers.some(([name]) => name.toLowerCase() === "vary")) return response;
  return { ...response, headers: [...response.headers, vary] };
}

/** The Vary of every response that is no failure. */
export const vary: Header = ["Vary", "Accept, Prefer, Range"];
