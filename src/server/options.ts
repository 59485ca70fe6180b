import type { FastifyInstance, FastifyPluginAsync } from "fastify";
import type { App, AppEvent, Capability, Log } from "../capability/index.ts";
import type { Config, Tree } from "../project/index.ts";
import type { RequestPool } from "../postgres/index.ts";

/** A capability with what it is given. */
export interface MountedCapability {
  readonly capability: Capability;
  readonly app: App;
}

export interface ServerOptions {
  readonly config: Config;
  readonly mode: "development" | "production";
  readonly tree: Tree;
  readonly capabilities: readonly MountedCapability[];
  /** The default export of the project's server.ts, mounted at the root beside ours. */
  readonly userPlugin?: FastifyPluginAsync | undefined;
  readonly requests: RequestPool;
  readonly log: Log;
  /** Subscribes to what happens to the application; returns the function that ends the subscription. */
  readonly events: (listener: (event: AppEvent) => void) => () => void;
  readonly timeouts?: Partial<Timeouts> | undefined;
}

/** All in milliseconds. */
export interface Timeouts {
  /** Until the headers of a request have arrived; default 10,000. */
  readonly headersMs: number;
  /** Until a whole request has arrived; default 60,000. */
  readonly requestMs: number;
  /** How often connections are checked for both; default 2,000. */
  readonly checkMs: number;
  /** How long an idle connection is kept; default 30,000. */
  readonly keepAliveMs: number;
  /** How long requests in flight may take after `close`; default 10,000. */
  readonly shutdownMs: number;
  /** How long /_ready says no while requests are still taken, before `close` stops listening; default 0. */
  readonly drainMs: number;
}

export interface ListenOptions {
  /** Default: server.host. */
  readonly host?: string | undefined;
  /** Default: server.port; 0 takes any free one. */
  readonly port?: number | undefined;
  /** With a taken port, take the next free one of the hundred behind it. */
  readonly nextFreePort?: boolean | undefined;
}

export interface Server extends AsyncDisposable {
  /** For embedding: `inject`, `routing`, or to add to it before it listens. */
  readonly fastify: FastifyInstance;
  /** Throws WD507 when the address can't be had. */
  listen(options?: ListenOptions): Promise<{ readonly url: string; readonly port: number }>;
  /** Readiness turns first, then nothing new is accepted, what is in flight ends, WebSockets close with 1001. */
  close(): Promise<void>;
}
