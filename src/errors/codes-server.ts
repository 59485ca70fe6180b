import type { CodeEntry } from "./code-entry.ts";
import { pageCodes } from "./codes-pages.ts";

/** Codes of the server part; see codes.ts for the ranges. WD500 to WD519 are the server's, WD520 and up the pages'. */
export const serverCodes = {
  WD501: {
    title: "host name not served",
    explanation:
      "The request's Host header names a host that this server doesn't answer for. Only loopback names, the address it " +
      "listens on and the names in server.allowed_hosts are answered: otherwise any web site could make its visitors' " +
      "browsers talk to a server on their own machine by pointing its own name at it (DNS rebinding). Behind a proxy " +
      'or under a public name, add that name: allowed_hosts = ["example.org"] under [server] in howdah.toml.',
    exitCode: 1,
    status: 421,
  },
  WD502: {
    title: "request of another site refused",
    explanation:
      "A request that may change something (POST, PUT, PATCH, DELETE), or that opens a WebSocket, came from a page of " +
      "another origin. Browsers send cookies with such requests, so they are refused (cross-site request forgery). " +
      "Programs that are no browsers send neither Origin nor Sec-Fetch-Site and pass. To let a page of another origin " +
      'in, name its origin in server.allowed_hosts, e.g. "https://app.example.org".',
    exitCode: 1,
    status: 403,
  },
  WD503: {
    title: "request body too large",
    explanation:
      "The body is larger than server.max_body allows. It was not read to its end, and nothing was done. Raise the " +
      "limit under [server] in howdah.toml when such requests are meant to work.",
    exitCode: 1,
    status: 413,
  },
  WD504: {
    title: "malformed request",
    explanation:
      "What arrived is not a well-formed HTTP request: a broken request line, header, percent-encoding or body, two " +
      "Host headers, or an absolute address where a path belongs. Browsers and HTTP libraries never send these.",
    exitCode: 1,
    status: 400,
  },
  WD505: {
    title: "not found",
    explanation:
      "Nothing answers at this path: no page (pages/NAME.html), no asset (public/NAME) and no route of a capability. " +
      "Names are compared exactly, with their case; files that begin with a dot or an underscore are never served.",
    exitCode: 1,
    status: 404,
  },
  WD506: {
    title: "method not allowed",
    explanation:
      "Something answers at this path, but not with this method; the Allow header lists the methods that work. A page " +
      "answers POST once NAME.post.sql stands beside its NAME.html.",
    exitCode: 1,
    status: 405,
  },
  WD507: {
    title: "the address can't be listened on",
    explanation:
      "The port is taken by another process, needs privileges (below 1024), or the host is no address of this machine. " +
      "Choose another port (server.port in howdah.toml, or --port), or end what holds it; `howdah doctor` names it.",
    exitCode: 1,
  },
  WD508: {
    title: "content type not accepted",
    explanation:
      "The body's Content-Type is none that this address reads, or its Content-Encoding says that it is compressed. " +
      "Forms are sent as application/x-www-form-urlencoded or multipart/form-data, as they are.",
    exitCode: 1,
    status: 415,
  },
  WD509: {
    title: "address too long",
    explanation: "The request's path and query string are longer than 8 KiB. Send large values in the body of a POST.",
    exitCode: 1,
    status: 414,
  },
  WD510: {
    title: "request headers too large",
    explanation: "The request's headers are larger than 16 KiB together. Usually it is a cookie that has grown.",
    exitCode: 1,
    status: 431,
  },
  WD511: {
    title: "request took too long",
    explanation:
      "The request did not arrive completely in time: headers are awaited for 10 seconds, the whole request for 60. " +
      "The connection was closed, so that slow clients can't hold the server's connections.",
    exitCode: 1,
    status: 408,
  },
  WD512: {
    title: "range not satisfiable",
    explanation: "The Range header asks for bytes beyond the end of the file; Content-Range tells its length.",
    exitCode: 1,
    status: 416,
  },
  WD513: {
    title: "two routes claim one path",
    explanation:
      "A capability or the project's server.ts adds a route that exists already with the same method. Choose another " +
      "path, or mount the plugin under a prefix.",
    exitCode: 1,
  },
  ...pageCodes,
} as const satisfies Readonly<Record<string, CodeEntry>>;
