import { STATUS_CODES } from "node:http";
import { codes, errorToJson, type AppError, type CodeEntry } from "../errors/index.ts";

/** The body of an error for programs (RFC 9457, application/problem+json). */
export interface Problem {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly request_id: string;
  /** Development only: everything that is known. */
  readonly error?: object;
}

/** The HTTP status of an error: its code's own, else 500. */
export function statusOf(error: AppError): number {
  const entry: CodeEntry = codes[error.code];
  return entry.status ?? 500;
}

/**
 * What strangers may read of an error: nothing where we are at fault. Where the request is, the message of a code of
 * the server, the pages and capabilities (WD5xx, WD6xx), which is written for them; of any other only its fixed title.
 */
export function publicMessage(error: AppError): string | undefined {
  if (statusOf(error) >= 500) return undefined;
  return /^WD[56]/.test(error.code) ? error.message : codes[error.code].title;
}

/** The error as a problem; `open` shows all of it. */
export function problemOf(error: AppError, requestId: string, open: boolean): Problem {
  const status = statusOf(error);
  const message = open ? error.message : publicMessage(error);
  return {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    code: error.code,
    ...(message === undefined ? {} : { detail: message }),
    ...(open && error.hint !== undefined ? { hint: error.hint } : {}),
    request_id: requestId,
    ...(open ? { error: errorToJson(error) } : {}),
  };
}
