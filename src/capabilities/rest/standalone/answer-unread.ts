import { Readable, type Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
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
const requestLine = /^(?<method>[!#$%&'*+.^_`|~0-9A-Za-z-]+) (?<url>[!-~\x80-\xff]+) HTTP\/1\.[01]\r\n/;
const noBody = Buffer.alloc(0);
/** Bytes beyond ASCII, as a text of latin1 shows them. */
const beyondAscii = /[\x80-\xff]/g;

/**
 * Answers what Node's parser breaks off at, and ends the connection: a method that Node does not know is one like any
 * other to HTTP (RFC 9110, 9.1), so it is refused by who knows the interface; and an address in UTF-8 that was not
 * percent-encoded is answered as PostgREST's server does, where there is no body to read.
 */
export function answerUnread(answer: (request: HttpRequest) => Promise<HttpResponse>) {
  return async (error: ParseError, socket: Duplex): Promise<void> => {
    const request = unread(error);
    const response = request === null ? plain(signs[error.code ?? ""] ?? 400) : await answer(request);
    if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
    socket.end(await toBytes(response, request?.method === "HEAD"));
  };
}

function plain(status: number): HttpResponse {
  return { status, headers: [], body: "" };
}

/** The request that the parser gave up, where it can be answered nevertheless. */
function unread({ code, rawPacket }: ParseError): HttpRequest | null {
  if (code !== "HPE_INVALID_METHOD" && code !== "HPE_INVALID_URL") return null;
  const text = rawPacket?.toString("latin1") ?? "";
  const request = readHead(text);
  if (request === null || code === "HPE_INVALID_METHOD") return request;
  // The packet may begin with a request that was answered before, and end ahead of a token.
  const isWhole = text.includes("\r\n\r\n") && /^(GET|HEAD|OPTIONS)$/.test(request.method);
  const url = request.url.replace(beyondAscii, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
  return isWhole && url !== request.url ? { ...request, url } : null;
}

/** The request without its body, which is not read. */
function readHead(text: string): HttpRequest | null {
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
  return { method, url, headers, rawHeaders, body: noBody, signal: new AbortController().signal };
}

async function toBytes({ status, reason, headers, body }: HttpResponse, isHead: boolean): Promise<Buffer> {
  const content = body === null || isHead ? noBody : await buffer(Readable.from(body));
  const own = headers.filter(([name]) => name !== "Content-Length");
  const length = isHead ? [] : [["Content-Length", String(content.byteLength)]];
  const lines = [...own, ...length, ["Connection", "close"]];
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const statusLine = `HTTP/1.1 ${status} ${reason ?? reasonOf(status)}\r\n`;
  // As Node writes a head: a byte for each character.
  return Buffer.concat([Buffer.from(`${statusLine}${head}\r\n`, "latin1"), content]);
}
