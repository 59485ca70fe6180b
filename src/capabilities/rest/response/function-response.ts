import { responseHeadersFailure, responseStatusFailure } from "../failure/index.ts";
import type { RestResult } from "../query/statements.ts";
import { headerValue, type Header, type RestResponse } from "./rest-response.ts";

/** The response with what functions left in response.status and response.headers. Throws PGRST111 and PGRST112. */
export function withFunctionResponse(
  response: RestResponse,
  { responseStatus, responseHeaders }: Pick<RestResult, "responseStatus" | "responseHeaders">,
): RestResponse {
  if (responseStatus === null && responseHeaders === null) return response;
  const status = responseStatus === null ? response.status : parseStatus(responseStatus);
  const own = responseHeaders === null ? [] : parseHeaders(responseHeaders);
  const names = new Set(own.map(([name]) => name.toLowerCase()));
  const kept = response.headers.filter(([name]) => !names.has(name.toLowerCase()));
  return { ...response, status, headers: [...kept, ...own] };
}

/** Digits; what follows them is of no account. HTTP has statuses of three digits (RFC 9110, 15). */
function parseStatus(text: string): number {
  const digits = /^\d+/.exec(text);
  const status = digits === null ? 0 : Number(digits[0]);
  if (status < 100 || status > 999) throw responseStatusFailure();
  return status;
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** `[{"Name": "value"}, …]`; a name or a value that can't stand in a response is refused too. */
function parseHeaders(text: string): readonly Header[] {
  const value = parseJson(text);
  if (!Array.isArray(value)) throw responseHeadersFailure();
  return value.map((entry: unknown): Header => {
    const [header, ...others] = typeof entry === "object" && entry !== null ? Object.entries(entry) : [];
    if (header === undefined || others.length > 0 || Array.isArray(entry)) throw responseHeadersFailure();
    const [name, content]: readonly [string, unknown] = header;
    if (typeof content !== "string" || !token.test(name) || /[\r\n\0]/.test(content)) throw responseHeadersFailure();
    return [name, headerValue(content)];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: refused as everything that is no array.
    return undefined;
  }
}
