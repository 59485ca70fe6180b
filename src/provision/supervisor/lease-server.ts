import { rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { type Failure, type LeaseRequest, receive, send, type SupervisorState } from "../lease-protocol.ts";

/** What the lease server asks of the supervisor. */
export interface LeaseEvents {
  /** A process wants to hold the cluster: the reason to refuse it, if any. */
  onHold(request: Extract<LeaseRequest, { kind: "hold" }>): Failure | undefined;
  /** The last lease is gone, or nobody came for one. */
  onIdle(): void;
  /** Somebody asked for another start, for settings that need one. */
  onRestart(): void;
  /** Somebody asked for the end, whoever holds it. */
  onStop(): void;
}

// Whoever started us connects at once; one that died before leaves nobody.
const firstLeaseMs = 10_000;
// A killed process that is started again finds the cluster running.
const graceMs = 300;

/**
 * The socket of the leases: each open connection that said "hold" is one, and the kernel closes it with its process,
 * also after kill -9.
 */
export class LeaseServer {
  readonly #server: Server;
  readonly #events: LeaseEvents;
  readonly #leases = new Map<Socket, number>();
  /** Gave back the last lease and wait for the end. */
  readonly #releasing = new Set<Socket>();
  readonly #sockets = new Set<Socket>();
  #state: SupervisorState = { kind: "starting", step: "preparing", supervisor: process.pid };
  #idle: NodeJS.Timeout;
  readonly #heard = Promise.withResolvers<void>();

  private constructor(server: Server, events: LeaseEvents) {
    this.#server = server;
    this.#events = events;
    this.#idle = setTimeout(() => events.onIdle(), firstLeaseMs);
    server.on("connection", (socket) => this.#accept(socket));
  }

  /** The lock is ours: a socket that is left at this address has no listener. */
  static async listen(address: string, events: LeaseEvents): Promise<LeaseServer> {
    if (process.platform !== "win32") await rm(address, { force: true });
    const server = createServer();
    await new Promise<void>((listening, failed) => {
      server.once("error", failed);
      server.listen(address, listening);
    });
    return new LeaseServer(server, events);
  }

  /** Remembers the state and tells every lease holder. */
  announce(state: SupervisorState): void {
    this.#state = state;
    for (const socket of this.#leases.keys()) send(socket, { kind: "state", state });
  }

  /** The same for the last word; resolves when somebody heard it, at the latest after 3 s. */
  async announceFailure(failure: Failure): Promise<void> {
    this.announce({ kind: "failed", failure });
    if (this.#held) return;
    const patience = setTimeout(() => this.#heard.resolve(), 3000);
    await this.#heard.promise;
    clearTimeout(patience);
  }

  get state(): SupervisorState {
    return this.#state;
  }

  get #held(): boolean {
    return this.#leases.size > 0;
  }

  /** Takes no one else, tells everybody the last word, removes the socket. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    for (const socket of this.#sockets) socket.end(() => socket.destroySoon());
    const slow = setTimeout(() => this.#sockets.forEach((socket) => socket.destroy()), 1000);
    await closed;
    clearTimeout(slow);
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {}); // "close" follows
    socket.on("close", () => {
      this.#sockets.delete(socket);
      this.#releasing.delete(socket);
      this.#drop(socket, graceMs);
    });
    receive(socket, (request) => this.#answer(socket, request as LeaseRequest));
  }

  #answer(socket: Socket, request: LeaseRequest): void {
    switch (request.kind) {
      case "hold":
        return this.#hold(socket, request);
      case "status":
        return send(socket, { kind: "status", state: this.#state, leases: [...this.#leases.values()] });
      case "release":
        return this.#release(socket);
      case "restart":
        return this.#events.onRestart();
      case "stop":
        return this.#events.onStop();
      default:
        request satisfies never;
    }
  }

  #hold(socket: Socket, request: Extract<LeaseRequest, { kind: "hold" }>): void {
    const failure = this.#events.onHold(request);
    if (this.#state.kind === "failed") this.#heard.resolve();
    if (failure !== undefined) return send(socket, { kind: "refused", failure });
    this.#leases.set(socket, request.pid);
    clearTimeout(this.#idle);
    send(socket, { kind: "state", state: this.#state });
    // It came between the last release and the end: the cluster goes on.
    for (const released of this.#releasing) send(released, { kind: "released" });
    this.#releasing.clear();
  }

  #release(socket: Socket): void {
    this.#drop(socket, 0);
    if (this.#held) send(socket, { kind: "released" });
    else this.#releasing.add(socket);
  }

  #drop(socket: Socket, waitMs: number): void {
    if (!this.#leases.delete(socket) || this.#held) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#events.onIdle(), waitMs);
  }
}
