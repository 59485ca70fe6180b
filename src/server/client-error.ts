import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { AppError } from "../errors/index.ts";
import { problemOf, statusOf } from "./problem.ts";

/** Answers what Node's parser could not read as HTTP, and closes the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const refusal = refusalOf(error.code);
  const status = statusOf(refusal);
  const body = JSON.stringify(problemOf(refusal, "none", false));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/problem+json",
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    "Connection: close",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

function refusalOf(code: string | undefined): AppError {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return new AppError("WD510", "the headers are too large");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new AppError("WD511", "the request took too long");
    default:
      return new AppError("WD504", "the request is malformed");
  }
}
