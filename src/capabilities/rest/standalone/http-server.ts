import { chmodSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createConnection } from "node:net";
import { pipeline, type Readable } from "node:stream";
import { AppError } from "../../../errors/index.ts";
import { releaseBytes, RowStream } from "../../../postgres/index.ts";
import { whenGone } from "../run/asker.ts";
import type { HttpRequest, HttpResponse } from "../run/http.ts";
import type { ServerAddress } from "./config/index.ts";
import { reasonOf } from "./reason.ts";
import { answerUnread } from "./answer-unread.ts";

/** What answers; it never rejects. */
export type Answer = (request: HttpRequest) => Promise<HttpResponse>;

export interface HttpServer {
  readonly address: { readonly host: string; readonly port: number } | { readonly path: string };
  /** Whether somebody who connects is let in. */
  reachable(): Promise<boolean>;
  /** Lets nobody in any more, and ends when what is in flight has been answered, or after `shutdownMs`. */
  close(): Promise<void>;
}

export interface HttpServerOptions {
  /** What answers say in their header Server, unless they have one: "postgrest/16.2". */
  readonly product: string;
  readonly maxBodyBytes: number;
  /** The answer to a longer body. */
  readonly tooLarge: () => HttpResponse;
  /** Whether several processes may listen at the port, each for itself. */
  readonly reusePort?: boolean | undefined;
  /** Told of each answer. */
  readonly onAnswered?: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
}

const limits = {
  // What PostgREST's own server takes as headers, the address included.
  maxHeaderSize: 64 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 2000,
} as const;
const shutdownMs = 10_000;

/** Serves HTTP without a framework: one handler, bodies as the bytes that came, one write for each answer. */
export async function serveHttp(
  answer: Answer,
  listen: ServerAddress,
  options: HttpServerOptions,
): Promise<HttpServer> {
  const handled = { ...options, closing: (): boolean => !server.listening };
  const server: Server = createServer({ ...limits, keepAlive: true, noDelay: true }, (request, response) => {
    void handle(answer, request, response, handled);
  });
  const unread = answerUnread(async (request) => withProduct(await answer(request), options.product));
  server.on("clientError", (error, socket) => void unread(error, socket));
  await startListening(server, listen, options.reusePort ?? false);
  const address = addressOf(server, listen);
  return { address, reachable: () => reachable(address), close: () => close(server, listen) };
}

async function handle(
  answer: Answer,
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpServerOptions & { readonly closing: () => boolean },
): Promise<void> {
  if (options.onAnswered !== undefined) response.once("finish", () => options.onAnswered?.(request, response));
  const body = await readBody(request, options.maxBodyBytes);
  if (body === "aborted") return;
  if (body === "too large") {
    // What is left of the body would be taken for the next request.
    response.setHeader("Connection", "close");
    return send(request, response, withProduct(options.tooLarge(), options.product));
  }
  const { method = "GET", url = "/", headers, rawHeaders } = request;
  const address = request.socket.remoteAddress;
  const answered = await answer({
    method,
    url: originForm(url),
    headers,
    rawHeaders,
    body,
    address,
    signal: whenGone(response),
  });
  // See wire.ts: nobody reads it any more, and the next large one would come before the collector.
  if (body.length > largeBytes && body.buffer instanceof ArrayBuffer) body.buffer.transfer(0);
  // A connection that is kept would keep a server that closes.
  if (options.closing()) response.shouldKeepAlive = false;
  try {
    send(request, response, withProduct(answered, options.product));
  } catch {
    // A status or a header that is no HTTP is the fault of one answer; the others must not go down with it.
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end();
  }
}

function withProduct(answered: HttpResponse, product: string): HttpResponse {
  if (answered.headers.some(([name]) => name.toLowerCase() === "server")) return answered;
  return { ...answered, headers: [...answered.headers, ["Server", product]] };
}

const absoluteForm = /^https?:\/\/[^/?#]*/i;

/** Path and query string, also of a request that names the whole address (RFC 9112, 3.2.2). */
function originForm(url: string): string {
  if (url.startsWith("/")) return url;
  const path = url.replace(absoluteForm, "");
  return path === url || path.startsWith("/") ? path : `/${path}`;
}

const noBody = Buffer.alloc(0);
const largeBytes = 256 * 1024;

/** The body as it came; nothing is read where none was announced. */
function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | "too large" | "aborted"> | Buffer {
  const { headers } = request;
  const announced = headers["content-length"];
  if (headers["transfer-encoding"] === undefined && (announced === undefined || announced === "0")) return noBody;
  if (Number(announced ?? 0) > maxBytes) return Promise.resolve("too large");
  return new Promise((resolve) => {
    // What is large is put together as it comes: parts and whole would be twice as much. The kernel gives pages as they are filled.
    const isLarge = Number(announced ?? 0) > largeBytes;
    const whole = isLarge ? Buffer.allocUnsafeSlow(Number(announced)) : undefined;
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        request.pause();
        resolve("too large");
      } else if (whole === undefined) chunks.push(chunk);
      else chunk.copy(whole, length - chunk.length);
    });
    request.once("end", () => resolve(whole ?? together(chunks, length)));
    request.once("close", () => resolve("aborted"));
  });
}

function together(chunks: readonly Buffer[], length: number): Buffer {
  return chunks.length === 1 ? (chunks[0] ?? noBody) : Buffer.concat(chunks, length);
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, reason, headers, body }: HttpResponse,
): void {
  if (response.destroyed) return;
  const flat: string[] = [];
  let hasLength = status === 204 || status === 304;
  for (const [name, value] of headers) {
    flat.push(name, value);
    hasLength ||= name === "Content-Length";
  }
  if (body !== null && typeof body === "object" && !Buffer.isBuffer(body)) {
    writeHead(response, status, reason, flat);
    return sendStream(response, body);
  }
  const content = Buffer.isBuffer(body) ? body : Buffer.from(body ?? "");
  const isHead = request.method === "HEAD";
  if (!hasLength && !isHead) flat.push("Content-Length", String(content.length));
  writeHead(response, status, reason, flat);
  if (content.length === 0 || isHead || status === 204) response.end();
  else sendBody(response, content);
}

function sendStream(response: ServerResponse, body: Readable): void {
  if (body instanceof RowStream) void passOn(body, response);
  // A stream that fails has no other way to say so than to break off.
  else pipeline(body, response, () => {});
}

/** Rows as they come: what was handed over is given back, since the collector would leave megabytes of it lying. */
async function passOn(rows: RowStream, response: ServerResponse): Promise<void> {
  response.once("close", () => rows.destroy());
  try {
    for await (const page of rows as AsyncIterable<Buffer>) {
      const hasRoom = response.write(page, () => releaseBytes(page));
      if (!hasRoom && !response.destroyed) await once(response, "drain");
    }
    response.end();
  } catch {
    response.destroy();
  }
}

function sendBody(response: ServerResponse, content: Buffer): void {
  if (content.length > maxJoinedBytes) response.end(content);
  else response.end(content.toString("latin1"), "latin1");
}

/**
 * A shorter body is written as one text with the head, character for byte, which costs less than to hand the system two
 * buffers. The head is Latin-1 in any case: Node would write it in the text's encoding.
 */
const maxJoinedBytes = 16 * 1024;

function writeHead(response: ServerResponse, status: number, reason: string | undefined, headers: string[]): void {
  response.writeHead(status, reason ?? reasonOf(status), headers);
}

async function startListening(server: Server, listen: ServerAddress, reusePort: boolean): Promise<void> {
  if (listen.kind === "socket") await removeStaleSocket(listen.path);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(refused(error, listen)));
    server.once("listening", resolve);
    if (listen.kind === "socket") server.listen(listen.path);
    else server.listen({ port: listen.port, host: hostOf(listen.host), reusePort });
  });
  if (listen.kind === "socket") chmodSync(listen.path, listen.mode);
}

/** PostgREST's words for all addresses: "*" and "!6" any, "*4" and "!4" those of IPv4, "*6" those of IPv6. */
function hostOf(host: string): string | undefined {
  switch (host) {
    case "*":
    case "!6":
      return undefined;
    case "*4":
    case "!4":
      return "0.0.0.0";
    case "*6":
      return "::";
    default:
      return host;
  }
}

function refused(error: NodeJS.ErrnoException, listen: ServerAddress): AppError {
  const place = listen.kind === "socket" ? listen.path : `${listen.host}:${listen.port}`;
  return new AppError("WD507", `can't listen at ${place}`, {
    detail: error.code === "EADDRINUSE" ? "another process listens there" : error.message,
    hint: "choose another server-port, or server-unix-socket",
    cause: error,
  });
}

/** A socket that nobody answers at was left behind. */
async function removeStaleSocket(path: string): Promise<void> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isSocket() === true && !(await reachable({ path }))) rmSync(path, { force: true });
}

function addressOf(server: Server, listen: ServerAddress): HttpServer["address"] {
  const bound = server.address();
  if (bound === null || typeof bound === "string") return { path: listen.kind === "socket" ? listen.path : "" };
  return { host: bound.address, port: bound.port };
}

function reachable(address: HttpServer["address"]): Promise<boolean> {
  return new Promise((resolve) => {
    const socket =
      "path" in address ? createConnection(address.path) : createConnection(address.port, loopback(address));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function loopback({ host }: { readonly host: string }): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}

async function close(server: Server, listen: ServerAddress): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), shutdownMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
  if (listen.kind === "socket") rmSync(listen.path, { force: true });
}
