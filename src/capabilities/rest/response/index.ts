export { toInfoResponse } from "./info-response.ts";
export { headerValue } from "./rest-response.ts";
export type { RestResponse } from "./rest-response.ts";
export { toDescription, toResponse, toStreamedResponse } from "./to-response.ts";
export type { Answered } from "./to-response.ts";
