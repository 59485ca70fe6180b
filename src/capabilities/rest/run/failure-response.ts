import { failureBody, failureHeaders, type RestFailure } from "../failure/index.ts";
import type { RestSettings } from "../settings.ts";
import type { HttpResponse } from "./http.ts";

/** A failure as it is sent. */
export function failureResponse(failure: RestFailure, settings: RestSettings): HttpResponse {
  const body = failureBody(failure, settings.clientErrorVerbosity);
  return { status: failure.status, reason: failure.reason, headers: failureHeaders(failure), body };
}
