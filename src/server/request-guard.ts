import type { IncomingMessage } from "node:http";
import { AppError } from "../errors/index.ts";
import type { Hosts } from "./hosts.ts";

const longestUrl = 8 * 1024;

/**
 * Refuses a request before anything else sees it: WD504 for what is ambiguous, WD509 for an endless address, WD501 for
 * a host that is not ours.
 */
export function refuseForeignHost(request: IncomingMessage, hosts: Hosts): AppError | undefined {
  const { url = "" } = request;
  if (url.length > longestUrl) return new AppError("WD509", "the address is too long");
  // "*" and absolute addresses are for proxies (RFC 9112, 3.2.2): none is needed here, and both confuse what checks paths.
  if (!url.startsWith("/")) return new AppError("WD504", "the request target is not a path");
  if (countHosts(request.rawHeaders) !== 1) return new AppError("WD504", "a request names exactly one Host");
  const { host } = request.headers;
  if (hosts.servesHost(host, request.socket?.localAddress)) return undefined;
  return new AppError("WD501", "this server does not answer for that host name", {
    detail: `Host: ${(host ?? "").slice(0, 255)}`,
    hint: "allow it in howdah.toml: allowed_hosts under [server]",
  });
}

/**
 * Refuses what another site's page makes a browser send: an unsafe method, or a WebSocket (WD502).
 *
 * Sec-Fetch-Site decides where a browser sends it, Origin otherwise; a program that sends neither is no browser, and
 * carries nobody's cookies. As Go's CrossOriginProtection does it (F. Valsorda, 2025).
 */
export function refuseCrossOrigin(request: IncomingMessage, hosts: Hosts): AppError | undefined {
  const upgrade = isWebSocketUpgrade(request);
  if (!upgrade && /^(GET|HEAD|OPTIONS|TRACE)$/.test(request.method ?? "")) return undefined;
  const { origin } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (origin !== undefined && hosts.servesOrigin(origin, request.headers.host)) return undefined;
  // Browsers send Sec-Fetch-Site with WebSockets too; "none" is what the user typed.
  if (site === "same-origin" || site === "none") return undefined;
  if (site === undefined && origin === undefined) return undefined;
  return new AppError("WD502", "a request of another site is refused", {
    detail: `Origin: ${(origin ?? "none").slice(0, 255)}, Sec-Fetch-Site: ${(site ?? "none").slice(0, 40)}`,
    hint: "to let a page of another origin in, name its origin in server.allowed_hosts",
  });
}

/** Refuses a body that is compressed (WD508): read as it is, it would be garbage. */
export function refuseEncodedBody(request: IncomingMessage): AppError | undefined {
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "";
  if (encoding === "" || encoding === "identity" || /^(GET|HEAD)$/.test(request.method ?? "")) return undefined;
  return new AppError("WD508", "a compressed body is not accepted here", {
    detail: `Content-Encoding: ${encoding.slice(0, 40)}`,
    hint: "send it without Content-Encoding",
  });
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === "host") count += 1;
  }
  return count;
}

/** Other upgrades (h2c, which some libraries offer with every request) are no reason to answer otherwise. */
export function isWebSocketUpgrade(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === "websocket";
}
