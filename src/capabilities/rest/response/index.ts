export { toInfoResponse } from "./info-response.ts";
export type { RestResponse } from "./rest-response.ts";
export { toResponse, vary } from "./to-response.ts";
export type { Answered } from "./to-response.ts";
