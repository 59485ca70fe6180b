import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import type { WebSocket } from "ws";
import type { AppEvent } from "../capability/index.ts";
import { errorToJson, type ErrorJson } from "../errors/index.ts";
import { refreshKind, type RefreshKind } from "./refresh-kind.ts";

/** What the client script is told, on connecting and whenever something happens. */
export interface LiveMessage {
  /** Names what is served now: a page made under another one is out of date. */
  readonly state: string;
  readonly refresh: RefreshKind | null;
  /** Why the last assembly failed; null when it did not. */
  readonly failure: ErrorJson | null;
}

/**
 * Hot reload, in development only: a WebSocket, the script behind it, and a line in every HTML page that loads it.
 *
 * Routes: /_howdah/live, /_howdah/client.js, /_howdah/idiomorph.js.
 */
export async function addLiveReload(
  fastify: FastifyInstance,
  events: (listener: (event: AppEvent) => void) => () => void,
): Promise<void> {
  const server = randomBytes(6).toString("hex");
  const sockets = new Set<WebSocket>();
  let generation = 0;
  let failure: ErrorJson | null = null;
  const state = (): string => `${server}.${generation}`;
  const message = (refresh: RefreshKind | null): string =>
    JSON.stringify({ state: state(), refresh, failure } satisfies LiveMessage);

  const unsubscribe = events((event) => {
    if (event.kind === "failed") failure = errorToJson(event.error);
    if (event.kind === "assembled") failure = null;
    const refresh = event.kind === "failed" ? undefined : refreshKind(event.paths);
    if (refresh !== undefined) generation += 1;
    const text = message(refresh ?? null);
    for (const socket of sockets) socket.send(text);
  });
  fastify.addHook("onClose", async () => unsubscribe());
  fastify.webSocket("/_howdah/live", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.send(message(null));
  });
  await addScripts(fastify);
  fastify.addHook("onSend", async (request, reply, payload) => {
    const type = String(reply.getHeader("content-type") ?? "");
    if (typeof payload !== "string" || !type.startsWith("text/html")) return payload;
    return withClient(payload, `nonce="${reply.cspNonce()}" data-state="${state()}" data-method="${request.method}"`);
  });
}

async function addScripts(fastify: FastifyInstance): Promise<void> {
  const client = await readFile(new URL("client.js", import.meta.url), "utf8");
  const idiomorph = await readFile(fileURLToPath(import.meta.resolve("idiomorph")), "utf8");
  for (const [url, script] of [
    ["/_howdah/client.js", client],
    ["/_howdah/idiomorph.js", idiomorph],
  ] as const) {
    fastify.get(url, async (_request, reply) => {
      return reply.type("text/javascript; charset=utf-8").header("cache-control", "no-cache").send(script);
    });
  }
}

/** The page with the client script in its head, or at its end where it has none. */
function withClient(html: string, attributes: string): string {
  const script = `<script type="module" src="/_howdah/client.js" ${attributes}></script>`;
  const head = html.search(/<\/head\s*>/i);
  const at = head === -1 ? html.length : head;
  return html.slice(0, at) + script + html.slice(at);
}
