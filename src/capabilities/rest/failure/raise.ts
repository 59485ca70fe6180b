import { RestFailure } from "./rest-failure.ts";

/** What `raise sqlstate 'PGRST' using message = …, detail = …` says: the whole response, as two JSON texts. */
export function raisedFailure(message: string, detail: string | undefined, cause?: unknown): RestFailure {
  const body = parseBody(message);
  if (body === null) return unreadable(`Invalid JSON value for MESSAGE: '${message}'`, bodyHint);
  if (detail === undefined) return unreadable("DETAIL is missing in the RAISE statement", detailHint);
  const response = parseResponse(detail);
  if (response === null) return unreadable(`Invalid JSON value for DETAIL: '${detail}'`, detailHint);
  const { code, details, hint } = body;
  const { headers, reason } = response;
  return new RestFailure(response.status, code, body.message, { details, hint, headers, reason, cause });
}

const bodyHint =
  "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'.";
const detailHint =
  "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: 'status_text'.";

/** PGRST121. */
function unreadable(details: string, hint: string): RestFailure {
  return new RestFailure(500, "PGRST121", `Could not parse JSON in the "RAISE SQLSTATE 'PGRST'" error`, {
    details,
    hint,
  });
}

function parseBody(text: string): {
  readonly code: string;
  readonly message: string;
  readonly details: string | null;
  readonly hint: string | null;
} | null {
  const value = parseObject(text);
  if (value === null) return null;
  const { code, message, details = null, hint = null } = value;
  if (typeof code !== "string" || typeof message !== "string") return null;
  if (!isOptionalText(details) || !isOptionalText(hint)) return null;
  return { code, message, details, hint };
}

interface RaisedResponse {
  readonly status: number;
  readonly reason: string | undefined;
  readonly headers: readonly (readonly [string, string])[];
}

function parseResponse(text: string): RaisedResponse | null {
  const value = parseObject(text);
  if (value === null) return null;
  const { status, status_text: reason = null, headers } = value;
  if (typeof status !== "number" || !Number.isInteger(status) || !isOptionalText(reason)) return null;
  if (typeof headers !== "object" || headers === null || Array.isArray(headers)) return null;
  const entries: (readonly [string, string])[] = [];
  for (const [name, header] of Object.entries(headers)) {
    if (typeof header !== "string") return null;
    entries.push([name, header]);
  }
  return { status, reason: reason ?? undefined, headers: entries };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    // Not JSON: what it is instead is told with PGRST121.
    return null;
  }
}

function isOptionalText(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}
