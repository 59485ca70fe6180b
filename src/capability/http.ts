import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import type { WebSocket } from "ws";

/** What an error page is made from; `message` is there only when strangers may read it. */
export interface ErrorPageFacts {
  readonly status: number;
  readonly code: string;
  readonly message: string | undefined;
  readonly requestId: string;
  /** Of the response, for the page's own <script nonce> and <style nonce>. */
  readonly nonce: string;
}

/** Makes the HTML of an error, or undefined where the server's own page does. */
export type ErrorPage = (facts: ErrorPageFacts, request: FastifyRequest) => Promise<string | undefined>;

/** Serves one WebSocket whose Host and Origin are checked already. */
export type WebSocketHandler = (socket: WebSocket, request: IncomingMessage) => void;

declare module "fastify" {
  interface FastifyInstance {
    /** True once the server is shutting down: readiness turns first, requests in flight go on. */
    readonly closing: boolean;
    /** Takes over the HTML of errors; one renderer a server, the last one set. */
    setErrorPage(page: ErrorPage): void;
    /** Serves WebSockets at this path (below the plugin's prefix); they are closed with 1001 at shutdown. */
    webSocket(path: string, handler: WebSocketHandler): void;
  }
  interface FastifyReply {
    /** The nonce of this response, also put into its Content-Security-Policy; the same on each call. */
    cspNonce(): string;
  }
  interface FastifyContextConfig {
    /** True: requests of other origins may change things here. Only for routes that ignore cookies. */
    readonly crossOrigin?: boolean;
  }
}
