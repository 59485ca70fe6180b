export type { MediaType, PlanOption } from "./media-type.ts";
export { contentType, mediaTypeName } from "./parse-media-type.ts";
export { parseBatch } from "./parse-batch.ts";
export { parsePreferences } from "./parse-preferences.ts";
export { parseRequest } from "./parse-request.ts";
export type { HttpRequest } from "./parse-request.ts";
export type { Payload } from "./payload.ts";
export type { Preferences } from "./preferences.ts";
export type { EmbedPath, QueryParameters, RestAction, RestRequest, RestTarget, RowRange } from "./rest-request.ts";
