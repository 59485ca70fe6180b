import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../../capability/index.ts";
import { warnOfUnguarded } from "./checks.ts";
import { bodyTooLarge } from "./failure/index.ts";
import type { ProjectSettings } from "./project-settings.ts";
import { whenGone } from "./run/asker.ts";
import { createApi, type Api } from "./run/api.ts";
import { failureResponse } from "./run/failure-response.ts";
import type { HttpResponse } from "./run/http.ts";
import { watchDatabase, type DatabaseWatch } from "./run/known-database.ts";

const methods = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"] as const;

/** The API below its mount: one route, whose requests go through the stages. */
export function restRoutes(app: App<ProjectSettings>): FastifyPluginAsync {
  return async (fastify) => {
    const openApi = { ...app.settings.openApi, basePath: fastify.prefix };
    const settings = { ...app.settings, anonRole: app.config.roles.anon, openApi };
    const watch = watchDatabase({
      open: () => app.connect(),
      login: app.config.roles.authenticator ?? `${app.config.name}_authenticator`,
      options: () => settings,
      log: app.log,
    });
    const ending = new AbortController();
    const unsubscribe = reloadWhenTold(app, watch, ending.signal);
    warnOfUnguarded(app, ending.signal);
    fastify.addHook("onClose", async () => {
      ending.abort();
      unsubscribe();
      await watch.close();
    });
    const api = createApi({
      pool: app.requests,
      watch,
      settings: () => settings,
      log: app.log,
    });
    serveBelow(fastify, api, app.settings);
  };
}

/**
 * An assembly is told twice, by its NOTIFY and by its event: whichever comes first. What can't be notified of anything
 * (behind a pooler that keeps no sessions) hears of its own assemblies at least.
 */
function reloadWhenTold(app: App<ProjectSettings>, watch: DatabaseWatch, signal: AbortSignal): () => void {
  let isNotified = false;
  const notified = (): void => {
    isNotified = true;
    watch.reload();
  };
  void app.listen(["pgrst", "howdah"], notified, signal);
  return app.on(({ kind }) => {
    if (kind !== "assembled") return;
    if (!isNotified) watch.reload();
    isNotified = false;
  });
}

function serveBelow(fastify: FastifyInstance, api: Api, settings: ProjectSettings): void {
  const { maxBodyBytes } = settings;
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: maxBodyBytes }, (_request, body, done) =>
    done(null, body),
  );
  fastify.setErrorHandler((error: Error & { readonly statusCode?: number }, _request, reply) => {
    if (error.statusCode !== 413) throw error;
    return send(reply.header("connection", "close"), failureResponse(bodyTooLarge(maxBodyBytes), settings));
  });
  const prefix = fastify.prefix.length;
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    send(reply, await api.answer(toHttpRequest(request, reply, prefix)));
  for (const url of ["", "/*"]) {
    fastify.route({ method: [...methods], url, bodyLimit: maxBodyBytes, config: { crossOrigin: true }, handler });
  }
}

const noBody = Buffer.alloc(0);

function toHttpRequest(request: FastifyRequest, reply: FastifyReply, prefix: number) {
  const below = (request.raw.url ?? "/").slice(prefix);
  const { headers, rawHeaders, method = "GET" } = request.raw;
  return {
    method,
    url: below.startsWith("/") ? below : `/${below}`,
    headers,
    rawHeaders,
    body: Buffer.isBuffer(request.body) ? request.body : noBody,
    address: request.ip,
    signal: whenGone(reply.raw),
  };
}

function send(reply: FastifyReply, { status, reason, headers, body }: HttpResponse): FastifyReply {
  reply.code(status);
  if (reason !== undefined) reply.raw.statusMessage = reason;
  // A page is what a policy of content is for, and a body of the API is none; the one page that there is has its own.
  reply.removeHeader("content-security-policy");
  for (const [name, value] of headers) reply.header(name, value);
  return reply.send(body ?? undefined);
}
