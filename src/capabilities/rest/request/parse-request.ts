import type { RestSettings } from "../settings.ts";
import { parseCookies } from "./cookies.ts";
import { parseAccept, parseMediaType } from "./parse-media-type.ts";
import { parsePayload } from "./parse-payload.ts";
import { parsePreferences } from "./parse-preferences.ts";
import { parseQuery } from "./query-parameters.ts";
import { parseAction, parsePath, parseProfile } from "./resource.ts";
import type { RestRequest } from "./rest-request.ts";
import { ownRange } from "./row-range.ts";

/** A request as HTTP brings it. */
export interface HttpRequest {
  readonly method: string;
  /** Raw path and query string below the mount, beginning with a slash. */
  readonly url: string;
  /** Lower-case names; what came several times is joined by commas. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * What the request asks for; nothing of the catalog is looked at.
 *
 * Throws RestFailure, whatever it is given. A request that is wrong in several ways is refused for its path, then its
 * schema, method, query string, range and body.
 */
export function parseRequest(http: HttpRequest, settings: RestSettings): RestRequest {
  const { method, url } = http;
  const header = (name: string): string | undefined => joined(http.headers[name]);
  const question = url.indexOf("?");
  const path = question < 0 ? url : url.slice(0, question);
  const target = parsePath(path, settings);
  const { schema, negotiatedByProfile } = parseProfile(method, header, settings.schemas);
  const action = parseAction(target, method);
  const reads = action.kind === "call" && action.method !== "POST";
  const { query, own } = parseQuery(question < 0 ? "" : url.slice(question + 1), reads, settings.beyond);
  const range = ownRange(method, header("range"), own);
  const type = header("content-type");
  const contentType = type === undefined ? ({ kind: "json" } as const) : parseMediaType(type);
  return {
    action,
    schema,
    negotiatedByProfile,
    method,
    path,
    query,
    preferences: parsePreferences(header("prefer"), settings.transactionEnd.endsWith("allow-override")),
    range,
    accepts: parseAccept(header("accept")),
    contentType,
    payload: parsePayload(action, contentType, http.body, query.columns),
    headers: headerList(http.headers),
    cookies: parseCookies(header("cookie")),
  };
}

function joined(value: string | readonly string[] | undefined): string | undefined {
  return value === undefined || typeof value === "string" ? decoded(value) : decoded(value.join(", "));
}

/** HTTP sends bytes, which Node takes as characters of Latin 1 (RFC 9110, 5.5); PostgREST takes them as UTF-8. */
function decoded<T extends string | undefined>(value: T): string | T {
  return value === undefined || isAscii.test(value) ? value : Buffer.from(value, "latin1").toString("utf8");
}

const isAscii = /^[\u0000-\u007f]*$/;

/** All of them but cookies, which have a setting of their own. */
function headerList(headers: HttpRequest["headers"]): readonly (readonly [string, string])[] {
  const list: (readonly [string, string])[] = [];
  for (const name in headers) {
    const value = name === "cookie" ? undefined : joined(headers[name]);
    if (value !== undefined) list.push([name, value]);
  }
  return list;
}
