import { failureBody, failureHeaders, type RestFailure } from "../failure/index.ts";
import { headerValue } from "../response/index.ts";
import type { RestSettings } from "../settings.ts";
import type { HttpResponse } from "./http.ts";

/** A failure as it is sent; what a function raised as its status, phrase and headers may be no HTTP, and is made so. */
export function failureResponse(failure: RestFailure, settings: RestSettings): HttpResponse {
  const body = failureBody(failure, settings.clientErrorVerbosity);
  const headers = failureHeaders(failure)
    .filter(([name]) => token.test(name))
    .map(([name, value]) => [name, sendable(value)] as const);
  // A final response has one of these (RFC 9110, 15); with another one nobody could go on reading.
  const isFinal = failure.status >= 200 && failure.status <= 999;
  if (!isFinal) return { status: 500, headers, body };
  return { status: failure.status, reason: failure.reason && sendable(failure.reason), headers, body };
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Control characters would end the line. */
function sendable(text: string): string {
  return headerValue(text.replaceAll(/\p{Cc}/gu, " "));
}
