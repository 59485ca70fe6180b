import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { Departure } from "../../../postgres/index.ts";

/** A request as it came, below the mount: all that the stages are given of HTTP. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query string, with a leading slash. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Where it came from, as far as the server knows. */
  readonly address?: string | undefined;
  /** Aborts when whoever asked has gone. */
  readonly signal?: Departure | undefined;
}

/** A response as it is sent. */
export interface HttpResponse {
  readonly status: number;
  /** The reason phrase, where it is not the usual one. */
  readonly reason?: string | undefined;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | string | Readable | null;
}
