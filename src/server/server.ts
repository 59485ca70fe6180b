import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import Fastify, {
  LogController,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { splitTarget, type ErrorPage } from "../capability/index.ts";
import { AppError } from "../errors/index.ts";
import { allowedMethods } from "./allowed-methods.ts";
import { addAssets } from "./assets.ts";
import { answerClientError } from "./client-error.ts";
import { errorReply } from "./error-reply.ts";
import { knownHosts, type Hosts } from "./hosts.ts";
import { listen, urlOf } from "./listen.ts";
import { silentConnections } from "./silent-connections.ts";
import { addLiveReload } from "./live.ts";
import { fastifyLogger } from "./log.ts";
import type { Server, ServerOptions, Timeouts } from "./options.ts";
import { missingFile } from "./missing-file.ts";
import { isWebSocketUpgrade, refuseCrossOrigin, refuseEncodedBody, refuseForeignHost } from "./request-guard.ts";
import { contentSecurityPolicy, newNonce, securityHeaders } from "./security-headers.ts";
import { toldFailure } from "./told-failure.ts";
import { webSockets, type WebSockets } from "./web-sockets.ts";

const defaultTimeouts: Timeouts = {
  headersMs: 10_000,
  requestMs: 60_000,
  checkMs: 2_000,
  keepAliveMs: 30_000,
  shutdownMs: 10_000,
  drainMs: 0,
};

/**
 * A server of the project: capabilities, assets and the project's own plugin behind the checks that all share.
 *
 * Everything is ready when it resolves; nothing listens yet. Throws what a capability throws while it mounts (a broken
 * template in production), and WD513 where two routes are the same.
 */
export async function createServer(options: ServerOptions): Promise<Server> {
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const shared: Shared = {
    hosts: knownHosts(options.config.server.host, options.config.server.allowedHosts),
    errorPage: undefined,
    closing: false,
  };
  const fastify = newFastify(options, timeouts, shared);
  const sockets = webSockets(fastify.server, () => shared.hosts, options.log);
  const closeSilent = silentConnections(fastify.server);
  try {
    await mount(fastify, sockets, options, shared);
    await fastify.ready();
  } catch (error) {
    await fastify.close();
    throw fromMounting(error);
  }
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= shutDown({ fastify, sockets, shared, timeouts, closeSilent }));
  return {
    fastify,
    async listen(listening = {}) {
      const { host, port } = { ...options.config.server, ...definedOnly(listening) };
      shared.hosts = knownHosts(host, options.config.server.allowedHosts);
      const bound = await listen(fastify, host, port, listening.nextFreePort ?? false);
      return { url: urlOf(host, bound), port: bound };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Shared {
  hosts: Hosts;
  errorPage: ErrorPage | undefined;
  closing: boolean;
}

function newFastify(options: ServerOptions, timeouts: Timeouts, shared: Shared): FastifyInstance {
  const told = toldFailure(options.events);
  const answerError = errorReply({ mode: options.mode, errorPage: () => shared.errorPage, isTold: told.has });
  const fastify: FastifyInstance = Fastify({
    loggerInstance: fastifyLogger(options.log),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "request_id" }),
    genReqId: requestId,
    trustProxy: false,
    bodyLimit: options.config.server.maxBodyBytes,
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    return503OnClosing: false,
    http: {
      maxHeaderSize: 16 * 1024,
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: timeouts.checkMs,
      shouldUpgradeCallback: isWebSocketUpgrade,
    },
    routerOptions: { maxParamLength: 1024 },
    clientErrorHandler: answerClientError,
    // The router refuses before any hook runs.
    frameworkErrors: (error, request, reply) => {
      const [asked, answer] = [request as FastifyRequest, reply as FastifyReply];
      void answerError(admit(asked, answer, shared) ?? error, asked, answer);
    },
  });
  fastify.addHook("onClose", async () => told.end());
  fastify.setErrorHandler(answerError);
  return fastify;
}

async function mount(
  fastify: FastifyInstance,
  sockets: WebSockets,
  options: ServerOptions,
  shared: Shared,
): Promise<void> {
  const methods = allowedMethods(fastify);
  decorate(fastify, sockets, shared);
  fastify.addHook("onRequest", (request, reply, done) => done(admit(request, reply, shared)));
  await addAssets(fastify, options);
  fastify.addHook("onSend", (_request, reply, payload, done) => {
    if (shared.closing) reply.header("connection", "close");
    done(null, payload);
  });
  addRequestLog(fastify, options);
  if (options.mode === "development") await addLiveReload(fastify, options.events);
  for (const { capability, app } of options.capabilities) {
    if (capability.routes) {
      fastify.register(plainBodies(capability.routes(app)), { prefix: capability.mount ?? "" });
    }
  }
  if (options.userPlugin) fastify.register(options.userPlugin);
  fastify.setNotFoundHandler((request, reply) =>
    answerNotFound(methods.at(splitTarget(request.raw.url ?? "").path), request, reply, options),
  );
}

/** The project's own plugin may decompress what it is sent; nothing else here does, and would read it as it is. */
function plainBodies(routes: FastifyPluginAsync): FastifyPluginAsync {
  return async (scope) => {
    scope.addHook("onRequest", async (request, reply) => {
      const refused = refuseEncodedBody(request.raw);
      if (refused === undefined) return;
      reply.header("accept-encoding", "identity"); // RFC 9110, 12.5.3
      throw refused;
    });
    await scope.register(routes);
  };
}

/** What every request passes before anything else: our headers on its response, then the checks of host and origin. */
function admit(request: FastifyRequest, reply: FastifyReply, shared: Shared): AppError | undefined {
  reply.headers(securityHeaders).header("x-request-id", request.id);
  const refused = refuseForeignHost(request.raw, shared.hosts);
  if (refused || request.routeOptions?.config?.crossOrigin === true) return refused;
  return refuseCrossOrigin(request.raw, shared.hosts);
}

function decorate(fastify: FastifyInstance, sockets: WebSockets, shared: Shared): void {
  fastify.decorate("closing", { getter: () => shared.closing });
  fastify.decorate("setErrorPage", (page) => {
    shared.errorPage = page;
  });
  fastify.decorate("webSocket", function (this: FastifyInstance, path, handler) {
    sockets.add(this.prefix + path, handler);
  });
  const nonces = new WeakMap<FastifyReply, string>();
  fastify.decorateReply("cspNonce", function (this: FastifyReply) {
    const kept = nonces.get(this);
    if (kept !== undefined) return kept;
    const nonce = newNonce();
    nonces.set(this, nonce);
    this.header("content-security-policy", contentSecurityPolicy(nonce));
    return nonce;
  });
}

function answerNotFound(
  methods: readonly string[],
  request: FastifyRequest,
  reply: FastifyReply,
  { mode }: ServerOptions,
): FastifyReply {
  if (methods.length === 0) {
    const file = mode === "development" ? missingFile(splitTarget(request.raw.url ?? "").path) : undefined;
    const hint = file === undefined ? undefined : `create ${file} to answer here`;
    throw new AppError("WD505", "there is nothing at this address", { hint });
  }
  reply.header("allow", methods.join(", "));
  if (request.method === "OPTIONS") return reply.code(204).send();
  throw new AppError("WD506", `${request.method} is not allowed here`);
}

/** One line a request: method, path without its query string, status, milliseconds. */
function addRequestLog(fastify: FastifyInstance, { log }: ServerOptions): void {
  fastify.addHook("onResponse", (request, reply, done) => {
    const { path } = splitTarget(request.raw.url ?? "");
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    const fields = { request_id: request.id, method: request.method, path, status: reply.statusCode, ms };
    const write = path.startsWith("/_howdah/") ? "debug" : "info";
    log[write](fields, `${request.method} ${path} ${reply.statusCode} ${ms} ms`);
    done();
  });
}

/** An id that came with the request is kept (a proxy in front has logged it), where it is short and plain. */
function requestId(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

interface Running {
  readonly fastify: FastifyInstance;
  readonly sockets: WebSockets;
  readonly shared: Shared;
  readonly timeouts: Timeouts;
  readonly closeSilent: () => void;
}

async function shutDown({ fastify, sockets, shared, timeouts, closeSilent }: Running): Promise<void> {
  shared.closing = true;
  if (timeouts.drainMs > 0) await pause(timeouts.drainMs);
  const cut = setTimeout(() => fastify.server.closeAllConnections(), timeouts.shutdownMs);
  try {
    const closed = fastify.close();
    closeSilent();
    await Promise.all([closed, sockets.close(Math.min(1000, timeouts.shutdownMs))]);
  } finally {
    clearTimeout(cut);
  }
}

function fromMounting(error: unknown): unknown {
  const { code } = error as { readonly code?: unknown };
  if (code !== "FST_ERR_DUPLICATED_ROUTE") return error;
  return new AppError("WD513", "two routes claim one path", { detail: (error as Error).message, cause: error });
}

function definedOnly<Value extends object>(value: Value): { [Key in keyof Value]?: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [Key in keyof Value]?: Exclude<Value[Key], undefined>;
  };
}
