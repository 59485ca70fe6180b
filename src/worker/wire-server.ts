import { createServer, type Server, type Socket } from "node:net";
import { ScramServer, type ScramExchange } from "./scram-server.ts";

/** Answers the queries of one connection; ends with it. */
export interface Dialogue {
  answer(query: string): Promise<string>;
  close(): void;
}

/**
 * As much of a Postgres server (protocol 3.0, manual "Frontend/Backend Protocol") as libpq needs to log in with
 * SCRAM-SHA-256 and to send simple queries: each is answered with one row of one text.
 */
export function createWireServer(password: string, open: () => Dialogue): Server {
  const scram = new ScramServer(password);
  return createServer({ noDelay: true }, (socket) => new WireConnection(socket, scram, open));
}

const largestBytes = 256 * 1024 * 1024;
const loginMs = 10_000;

class WireConnection {
  readonly #socket: Socket;
  readonly #scram: ScramServer;
  readonly #open: () => Dialogue;
  #dialogue: Dialogue | undefined;
  #login: ScramExchange | "wanted" | undefined;
  #started = false;
  #pieces: Buffer = Buffer.alloc(0);
  #last: Promise<void> = Promise.resolve();

  constructor(socket: Socket, scram: ScramServer, open: () => Dialogue) {
    this.#socket = socket;
    this.#scram = scram;
    this.#open = open;
    socket.on("data", (data) => this.#take(data));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#dialogue?.close());
    socket.setTimeout(loginMs, () => {
      if (this.#dialogue === undefined) socket.destroy();
    });
  }

  #take(data: Buffer): void {
    this.#pieces = this.#pieces.length === 0 ? data : Buffer.concat([this.#pieces, data]);
    for (let message = this.#cut(); message !== undefined; message = this.#cut()) {
      const { type, body } = message;
      // One after the other: an answer that takes its time is not overtaken.
      this.#last = this.#last.then(() => this.#handle(type, body)).catch(() => void this.#socket.destroy());
    }
  }

  #cut(): { readonly type: string; readonly body: Buffer } | undefined {
    const head = this.#started ? 1 : 0;
    if (this.#pieces.length < head + 4) return undefined;
    const length = this.#pieces.readInt32BE(head);
    if (length < 4 || length > (this.#dialogue === undefined ? 10_000 : largestBytes)) {
      this.#socket.destroy();
      return undefined;
    }
    const end = head + length;
    if (this.#pieces.length < end) return undefined;
    const type = head === 0 ? "" : String.fromCharCode(this.#pieces[0] ?? 0);
    const body = this.#pieces.subarray(head + 4, end);
    this.#pieces = this.#pieces.subarray(end);
    if (type === "" && body.readInt32BE(0) >> 16 === 3) this.#started = true;
    return { type, body };
  }

  async #handle(type: string, body: Buffer): Promise<void> {
    if (type === "") return this.#start(body);
    if (type === "X") return void this.#socket.end();
    if (this.#dialogue === undefined) return this.#authenticate(type, body);
    if (type !== "Q") return this.#fail("0A000", "only simple queries are answered here");
    const answer = await this.#dialogue.answer(body.toString("utf8", 0, body.length - 1));
    this.#socket.write(row(answer));
  }

  /** TLS and GSS are declined; anything that is no start-up either is not talked to. */
  #start(body: Buffer): void {
    const code = body.readInt32BE(0);
    if (code === 80_877_103 || code === 80_877_104) return void this.#socket.write("N");
    if (code >> 16 !== 3) return void this.#socket.destroy();
    this.#login = "wanted";
    this.#socket.write(packet("R", int32(10), text("SCRAM-SHA-256"), Buffer.of(0)));
  }

  #authenticate(type: string, body: Buffer): void {
    if (type !== "p") return this.#refuse();
    if (this.#login === "wanted") {
      const name = body.toString("utf8", 0, body.indexOf(0));
      this.#login = name === "SCRAM-SHA-256" ? this.#scram.begin(body.toString("utf8", name.length + 5)) : undefined;
      if (this.#login === undefined) return this.#refuse();
      return void this.#socket.write(packet("R", int32(11), Buffer.from(this.#login.serverFirst)));
    }
    const last = this.#login?.finish(body.toString("utf8"));
    if (last === undefined) return this.#refuse();
    this.#dialogue = this.#open();
    this.#socket.setTimeout(0);
    this.#socket.write(Buffer.concat([packet("R", int32(12), Buffer.from(last)), ready]));
  }

  #refuse(): void {
    this.#socket.end(failure("28P01", "password authentication failed"));
  }

  #fail(sqlstate: string, message: string): void {
    this.#socket.write(Buffer.concat([failure(sqlstate, message), idle]));
  }
}

function packet(type: string, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 4);
  return Buffer.concat([Buffer.from(type), int32(length), ...parts]);
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function failure(sqlstate: string, message: string): Buffer {
  return packet("E", text("SERROR"), text("VERROR"), text(`C${sqlstate}`), text(`M${message}`), Buffer.of(0));
}

const idle = packet("Z", Buffer.from("I"));

const ready = Buffer.concat([
  packet("R", int32(0)),
  packet("S", text("server_version"), text("18.0")),
  packet("S", text("client_encoding"), text("UTF8")),
  packet("S", text("standard_conforming_strings"), text("on")),
  packet("K", int32(0), int32(0)),
  idle,
]);

// One column "answer" of type text (25), in text format.
const description = packet(
  "T",
  Buffer.from([0, 1]),
  text("answer"),
  Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0]),
);
const complete = packet("C", text("SELECT 1"));

function row(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([description, packet("D", Buffer.from([0, 1]), int32(bytes.length), bytes), complete, idle]);
}
