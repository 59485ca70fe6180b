import { Socket } from "node:net";
import pg from "pg";
import { Backend, type MessageHandler } from "./backend.ts";
import { connectClient, type ClientOptions } from "./client.ts";
import { Frontend } from "./frontend.ts";
import { isSocket, type Target } from "./target.ts";
import { tlsOptions } from "./tls.ts";

const largeBytes = 256 * 1024;

/**
 * A session whose socket we read and write ourselves, after the driver has connected it, encrypted it and logged in.
 *
 * This is the only file that reaches behind the driver's face: `client.connection.stream` and its "data" listener,
 * `connection.connect`, `requestSsl` and `cancel`, and the key of a session. Reason: the driver turns every value
 * into a string and emits an event a message, while a request passes bytes on and sends two Syncs in one write.
 */
export interface Wire {
  /** True when the bytes were handed over, so that their buffer is free again. */
  send(bytes: Buffer): boolean;
  /** Reads nothing more until `resume`, so that Postgres waits. */
  pause(): void;
  resume(): void;
  /** Asks Postgres to cancel what the session runs; resolves when the request was handed over or failed to be. */
  cancel(): Promise<void>;
  /** A goodbye; resolves when the connection is closed. */
  end(): Promise<void>;
  /** Drops the connection. */
  destroy(): void;
}

export interface WireEvents {
  readonly onMessage: MessageHandler;
  /** All messages that came together were passed on. */
  readonly onRead?: () => void;
  /** A longer message of Postgres ends the connection with WD212. */
  readonly maxMessageBytes: number;
  /** Once, whoever ended it; `error` is the socket's, if it had one. */
  readonly onClose: (error: Error | undefined) => void;
}

/**
 * What is read is read into these bytes, of all sessions one after the other: to make new ones for each answer is a third of
 * what a short request costs, most of it the collector's.
 */
const shared = Buffer.allocUnsafeSlow(64 * 1024);

/** Connects and takes over; throws WD201 and WD202 as connectClient does. */
export async function openWire(target: Target, options: ClientOptions, events: WireEvents): Promise<Wire> {
  const ssl = tlsOptions(target);
  const backend = new Backend(events.onMessage, events.maxMessageBytes);
  const read = (bytes: Buffer, length: number, owned: boolean): void => {
    try {
      backend.push(bytes, length, owned);
      events.onRead?.();
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
  let taken = false;
  // What TLS decrypts has bytes of its own in any case.
  const plain = (): Socket => {
    const made: Socket = new Socket({
      onread: {
        buffer: shared,
        callback: (length) => {
          if (taken) read(shared, length, false);
          else made.emit("data", Buffer.from(shared.subarray(0, length)));
          return true;
        },
      },
    });
    return made;
  };
  const client = await connectClient(target, { ...options, ...(ssl === false ? { stream: plain } : {}) });
  // The server is silent after its first ReadyForQuery, so nothing of a message is left in the driver's parser.
  const socket = client.connection.stream as Socket;
  let failure: Error | undefined;
  taken = true;
  socket.removeAllListeners("data");
  if (ssl !== false) socket.on("data", (chunk: Buffer) => read(chunk, chunk.length, true));
  socket.on("error", (error) => (failure ??= error));
  socket.once("close", () => events.onClose(failure));
  // It may have closed between the driver's last event and this line.
  if (socket.destroyed) setImmediate(() => events.onClose(failure));
  return {
    send: (bytes) => {
      if (bytes.length < largeBytes) socket.write(bytes);
      else socket.write(bytes, () => release(bytes));
      return socket.writableLength === 0;
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    cancel: () => cancelSession(target, ssl, client, options.connectTimeoutMs),
    end: () => endSocket(socket),
    destroy: () => void socket.destroy(),
  };
}

/**
 * Gives memory back now: the collector counts what lies outside of its heap, but does not hurry for it, and ten bodies
 * of 10 MB would be held at once. Whoever still reads it finds nothing, not something else.
 */
function release(bytes: Buffer): void {
  if (bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
}

function endSocket(socket: Socket): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    // A server that has gone silent closes nothing.
    const timer = setTimeout(() => socket.destroy(), 1000);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.end(new Frontend().terminate().bytes());
  });
}

/** Sends a CancelRequest on a connection of its own (PostgreSQL manual, "Canceling Requests in Progress"). */
function cancelSession(
  target: Target,
  ssl: ReturnType<typeof tlsOptions>,
  client: pg.Client,
  timeoutMs: number,
): Promise<void> {
  const { processID, secretKey } = client as unknown as { readonly processID: number; readonly secretKey: number };
  const messenger = new pg.Connection({ ssl }) as Messenger;
  return new Promise((resolve) => {
    const timer = setTimeout(() => messenger.stream.destroy(), timeoutMs);
    // Postgres answers by closing; the signal is sent before that, so "end" means that it can't come any later.
    messenger.once("end", () => {
      clearTimeout(timer);
      resolve();
    });
    // A server that has gone has nothing left to cancel; the session itself will notice.
    messenger.on("error", () => messenger.stream.destroy());
    messenger.once("connect", () => (ssl === false ? send() : messenger.requestSsl()));
    messenger.once("sslconnect", () => send());
    const send = (): void => messenger.cancel(processID, secretKey);
    if (isSocket(target.host)) messenger.connect(`${target.host}/.s.PGSQL.${target.port}`);
    else messenger.connect(target.port, target.host);
  });
}

/** The parts of the driver's Connection that its types leave out. */
interface Messenger extends pg.Connection {
  connect(portOrPath: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
}
