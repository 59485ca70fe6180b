import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";

/** A mail as it arrived. */
export interface ReceivedMail {
  readonly login: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body, dots undone. */
  readonly text: string;
}

export interface SmtpServer {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
}

/** A small SMTP server (RFC 5321, AUTH PLAIN of RFC 4954) that takes every mail, except to addresses that begin with "no". */
export async function smtpServer(t: TestContext): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // A client that hangs up in the middle is what some tests are about.
    socket.on("error", () => {});
    void converse(socket, mails).catch(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, mails };
}

async function converse(socket: Socket, mails: ReceivedMail[]): Promise<void> {
  const answer = (line: string): void => void socket.write(`${line}\r\n`);
  let login: string | undefined;
  let from = "";
  let to: string[] = [];
  let body: string[] | undefined;
  answer("220 test ESMTP");
  for await (const line of createInterface({ input: socket })) {
    const [verb = ""] = line.toUpperCase().split(" ", 1);
    if (body !== undefined) {
      if (line !== ".") body.push(line.replace(/^\./, ""));
      else {
        mails.push({ login, from, to, text: body.join("\n") });
        body = undefined;
        answer("250 taken");
      }
    } else if (verb === "EHLO") socket.write("250-test\r\n250 AUTH PLAIN\r\n");
    else if (verb === "AUTH") {
      login = Buffer.from(line.slice("AUTH PLAIN ".length), "base64").toString().replaceAll("\0", ":");
      answer("235 welcome");
    } else if (verb === "MAIL") {
      from = addressOf(line);
      to = [];
      answer("250 ok");
    } else if (verb === "RCPT") {
      const address = addressOf(line);
      if (!address.startsWith("no")) to.push(address);
      answer(address.startsWith("no") ? "550 nobody here" : "250 ok");
    } else if (verb === "DATA") {
      body = [];
      answer("354 go on");
    } else if (verb === "QUIT") {
      answer("221 bye");
      socket.end();
    } else answer("250 ok");
  }
}

function addressOf(line: string): string {
  return /<(.*?)>/.exec(line)?.[1] ?? "";
}
