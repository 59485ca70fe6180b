import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { pathSegments, splitTarget, type App, type ErrorPageFacts } from "../../capability/index.ts";
import { AppError } from "../../errors/index.ts";
import { act } from "./action.ts";
import { formTypes } from "./form.ts";
import { planQueries } from "./plan.ts";
import { runQueries } from "./query.ts";
import { noFields, queryFields, type PageRequest } from "./request.ts";
import { sendPage } from "./response.ts";
import type { RouteMatch } from "./route-table.ts";
import type { PagesSettings } from "./settings.ts";
import { siteCache, type Page, type Site, type SiteCache } from "./site.ts";

/** All pages stand behind one route, so that files may come and go while the server runs. */
export function pageRoutes(app: App<PagesSettings>): FastifyPluginAsync {
  return async (fastify) => {
    const cache = siteCache(app.tree, { formats: app.settings, strict: app.mode === "development" });
    const unsubscribe = app.on((event) => {
      if (event.kind !== "failed") cache.forget(event.paths);
    });
    fastify.addHook("onClose", async () => unsubscribe());
    if (app.mode === "production") (await cache.load()).compileAll();
    fastify.addContentTypeParser([...formTypes], { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    fastify.setErrorPage((facts, request) => errorPage(cache, facts, request));
    const handler = pageHandler(app, cache);
    fastify.get("/*", handler);
    fastify.route({ method: ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"], url: "/*", handler });
  };
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

function pageHandler(app: App<PagesSettings>, cache: SiteCache): Handler {
  return async (request, reply) => {
    const { path, search } = splitTarget(request.raw.url ?? "/");
    const segments = pathSegments(path);
    if (segments === undefined) throw new AppError("WD504", "the path can't be read");
    const site = cache.ready ?? (await cache.load());
    const canonical = canonicalPath(site, path, segments);
    if (canonical !== undefined) return reply.redirect(canonical + search, 308);
    const match = site.routes.match(segments);
    if (!match) return reply.callNotFound();
    const page = site.page(match);
    if (request.method === "POST" && page.action)
      return act(app, page, request, reply, asked(request, path, search, match));
    if (request.method !== "GET" && request.method !== "HEAD") return refuseMethod(page, request, reply);
    const pageRequest = asked(request, path, search, match);
    const plan = planQueries(page.queries, pageRequest, app.config.roles.anon);
    const data = await runQueries(app.requests, plan, whenGone(reply));
    return sendPage(reply, page.template, pageRequest, data);
  };
}

/** Aborts when the client is gone: nobody waits for what only reads. An action runs on, because it was sent. */
function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** /about/, /about.html and /blog/index are other spellings of /about and /blog; undefined where it is the page's own. */
function canonicalPath(site: Site, path: string, segments: readonly string[]): string | undefined {
  const last = segments.at(-1);
  if (last === undefined) return undefined;
  if (last === "") {
    const without = segments.slice(0, -1);
    return without.length > 0 && site.routes.match(without) ? path.slice(0, -1) : undefined;
  }
  if (!/\.html$|^index$/.test(last) || site.routes.matchFixed(segments)) return undefined;
  const name = last.replace(/\.html$/, "");
  const above = segments.slice(0, -1);
  const page = name === "index" ? above : [...above, name];
  if (!site.routes.matchFixed(page)) return undefined;
  const canonical = name === "index" ? path.slice(0, path.lastIndexOf("/")) || "/" : path.replace(/\.html$/, "");
  // A dot that came as %2E is found by its meaning and not in the text: no redirect to itself.
  return canonical === path ? undefined : canonical;
}

function asked(request: FastifyRequest, path: string, search: string, match: RouteMatch): PageRequest {
  return {
    method: request.method === "POST" ? "POST" : "GET",
    path,
    search,
    headers: request.headers,
    route: match.params,
    query: queryFields(search),
    form: noFields,
  };
}

function refuseMethod(page: Page, request: FastifyRequest, reply: FastifyReply): unknown {
  reply.header("allow", page.action ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, OPTIONS");
  if (request.method === "OPTIONS") return reply.code(204).send();
  throw new AppError("WD506", `${request.method} is not allowed here`);
}

async function errorPage(
  cache: SiteCache,
  facts: ErrorPageFacts,
  request: FastifyRequest,
): Promise<string | undefined> {
  const site = cache.ready ?? (await cache.load());
  const template = site.errorPage(facts.status === 404 ? 404 : facts.status >= 500 ? 500 : 0);
  if (!template) return undefined;
  const { path } = splitTarget(request.raw.url ?? "/");
  const context = { ...facts, message: facts.message ?? null, params: noFields, form: noFields, error: null, path };
  return template(context, { nonce: facts.nonce, path, method: request.method, status: facts.status });
}
