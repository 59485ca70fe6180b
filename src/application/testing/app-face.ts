import type { Application } from "../application.ts";

/** The application of a test, asked over HTTP; its server starts with the first request. */
export interface AppFace {
  /** Starts the server where it does not run yet; http://127.0.0.1:PORT. */
  url(): Promise<string>;
  get(path: string, options?: AppRequest): Promise<AppResponse>;
  /** `body`: URLSearchParams as a form, text and bytes as they are, anything else as JSON. */
  post(path: string, body?: unknown, options?: AppRequest): Promise<AppResponse>;
  put(path: string, body?: unknown, options?: AppRequest): Promise<AppResponse>;
  patch(path: string, body?: unknown, options?: AppRequest): Promise<AppResponse>;
  delete(path: string, options?: AppRequest): Promise<AppResponse>;
  request(method: string, path: string, options?: AppRequest & { readonly body?: unknown }): Promise<AppResponse>;
}

/** What goes with a request of a test. */
export interface AppRequest {
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** An answer with its whole body; redirects are answers like any other. */
export interface AppResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** The body, parsed. */
  json(): unknown;
}

/** The face of an application that `start` serves, once. */
export function appFace(start: () => Promise<Application>): AppFace {
  const request: AppFace["request"] = async (method, path, { headers = {}, body } = {}) => {
    const { url } = await start();
    const { content, type } = encode(body);
    const response = await fetch(new URL(path, url), {
      method,
      redirect: "manual",
      // A connection that is kept would keep the server from closing.
      headers: { connection: "close", ...(type === undefined ? {} : { "content-type": type }), ...headers },
      ...(content === undefined ? {} : { body: content }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text, json: () => JSON.parse(text) };
  };
  return {
    url: async () => (await start()).url,
    request,
    get: (path, options) => request("GET", path, options),
    delete: (path, options) => request("DELETE", path, options),
    post: (path, body, options) => request("POST", path, { ...options, body }),
    put: (path, body, options) => request("PUT", path, { ...options, body }),
    patch: (path, body, options) => request("PATCH", path, { ...options, body }),
  };
}

interface Encoded {
  readonly content: string | URLSearchParams | FormData | Blob | Uint8Array<ArrayBuffer> | undefined;
  /** Undefined where fetch knows it. */
  readonly type?: string;
}

function encode(body: unknown): Encoded {
  if (body === undefined || typeof body === "string") return { content: body };
  if (body instanceof URLSearchParams || body instanceof FormData || body instanceof Blob) return { content: body };
  if (body instanceof Uint8Array) return { content: new Uint8Array(body) };
  return { content: JSON.stringify(body), type: "application/json" };
}
