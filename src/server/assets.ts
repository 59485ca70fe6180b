import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { splitTarget } from "../capability/index.ts";
import { AppError } from "../errors/index.ts";
import { replyWithAsset } from "./asset-reply.ts";
import { assetStore, type AssetStore } from "./asset-store.ts";
import type { ServerOptions } from "./options.ts";

// A release's files never change; a folder that is served may be copied over, which shows within a second.
const productionCheckMs = 1000;

/**
 * Serves public/ wherever no route but the catch-all of pages matches. It is a hook and no route, because the names
 * change while the server runs, and because an asset wins over a page with a parameter.
 */
export async function addAssets(fastify: FastifyInstance, options: ServerOptions): Promise<void> {
  const store = await assetStore(options.tree, options.mode === "development" ? 0 : productionCheckMs);
  const unsubscribe = options.events((event) => {
    if (event.kind === "failed" || !event.paths.some((path) => path.startsWith("public/"))) return;
    store.refresh().catch((error: unknown) => options.log.error({ error: String(error) }, "public/ can't be listed"));
  });
  fastify.addHook("onClose", async () => unsubscribe());
  // With a callback and not as a promise, so that requests of pages, which are most, don't wait for one.
  fastify.addHook("onRequest", (request, reply, done) => {
    const caught = request.is404 || request.routeOptions.url === "/*";
    const { path } = splitTarget(request.raw.url ?? "");
    if (!caught || !(store.refreshing || store.has(path))) return done();
    void settle(answer(store, path, request, reply, options), done);
  });
}

async function settle(answering: Promise<boolean>, done: (error?: Error) => void): Promise<void> {
  try {
    if (!(await answering)) done();
  } catch (error) {
    done(error as Error);
  }
}

/** False where the file is gone since it was listed. */
async function answer(
  store: AssetStore,
  path: string,
  request: FastifyRequest,
  reply: FastifyReply,
  options: ServerOptions,
): Promise<boolean> {
  const asset = await store.get(path);
  if (!asset) return false;
  if (request.method === "GET" || request.method === "HEAD") {
    await replyWithAsset(asset, request, reply, options);
    return true;
  }
  reply.header("allow", "GET, HEAD, OPTIONS");
  if (request.method !== "OPTIONS") throw new AppError("WD506", `${request.method} is not allowed here`);
  reply.code(204).send();
  return true;
}
