import http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../errors/index.ts";
import { errorCode } from "./file-error.ts";

/** How a host is reached; taken from npm's configuration for registries, from the environment for mirrors. */
export interface Connecting {
  /** PEM certificates trusted instead of Node's own. */
  readonly ca?: readonly string[] | undefined;
  /** False only where npm's strict-ssl says so. */
  readonly strictSsl?: boolean | undefined;
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in the form of an environment. */
  readonly proxy?: Readonly<Record<string, string | undefined>> | undefined;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which a connection counts as lost. Default 30,000. */
  readonly idleTimeoutMs?: number | undefined;
  /** Attempts in all. Default 3. */
  readonly attempts?: number | undefined;
  /** Milliseconds before the second attempt; doubled for each further one. Default 250. */
  readonly backoffMs?: number | undefined;
}

export interface HttpResponse {
  readonly url: string;
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Readable;
}

const maxRedirects = 5;

/** Reaches registries and mirrors over HTTP(S): proxies, redirects, idle timeouts, retries; every failure an AppError. */
export class HttpClient {
  readonly #connecting: Connecting;
  readonly #agents: { readonly http: http.Agent; readonly https: https.Agent };

  constructor(connecting: Connecting = {}) {
    this.#connecting = { proxy: process.env, ...connecting };
    const shared = { keepAlive: true, maxSockets: 8, proxyEnv: { ...this.#connecting.proxy } };
    this.#agents = {
      http: new http.Agent(shared),
      https: new https.Agent({ ...shared, ...tlsOptions(this.#connecting) }),
    };
  }

  /**
   * GETs the URL and gives the response to `consume`, which must read the body to its end; both are repeated where the
   * network or the server (429, 5xx) failed.
   *
   * Throws WD351 (not reached), WD352 (refused), WD355 (broke off), WD358 (aborted) and what `consume` throws.
   */
  async get<T>(
    url: string,
    options: RequestOptions,
    consume: (response: HttpResponse, attempt: number) => Promise<T>,
  ): Promise<T> {
    const { attempts = 3, backoffMs = 250, signal } = options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(url, options, (response) => consume(response, attempt));
      } catch (thrown) {
        if (signal?.aborted) throw new AppError("WD358", "interrupted", { detail: `GET ${url}`, cause: thrown });
        if (attempt >= attempts || !isPassing(thrown)) throw named(thrown, url, { attempts: attempt, method: "GET" });
        await pause(backoffMs * 2 ** (attempt - 1), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** The whole body, refused past `maxBytes`. */
  async bytes(url: string, options: RequestOptions & { readonly maxBytes: number }): Promise<Buffer> {
    return this.get(url, options, async ({ body }) => {
      const chunks: Buffer[] = [];
      let receivedBytes = 0;
      for await (const chunk of body) {
        receivedBytes += chunk.length;
        if (receivedBytes > options.maxBytes) throw new AppError("WD359", `${url} is larger than it can be`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks, receivedBytes);
    });
  }

  /**
   * PUTs a body once: what may have been taken is not sent again. Any status is an answer; throws WD351 and WD355 where there is
   * none, WD358.
   */
  async put(
    url: string,
    content: Buffer,
    options: RequestOptions,
  ): Promise<{ readonly status: number; readonly body: Buffer }> {
    try {
      const response = await this.#send(url, options, { method: "PUT", content });
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      return { status: response.statusCode ?? 0, body: Buffer.concat(chunks) };
    } catch (thrown) {
      if (options.signal?.aborted) throw new AppError("WD358", "interrupted", { detail: `PUT ${url}`, cause: thrown });
      throw named(thrown, url, { attempts: 1, method: "PUT" });
    }
  }

  /** Closes the connections that are kept for further requests. */
  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  async #once<T>(start: string, options: RequestOptions, consume: (response: HttpResponse) => Promise<T>): Promise<T> {
    let url = start;
    let headers = options.headers;
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const response = await this.#send(url, { ...options, headers });
      try {
        const target = redirectTarget(url, response);
        if (target === undefined) return await consume(accepted(url, response));
        // Credentials are for the host they were configured for, not for the storage it sends us to.
        if (new URL(target).origin !== new URL(url).origin) headers = withoutCredentials(headers);
        url = target;
      } finally {
        response.destroy();
      }
    }
    throw new AppError("WD352", `${start} leads in circles`, { detail: `more than ${maxRedirects} redirects` });
  }

  #send(
    url: string,
    options: RequestOptions,
    sent?: { readonly method: "PUT"; readonly content: Buffer },
  ): Promise<http.IncomingMessage> {
    const secure = new URL(url).protocol === "https:";
    const { idleTimeoutMs = 30_000, signal } = options;
    return new Promise((resolve, reject) => {
      let answered: http.IncomingMessage | undefined;
      const request = (secure ? https : http).request(
        url,
        {
          method: sent?.method ?? "GET",
          agent: secure ? this.#agents.https : this.#agents.http,
          headers: { "user-agent": "howdah", ...options.headers },
          timeout: idleTimeoutMs,
          ...(signal && { signal }),
        },
        (response) => resolve((answered = response)),
      );
      request.on("timeout", () => (answered ?? request).destroy(new StalledError(idleTimeoutMs)));
      request.on("error", reject);
      request.end(sent?.content);
    });
  }
}

class StalledError extends Error {
  readonly code = "ETIMEDOUT";

  constructor(idleTimeoutMs: number) {
    super(`no byte for ${idleTimeoutMs} ms`);
  }
}

/** A status that is no success; `passing` where the same request may succeed a moment later. */
class StatusError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP status ${status}`);
    this.status = status;
  }
}

function tlsOptions({ ca, strictSsl }: Connecting): https.AgentOptions {
  return { ...(ca && { ca: [...ca] }), ...(strictSsl === false && { rejectUnauthorized: false }) };
}

function redirectTarget(url: string, response: http.IncomingMessage): string | undefined {
  const { location } = response.headers;
  if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0) || location === undefined) return undefined;
  const target = new URL(location, url);
  const from = new URL(url);
  if (target.protocol === "https:" || (target.protocol === "http:" && from.protocol === "http:")) return target.href;
  throw new AppError("WD352", `${url} leads to an address that is not followed`, { detail: target.href });
}

function withoutCredentials(headers: RequestOptions["headers"]): RequestOptions["headers"] {
  return Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() !== "authorization"));
}

function accepted(url: string, response: http.IncomingMessage): HttpResponse {
  const status = response.statusCode ?? 0;
  if (status !== 200) throw new StatusError(status);
  return { url, status, headers: response.headers, body: response };
}

function isPassing(thrown: unknown): boolean {
  if (thrown instanceof StatusError) return thrown.status >= 500 || thrown.status === 429 || thrown.status === 408;
  return networkCodes.has(errorCode(thrown) ?? "");
}

const networkCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ECONNABORTED",
  "EPROTO",
  "HPE_INVALID_CONSTANT",
  "ENETDOWN",
  "EADDRNOTAVAIL",
]);

const brokeOff = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE", "ECONNABORTED", "ETIMEDOUT"]);

interface Tried {
  readonly attempts: number;
  readonly method: "GET" | "PUT";
}

function named(thrown: unknown, url: string, { attempts, method }: Tried): unknown {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof StatusError) return refused(thrown.status, url);
  const code = errorCode(thrown);
  const message = thrown instanceof Error ? thrown.message || code : String(thrown);
  const detail = `${method} ${url}: ${message}${attempts > 1 ? ` (${attempts} attempts)` : ""}`;
  if (code !== undefined && brokeOff.has(code)) {
    return new AppError("WD355", "a transfer broke off", { detail, hint: "run it again", cause: thrown });
  }
  if (networkCodes.has(code ?? "") || isTlsCode(code)) {
    return new AppError("WD351", `${new URL(url).host} can't be reached`, {
      detail,
      hint: reachHint(code),
      cause: thrown,
    });
  }
  return thrown;
}

function isTlsCode(code: string | undefined): boolean {
  return code !== undefined && /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO)/.test(code);
}

function reachHint(code: string | undefined): string {
  return isTlsCode(code)
    ? "its certificate is not trusted: name your company's with cafile in .npmrc or NODE_EXTRA_CA_CERTS"
    : "is this machine online? a proxy is taken from HTTPS_PROXY or npm's https-proxy";
}

function refused(status: number, url: string): AppError {
  const hint = {
    401: "it wants credentials: log in with npm login, or put its _authToken into .npmrc",
    403: "the credentials do not allow it, or a policy forbids it",
    404: "it does not have this file",
    407: "the proxy wants credentials: put them into HTTPS_PROXY",
  }[status];
  return new AppError("WD352", `${new URL(url).host} refused with HTTP status ${status}`, {
    detail: `GET ${url}`,
    hint: hint ?? "try again later",
    cause: new StatusError(status),
  });
}

/** The HTTP status behind a WD352, or undefined for every other error. */
export function httpStatus(thrown: unknown): number | undefined {
  return thrown instanceof AppError && thrown.cause instanceof StatusError ? thrown.cause.status : undefined;
}
