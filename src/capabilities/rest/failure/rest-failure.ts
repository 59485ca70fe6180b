/** What the details of a failure are: a sentence, or for an ambiguous embedding the relationships there are. */
export type FailureDetails = string | readonly Readonly<Record<string, string>>[];

/** What a failure says besides status, code and message. */
export interface FailureExtras {
  readonly details?: FailureDetails | null | undefined;
  readonly hint?: string | null | undefined;
  /** Further headers of the response, as they are written. */
  readonly headers?: readonly (readonly [string, string])[] | undefined;
  /** The reason phrase of the status line, where it is not the usual one. */
  readonly reason?: string | undefined;
  readonly request?: number | undefined;
  readonly cause?: unknown;
}

/**
 * What goes wrong at any stage of a request, in the words of its interface.
 *
 * Codes are those of Postgres (five characters), of PostgREST (PGRST000 to PGRST303) or of howdah (WD001 …). It is not
 * an AppError: its code, message, details and hint are a wire format that clients read, not text of ours.
 */
export class RestFailure extends Error {
  override readonly name = "RestFailure";
  readonly status: number;
  readonly code: string;
  readonly details: FailureDetails | null;
  readonly hint: string | null;
  readonly headers: readonly (readonly [string, string])[];
  readonly reason: string | undefined;
  /** Of a batch: which of its requests failed, counted from 0. */
  readonly request: number | undefined;

  constructor(status: number, code: string, message: string, extras: FailureExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.status = status;
    this.code = code;
    this.details = extras.details ?? null;
    this.hint = extras.hint ?? null;
    this.headers = extras.headers ?? [];
    this.reason = extras.reason;
    this.request = extras.request;
  }
}

/** The body of the response: keys in PostgREST's order, which is the alphabet's. */
export function failureBody(failure: RestFailure, verbosity: "verbose" | "minimal"): string {
  // What is undefined is left out: only batches have a request.
  const { code, details, hint, message, request } = failure;
  return JSON.stringify(
    verbosity === "minimal" ? { code, message, request } : { code, details, hint, message, request },
  );
}

/** The headers that every failure has, before its own. */
export function failureHeaders(failure: RestFailure): readonly (readonly [string, string])[] {
  return [
    ["Content-Type", "application/json; charset=utf-8"],
    ["Proxy-Status", `PostgREST; error=${failure.code}`],
    ...failure.headers,
  ];
}

/** The same failure with seconds after which it may be tried again (RFC 9110, 10.2.3). */
export function retryAfter(failure: RestFailure, seconds: number): RestFailure {
  const { status, code, message, details, hint, reason, request, cause } = failure;
  const headers = [...failure.headers, ["Retry-After", String(seconds)] as const];
  return new RestFailure(status, code, message, { details, hint, reason, request, cause, headers });
}

/** The same failure as that of one request of a batch. */
export function ofRequest(failure: RestFailure, request: number): RestFailure {
  const { status, code, message, details, hint, headers, reason, cause } = failure;
  return new RestFailure(status, code, message, { details, hint, headers, reason, cause, request });
}
