import { userInfo } from "node:os";
import { AppError } from "../errors/index.ts";
import { isSocket, sslMode, type Target } from "./target.ts";

const sslModes = ["disable", "require", "verify-ca", "verify-full"] as const;
const parameters = ["host", "port", "dbname", "user", "password", "sslmode", "sslrootcert", "channel_binding"] as const;
type Parameter = (typeof parameters)[number];

/**
 * A `postgres://` or `postgresql://` URI as libpq reads it (PostgreSQL manual, "Connection URIs").
 *
 * One host only. Throws WD204, which never shows the URL: it may hold a password.
 */
export function parseUrl(text: string): Target {
  const match = /^postgres(?:ql)?:\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(text.trim());
  if (match === null) throw refused("it does not have the form postgres://user:password@host:port/database");
  const authority = parseAuthority(match[1] ?? "", (match[2] ?? "").includes("@"));
  const query = parseParameters(match[3] ?? "");
  const user = query.get("user") ?? authority.user ?? userInfo().username;
  const password = query.get("password") ?? authority.password;
  const target: Target = {
    host: single(query.get("host") ?? authority.host),
    port: parsePort(query.get("port") ?? authority.port),
    database: query.get("dbname") ?? (decode(match[2] ?? "", "database") || user),
    user,
    ...(password === undefined ? {} : { password }),
    ...encryption(query),
  };
  return { ...target, ssl: sslMode(target) };
}

/** The target as a URL, its password as `***` or, for a program that must connect, shown. */
export function formatUrl(target: Target, options: { readonly password: "hidden" | "shown" }): string {
  const socket = isSocket(target.host);
  const host = target.host.includes(":") && !socket ? `[${target.host}]` : target.host;
  const authority = socket ? "" : `${host}:${target.port}`;
  const query = [
    ...(socket ? [`host=${encodeURIComponent(target.host)}`, `port=${target.port}`] : []),
    ...(sslMode(target) === sslMode({ ...target, ssl: undefined }) ? [] : [`sslmode=${sslMode(target)}`]),
    ...(target.sslRootCert === undefined ? [] : [`sslrootcert=${encodeURIComponent(target.sslRootCert)}`]),
    ...(target.channelBinding === undefined ? [] : [`channel_binding=${target.channelBinding}`]),
  ];
  const suffix = query.length === 0 ? "" : `?${query.join("&")}`;
  const login = encodeURIComponent(target.user) + formatPassword(target.password, options.password);
  return `postgres://${login}@${authority}/${encodeURIComponent(target.database)}${suffix}`;
}

/** The target as libpq's environment variables, for psql, pg_dump and pg_restore. Holds the password in PGPASSWORD. */
export function targetEnv(target: Target): Readonly<Record<string, string>> {
  const ssl = sslMode(target);
  // libpq 16 and later know "system"; without it, verify-full looks for ~/.postgresql/root.crt and fails.
  const rootCert = target.sslRootCert ?? (ssl === "verify-full" ? "system" : undefined);
  return {
    PGHOST: target.host,
    PGPORT: String(target.port),
    PGDATABASE: target.database,
    PGUSER: target.user,
    PGSSLMODE: ssl,
    ...(target.password === undefined ? {} : { PGPASSWORD: target.password }),
    ...(rootCert === undefined ? {} : { PGSSLROOTCERT: rootCert }),
    ...(target.channelBinding === undefined ? {} : { PGCHANNELBINDING: target.channelBinding }),
  };
}

interface Authority {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: string | undefined;
}

function parseAuthority(text: string, atInPath: boolean): Authority {
  if (atInPath && !text.includes("@")) throw refused("an @ stands after the first /", "write / in a password as %2F");
  // The last @ divides: passwords with a bare @ are common and unambiguous.
  const at = text.lastIndexOf("@");
  const login = at < 0 ? "" : text.slice(0, at);
  const colon = login.indexOf(":");
  const user = decode(colon < 0 ? login : login.slice(0, colon), "user");
  const password = colon < 0 ? undefined : decode(login.slice(colon + 1), "password");
  const place = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/s.exec(text.slice(at + 1));
  if (place === null) throw refused("the host can't be read", "write an IPv6 address in brackets: [::1]");
  const host = place[1] ?? decode(place[2] ?? "", "host");
  return { user: user === "" ? undefined : user, password, host, port: place[3] };
}

function parseParameters(text: string): ReadonlyMap<Parameter, string> {
  const found = new Map<Parameter, string>();
  for (const pair of text.split("&").filter((part) => part !== "")) {
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals), "parameter");
    const known = parameters.find((parameter) => parameter === name);
    if (known === undefined)
      throw refused(`the parameter ${JSON.stringify(name)} is unknown`, `known are ${parameters.join(", ")}`);
    found.set(known, decode(equals < 0 ? "" : pair.slice(equals + 1), known));
  }
  return found;
}

function parsePort(text: string | undefined): number {
  if (text === undefined || text === "") return 5432;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  // The text is not shown: after a password with a bare / it is a part of the password.
  if (port < 1 || port > 65_535)
    throw refused("the port is not a number from 1 to 65535", "write / in a password as %2F");
  return port;
}

function parseSslMode(text: string | undefined): Target["ssl"] {
  if (text === undefined) return undefined;
  const mode = sslModes.find((known) => known === text);
  if (mode !== undefined) return mode;
  const hint = `use one of ${sslModes.join(", ")}; "prefer" and "allow" would fall back to plain text unnoticed`;
  throw refused(`sslmode ${JSON.stringify(text)} is not served`, hint);
}

function encryption(query: ReadonlyMap<Parameter, string>): Pick<Target, "ssl" | "sslRootCert" | "channelBinding"> {
  const rootCert = query.get("sslrootcert");
  return {
    ssl: parseSslMode(query.get("sslmode")),
    // libpq's word for the authorities that the system trusts, which is what Node does anyway.
    ...(rootCert === undefined || rootCert === "system" ? {} : { sslRootCert: rootCert }),
    ...(requiresBinding(query.get("channel_binding")) ? { channelBinding: "require" } : {}),
  };
}

function requiresBinding(text: string | undefined): boolean {
  if (text === undefined || text === "prefer") return false;
  if (text === "require") return true;
  throw refused(`channel_binding ${JSON.stringify(text)} is not served`, 'use "require" or "prefer"');
}

function single(host: string): string {
  if (host === "") return "localhost";
  if (host.includes(",") && !isSocket(host)) throw refused("it names several hosts", "name one");
  return host;
}

function decode(text: string, part: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    // decodeURIComponent's own error is dropped: it adds nothing, and the text may be the password.
    throw refused(`the ${part} has a % that is not followed by two hex digits of UTF-8`, "write % as %25");
  }
  if (decoded.includes("\0")) throw refused(`the ${part} holds a NUL character`);
  return decoded;
}

function formatPassword(password: string | undefined, mode: "hidden" | "shown"): string {
  if (password === undefined) return "";
  return mode === "hidden" ? ":***" : `:${encodeURIComponent(password)}`;
}

function refused(detail: string, hint?: string): AppError {
  return new AppError("WD204", "the Postgres URL can't be read", { detail, hint });
}
