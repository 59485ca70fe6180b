import type { Duplex } from "node:stream";
import type { HttpRequest, HttpResponse } from "../run/http.ts";
import { reasonOf } from "./reason.ts";

/** What Node's parser says of a request that it can't read. */
interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

const signs: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
const requestLine = /^(?<method>[!#$%&'*+.^_`|~0-9A-Za-z-]+) (?<url>[!-~]+) HTTP\/1\.[01]\r\n/;

/**
 * Answers what Node's parser breaks off at, and ends the connection: a method that Node does not know is one like any
 * other to HTTP (RFC 9110, 9.1), so it is refused by who knows the interface.
 */
export function answerUnread(answer: (request: HttpRequest) => Promise<HttpResponse>) {
  return async (error: ParseError, socket: Duplex): Promise<void> => {
    const request = error.code === "HPE_INVALID_METHOD" ? unknownMethod(error.rawPacket) : null;
    const response = request === null ? plain(signs[error.code ?? ""] ?? 400) : await answer(request);
    if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
    socket.end(toText(response));
  };
}

function plain(status: number): HttpResponse {
  return { status, headers: [], body: "" };
}

/** The request without its body, which is not read. */
function unknownMethod(packet: Buffer | undefined): HttpRequest | null {
  const text = packet?.toString("latin1") ?? "";
  const { method, url } = requestLine.exec(text)?.groups ?? {};
  if (method === undefined || url === undefined) return null;
  const [, ...lines] = (text.split("\r\n\r\n", 1)[0] ?? "").split("\r\n");
  const rawHeaders = lines.flatMap((line) => {
    const colon = line.indexOf(":");
    return colon < 1 ? [] : [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers[rawHeaders[index]?.toLowerCase() ?? ""] = rawHeaders[index + 1] ?? "";
  }
  return { method, url, headers, rawHeaders, body: Buffer.alloc(0), signal: new AbortController().signal };
}

function toText({ status, reason, headers, body }: HttpResponse): string {
  const content = typeof body === "string" ? body : "";
  const lines = [...headers, ["Content-Length", String(Buffer.byteLength(content))], ["Connection", "close"]];
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `HTTP/1.1 ${status} ${reason ?? reasonOf(status)}\r\n${head}\r\n${content}`;
}
