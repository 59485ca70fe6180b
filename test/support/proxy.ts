import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";
import type { Target } from "../../src/postgres/index.ts";

export interface Proxy {
  /** The same Postgres, through this proxy. */
  readonly target: Target;
  /** Breaks every connection. */
  drop(): void;
  /** Takes no more connections, as a server that is down; `start` takes them again. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Connections stay open and are taken, but nothing goes through; on true. */
  blackhole(on: boolean): void;
  /** Bytes that Postgres sends are held back, while those of the client go through; on true. */
  mute(on: boolean): void;
}

/** A TCP proxy in front of a Postgres on TCP, that can fail as networks do. */
export async function testProxy(t: TestContext, upstream: Target): Promise<Proxy> {
  const proxy = await startProxy(upstream);
  t.after(() => proxy.stop());
  return proxy;
}

/** The same outside of a test: whoever starts it stops it. */
export async function startProxy(upstream: Target): Promise<Proxy> {
  /** In the dark one side is closed and the other does not hear of it: these have to be ended one by one. */
  const sockets = new Set<Socket>();
  let dark = false;
  let muted = false;
  const accept = (client: Socket): void => {
    const server = connect(upstream.port, upstream.host);
    const pair = [client, server] as const;

    client.on("data", (chunk) => dark || server.write(chunk));
    server.on("data", (chunk) => dark || muted || client.write(chunk));
    for (const [one, other] of [pair, pair.toReversed() as [Socket, Socket]]) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);

        if (!dark) other.destroy();
      });
    }
  };
  let server: Server | undefined;
  let port = 0;
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const start = async (): Promise<void> => {
    server = createServer(accept).listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  };
  const stop = async (): Promise<void> => {
    const closed = server === undefined ? undefined : once(server, "close");
    server?.close();
    server = undefined;
    drop();
    await closed;
  };
  await start();
  return {
    target: { ...upstream, host: "127.0.0.1", port, ssl: "disable" },
    drop,
    stop,
    start,
    blackhole: (on) => (dark = on),
    mute: (on) => (muted = on),
  };
}
