import { connect, type Socket } from "node:net";
import { AppError, type ErrorCode } from "../errors/index.ts";
import { type Home, leaseAddress } from "./home.ts";
import {
  type Failure,
  type LeaseReply,
  type LeaseRequest,
  receive,
  send,
  type SupervisorState,
} from "./lease-protocol.ts";

/** An open connection to a supervisor. */
export interface LeaseConnection {
  send(request: LeaseRequest): void;
  /** Every reply, in order; ends when the connection does. */
  onReply(listener: (reply: LeaseReply) => void): void;
  /** Resolves when the connection is closed, by either side. */
  readonly closed: Promise<void>;
  /** Lets the process end although the connection is open: the kernel gives the lease back. */
  unref(): void;
  ref(): void;
  close(): void;
}

/** Connects to the supervisor of `home`; undefined when none is there. Throws WD373 when it is another user's. */
export async function connectSupervisor(home: Home): Promise<LeaseConnection | undefined> {
  const address = await leaseAddress(home);
  if (address === undefined) return undefined;
  const socket = connect(address);
  const failed = await new Promise<NodeJS.ErrnoException | undefined>((done) => {
    socket.once("connect", () => done(undefined));
    socket.once("error", done);
  });
  if (failed === undefined) return connection(socket);
  if (failed.code === "EACCES" || failed.code === "EPERM") throw othersCluster(address, failed);
  return undefined;
}

/** A failure that came through the socket, as the error it was. */
export function fromFailure({ code, message, detail, hint }: Failure): AppError {
  return new AppError(code as ErrorCode, message, { detail, hint });
}

/** The supervisor's state and lease holders; undefined when there is no supervisor. */
export async function askStatus(
  home: Home,
): Promise<{ readonly state: SupervisorState; readonly leases: readonly number[] } | undefined> {
  const supervisor = await connectSupervisor(home);
  if (supervisor === undefined) return undefined;
  const answer = new Promise<Extract<LeaseReply, { kind: "status" }>>((done) => {
    supervisor.onReply((reply) => {
      if (reply.kind === "status") done(reply);
    });
  });
  supervisor.send({ kind: "status" });
  const status = await Promise.race([answer, supervisor.closed]);
  supervisor.close();
  return status === undefined ? undefined : { state: status.state, leases: status.leases };
}

function connection(socket: Socket): LeaseConnection {
  const listeners = new Set<(reply: LeaseReply) => void>();
  const closed = new Promise<void>((done) => socket.once("close", () => done()));
  socket.on("error", () => {}); // "close" follows
  receive(socket, (reply) => {
    for (const listener of listeners) listener(reply as LeaseReply);
  });
  return {
    send: (request) => send(socket, request),
    onReply: (listener) => void listeners.add(listener),
    closed,
    unref: () => void socket.unref(),
    ref: () => void socket.ref(),
    close: () => void socket.destroy(),
  };
}

function othersCluster(address: string, cause: unknown): AppError {
  return new AppError("WD373", "the project's cluster belongs to another user", {
    detail: `${address} is closed to uid ${process.getuid?.() ?? "?"}`,
    hint: "run howdah as the user who started the cluster first",
    cause,
  });
}
