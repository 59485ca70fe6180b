import { STATUS_CODES, type IncomingMessage, type Server as HttpServer } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { splitTarget, type Log, type WebSocketHandler } from "../capability/index.ts";
import { AppError } from "../errors/index.ts";
import type { Hosts } from "./hosts.ts";
import { statusOf } from "./problem.ts";
import { refuseCrossOrigin, refuseForeignHost } from "./request-guard.ts";

const largestMessage = 1024 * 1024;

/** The WebSockets of a server, by path. */
export interface WebSockets {
  add(path: string, handler: WebSocketHandler): void;
  /** Closes every socket with 1001 (going away); cuts those that don't answer in time. */
  close(timeoutMs: number): Promise<void>;
}

/** Takes the upgrades of `server`: each passes the checks of Host and Origin first, a path that nobody added is a 404. */
export function webSockets(server: HttpServer, hosts: () => Hosts, log: Log): WebSockets {
  const handlers = new Map<string, WebSocketHandler>();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessage, perMessageDeflate: false });
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on("error", () => socket.destroy());
    const refused = refuseForeignHost(request, hosts()) ?? refuseCrossOrigin(request, hosts());
    if (refused) return refuse(socket, refused);
    const handler = handlers.get(splitTarget(request.url ?? "").path);
    if (handler)
      return sockets.handleUpgrade(request, socket, head, (accepted) => accept(handler, accepted, request, log));
    // A plugin of the project's may serve WebSockets by its own listener.
    if (server.listenerCount("upgrade") === 1)
      refuse(socket, new AppError("WD505", "there is nothing at this address"));
  };
  server.on("upgrade", upgrade);
  return {
    add(path, handler) {
      handlers.set(path, handler);
    },
    async close(timeoutMs) {
      const closed = [...sockets.clients].map(
        (client) =>
          new Promise<void>((resolve) => (client.once("close", () => resolve()), client.close(1001, "going away"))),
      );
      const cut = setTimeout(() => sockets.clients.forEach((client) => client.terminate()), timeoutMs);
      await Promise.all(closed);
      clearTimeout(cut);
    },
  };
}

function accept(handler: WebSocketHandler, socket: import("ws").WebSocket, request: IncomingMessage, log: Log): void {
  socket.on("error", (error) => log.debug({ error: error.message }, "a WebSocket failed"));
  handler(socket, request);
}

function refuse(socket: Duplex, error: AppError): void {
  const body = `${error.code} ${error.message}\n`;
  const status = statusOf(error);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
